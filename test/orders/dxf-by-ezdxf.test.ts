import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Point, Ring } from '#domain/ring.ts';
import { flattenPath } from '#geometry/flatten-path.ts';
import { drawnFromDxf } from '#orders/drawn-from-dxf.ts';
import { pythonOracle, runPython } from '../shared/python-oracle.ts';

/** Sound drawings, each held against where ezdxf has its lines in the world. */
const here = dirname(fileURLToPath(import.meta.url));
/** mm: both follow curves, by chords of their own. */
const APART = 0.03;

interface Case {
  readonly name: string;
  readonly dxf: string;
  readonly lines: readonly Ring[];
}

test('entities, extrusions, blocks within blocks and splines lie where ezdxf has them', async () => {
  const python = await pythonOracle();
  if (python === null) return;
  const { code, stdout, stderr } = await runPython(python, [resolve(here, 'draw-dxf.py')]);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const cases = JSON.parse(stdout) as Case[];
  expect(cases.length).toBeGreaterThan(100);
  const strays = cases.flatMap(({ name, dxf, lines }) => {
    const apart = apartOf(dxf, lines);
    return typeof apart === 'number' && apart <= APART ? [] : [`${name}: ${apart} mm`];
  });
  expect(strays).toEqual([]);
}, 180_000);

function apartOf(dxf: string, theirs: readonly Ring[]): number | string {
  try {
    const { outline, path, holes = [] } = drawnFromDxf(dxf, 'a.dxf');
    const rings = [outline ?? flattenPath(path!, 0.002).points, ...holes];
    const ours = rings.map((ring) => [...ring, ring[0]!]);
    return Math.max(farthest(ours, theirs), farthest(theirs, ours));
  } catch (cause) {
    return String(cause);
  }
}

/** Of any corner of some lines from the others. */
function farthest(lines: readonly Ring[], others: readonly Ring[]): number {
  return Math.sqrt(Math.max(...lines.flat().map((p) => Math.min(...others.map((line) => squareFrom(p, line))))));
}

/** Of the distance. */
function squareFrom(p: Point, line: Ring): number {
  let least = Infinity;
  for (let k = 1; k < line.length; k += 1) {
    const [a, b] = [line[k - 1]!, line[k]!];
    const [dx, dy, px, py] = [b[0] - a[0], b[1] - a[1], p[0] - a[0], p[1] - a[1]];
    const share = Math.max(0, Math.min(1, (px * dx + py * dy) / (dx * dx + dy * dy || 1)));
    least = Math.min(least, (px - share * dx) ** 2 + (py - share * dy) ** 2);
  }
  return least;
}
