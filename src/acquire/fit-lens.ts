import type { Board, Lens, Residual } from '#domain/calibration.ts';
import { boardCorner, type SeenBoard } from './charuco-board.ts';
import { straightenPoint } from '#geometry/lens.ts';
import { distances } from '#geometry/marker-places.ts';
import { fitHomography } from '#geometry/plane-homography.ts';
import { middleScale } from './table-pose.ts';

/** What the lens model leaves over in one view, free of where the board was held. */
export interface ViewFit {
  /** Distances on the board, mm, between where the straightened corners lie and where the board has them. */
  readonly distances: readonly number[];
  /** mm on the board that a pixel covers amid them: near the camera a pixel covers less than on the table. */
  readonly mmPerPx: number;
}

/** One fit a view; null where a view fixes no plane. */
export function boardFits(lens: Lens, board: Board, views: readonly SeenBoard[]): (ViewFit | null)[] {
  return views.map(({ ids, corners }) => {
    const from = ids.flatMap((_, i) => straightenPoint(lens, corners[2 * i]!, corners[2 * i + 1]!));
    const to = ids.flatMap((id) => boardCorner(board, id));
    const toBoard = fitHomography(from, to);
    if (toBoard === null) return null;
    return { distances: distances(toBoard, from, to), mmPerPx: middleScale(toBoard, from) };
  });
}

export function residualOf(distances: readonly number[]): Residual {
  const sorted = [...distances].sort((a, b) => a - b);
  return {
    rms: Math.sqrt(sorted.reduce((sum, d) => sum + d * d, 0) / Math.max(1, sorted.length)),
    p95: sorted[Math.max(0, Math.ceil(0.95 * sorted.length) - 1)] ?? 0,
    max: sorted.at(-1) ?? 0,
  };
}

/** Share of the picture in which corners were seen, by cells of an 8 x 6 grid: where none was, the lens is a guess. */
export function coverageOf(views: readonly SeenBoard[], widthPx: number, heightPx: number): number {
  const cells = new Set<number>();
  for (const { corners } of views) {
    for (let i = 0; i + 1 < corners.length; i += 2) {
      const column = Math.min(7, Math.max(0, Math.floor((8 * corners[i]!) / widthPx)));
      const row = Math.min(5, Math.max(0, Math.floor((6 * corners[i + 1]!) / heightPx)));
      cells.add(8 * row + column);
    }
  }
  return cells.size / 48;
}
