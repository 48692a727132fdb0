import type { Board, Lens, Residual } from '#domain/calibration.ts';
import { boardCorner, type SeenBoard } from './charuco-board.ts';
import { straightenPoint } from '#geometry/lens.ts';
import { fitHomography, mapPoint } from '#geometry/plane-homography.ts';

/** Distances on the board, mm, between where the straightened corners of each view lie and where the board has them: what
 *  the lens model leaves over, free of where the board was held. One list a view; null where a view fixes no plane. */
export function boardDistances(lens: Lens, board: Board, views: readonly SeenBoard[]): (readonly number[] | null)[] {
  return views.map(({ ids, corners }) => {
    const from = ids.flatMap((_, i) => straightenPoint(lens, corners[2 * i]!, corners[2 * i + 1]!));
    const to = ids.flatMap((id) => boardCorner(board, id));
    const toBoard = fitHomography(from, to);
    if (toBoard === null) return null;
    return ids.map((_, i) => {
      const [x, y] = mapPoint(toBoard, from[2 * i]!, from[2 * i + 1]!);
      return Math.hypot(x - to[2 * i]!, y - to[2 * i + 1]!);
    });
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
