import type { Layout, NestResult } from '#domain/nest-result.ts';
import type { Problem, Sheet, Piece } from '#domain/problem.ts';
import type { Ring } from '#domain/ring.ts';
import { openNativeSolver } from '#nest/native-solver.node.ts';
import { readProblem } from '#nest/read-problem.ts';
import { solveNest } from '#nest/solve.ts';
import type { NestOptions } from '#nest/solve.ts';
import { validateLayout } from '#nest/validate-layout.ts';
import type { Verdict } from '#nest/validate-layout.ts';

export const solver = openNativeSolver();

export function box(x: number, y: number, width: number, height: number): Ring {
  return [
    [x, y],
    [x + width, y],
    [x + width, y + height],
    [x, y + height],
  ];
}

/** A sheet of 100 x 100 unless told otherwise. */
export function sheet(more: Partial<Sheet> = {}): Sheet {
  return { id: 's', outline: box(0, 0, 100, 100), ...more };
}

export function piece(id: string, outline: Ring, more: Partial<Piece> = {}): Piece {
  return { id, outline, ...more };
}

export function problem(sheets: readonly Sheet[], pieces: readonly Piece[], more: Partial<Problem> = {}): Problem {
  return { kerf: 1, ...(sheets.length > 0 ? { sheets } : {}), pieces, ...more };
}

/** Nests with a fixed number of evaluations and has the result judged by code that shares nothing with the solver. */
export async function nest(
  document: unknown,
  options: Partial<NestOptions> = {},
): Promise<{ result: NestResult; verdict: Verdict }> {
  const budget = options.seconds === undefined ? { evaluations: 60_000 } : {};
  const result = await solveNest(readProblem(document), { solver, ...budget, ...options });
  return { result, verdict: validateLayout(document, result) };
}

export function placementsOf(result: { readonly layouts: readonly Layout[] }, pieceAt?: number) {
  const all = result.layouts.flatMap((l) => l.placements);
  return pieceAt === undefined ? all : all.filter((p) => p.piece === pieceAt);
}

/** A hide-like outline with a hole and graded zones, and pieces of several kinds: 14 pieces that fit. */
export function drawnHide(): Problem {
  const outline: Ring = Array.from({ length: 48 }, (_, k) => {
    const t = (k / 48) * 2 * Math.PI;
    const r = 400 + 60 * Math.cos(2 * t) + 40 * Math.cos(5 * t + 1);
    return [500 + r * Math.cos(t), 450 + 0.8 * r * Math.sin(t)] as const;
  });
  const triangle: Ring = [
    [0, 0],
    [160, 0],
    [40, 130],
  ];
  const corner: Ring = [
    [0, 0],
    [150, 0],
    [150, 60],
    [60, 60],
    [60, 150],
    [0, 150],
  ];
  return problem(
    [
      sheet({
        outline,
        margin: 3,
        holes: [box(380, 420, 60, 50)],
        zones: [
          { quality: 2, outline: box(500, 250, 120, 300) },
          { quality: 1, outline: box(560, 300, 150, 80), holes: [box(580, 320, 30, 30)] },
        ],
      }),
    ],
    [
      piece('panel', box(0, 0, 180, 120), { quantity: 3, quality: 4 }),
      piece('gusset', corner, { quantity: 3, quality: 2, zones: [{ quality: 1, outline: box(0, 0, 60, 60) }] }),
      piece('flap', triangle, { quantity: 4, quality: 3, mirror: 'allowed' }),
      piece('lining', box(0, 0, 90, 70), { quantity: 4, quality: 1, rotation: [0, 90], spacing: 2 }),
    ],
  );
}
