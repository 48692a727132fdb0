import { soundArea, boxOf, without, toPaths, frameOf } from '#nest/validate-area.ts';
import { common, outsideOf, placed } from '#nest/validate-placed.ts';
import { partAbove } from '#nest/validate-quality.ts';
import type { JudgedProblem } from '#nest/validate-problem.ts';

export interface Move {
  piece: number;
  x: number;
  y: number;
  rotation: number;
  mirrored: boolean;
}
export interface Placed {
  layouts: { material: number; placements: Move[] }[];
}

/** A simple valid layout to judge: pieces as their upright boxes, largest first, on the first free spot of a raster. Boxes
 *  keep `gap` apart. Strips are filled in columns. Not a solver: it only has to be right. */
export function placeBoxes(problem: JudgedProblem, gap: number, raster = 16): Placed {
  const wanted = problem.pieces
    .flatMap((piece, k) => Array.from({ length: piece.demand }, () => k))
    .sort((a, b) => problem.pieces[b]!.areaSize - problem.pieces[a]!.areaSize);
  if (problem.stripHeight !== null)
    return { layouts: [{ material: 0, placements: columns(problem, wanted, problem.stripHeight, gap) }] };
  let left = wanted;
  const layouts = problem.sheets.map((sheet, material) => {
    const placements: Move[] = [];
    const boxes: { minX: number; minY: number; maxX: number; maxY: number }[] = [];
    const frame = frameOf([sheet.outline]);
    const ground = toPaths(without(sheet.outline, sheet.holes), frame);
    const box = boxOf(sheet.outline);
    const rest: number[] = [];
    const hopeless = new Set<string>();
    for (const k of left) {
      const piece = problem.pieces[k]!;
      const rotation = piece.rotations?.[0]?.angle ?? 0;
      const shape = placed(piece.area, { piece: k, x: 0, y: 0, rotation, mirrored: false });
      const own = boxOf(shape);
      const [w, h] = [own.maxX - own.minX, own.maxY - own.minY];
      let spot: Move | null = null;
      const margin = sheet.margin + 1e-6;
      if (!hopeless.has(String(k))) {
        const stepX = (box.maxX - box.minX) / raster;
        for (let x = box.minX + margin; x + w <= box.maxX - margin && !spot; x += stepX) {
          for (let y = box.minY + margin; y + h <= box.maxY - margin && !spot; y += stepX) {
            const there = { minX: x, minY: y, maxX: x + w, maxY: y + h };
            if (
              boxes.some(
                (b) =>
                  b.minX < there.maxX + gap &&
                  there.minX < b.maxX + gap &&
                  b.minY < there.maxY + gap &&
                  there.minY < b.maxY + gap,
              )
            )
              continue;
            const m = sheet.margin;
            const rect = toPaths(
              soundArea([
                [x - m, y - m],
                [x + w + m, y - m],
                [x + w + m, y + h + m],
                [x - m, y + h + m],
              ]),
              frame,
            );
            if (outsideOf(rect, ground).length > 0) continue;
            const bad = sheet.zones.some(
              (zone) => partAbove(piece, zone.quality).length > 0 && common(rect, toPaths(zone.area, frame)).length > 0,
            );
            if (bad) continue;
            if (sheet.base !== null && partAbove(piece, sheet.base).length > 0) continue;
            spot = { piece: k, x: x - own.minX, y: y - own.minY, rotation, mirrored: false };
            boxes.push(there);
          }
        }
      }
      if (spot) placements.push(spot);
      else {
        hopeless.add(String(k));
        rest.push(k);
      }
    }
    left = rest;
    return { material, placements };
  });
  return { layouts: layouts.filter((layout) => layout.placements.length > 0) };
}

function columns(problem: JudgedProblem, wanted: readonly number[], height: number, gap: number): Move[] {
  const out: Move[] = [];
  let [x, y, reach] = [0, 0, 0];
  for (const k of wanted) {
    const piece = problem.pieces[k]!;
    for (const { angle } of piece.rotations ?? [{ angle: 0 }, { angle: 90 }]) {
      const box = boxOf(placed(piece.area, { piece: k, x: 0, y: 0, rotation: angle, mirrored: false }));
      const [w, h] = [box.maxX - box.minX, box.maxY - box.minY];
      if (h > height) continue;
      if (y + h > height) [x, y, reach] = [reach + gap, 0, reach + gap];
      out.push({ piece: k, x: x - box.minX, y: y - box.minY, rotation: angle, mirrored: false });
      y += h + gap;
      reach = Math.max(reach, x + w);
      break;
    }
  }
  return out;
}
