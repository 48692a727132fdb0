import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { planCuts } from '#cut/plan-cuts.ts';
import { toMachine } from '#cut/machine-frame.ts';
import { writeCutFile } from '#cut/write-cut-file.node.ts';
import { writeDxf } from '#cut/write-dxf.ts';
import { SIMULATED_MACHINE } from '#domain/machine.ts';
import type { Machine } from '#domain/machine.ts';
import type { Layout } from '#domain/nest-result.ts';
import type { Problem } from '#domain/problem.ts';
import { flatRing, pointsOf } from '#domain/ring.ts';
import type { Point } from '#domain/ring.ts';
import { pieceShape } from '#geometry/piece-shape.ts';
import { ringBounds } from '#geometry/ring-bounds.ts';
import { placeRing } from '#geometry/transform-ring.ts';
import { pythonOracle, runPython } from '../shared/python-oracle.ts';
import { LAYOUT, ORDER, SHEET, TURNED_MACHINE } from './cut-fixture.ts';

interface Read {
  insunits: number;
  errors: string[];
  fixes: string[];
  layers: string[];
  entities: { type: string; layer: string; closed?: boolean; points: Point[]; bulges?: number[]; text?: string }[];
}

const here = dirname(fileURLToPath(import.meta.url));
let folder = '';
let python: string | null = null;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kerf-dxf-'));
  python = await pythonOracle();
}, 180_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function readBack(machine: Machine): Promise<Read | null> {
  if (python === null) return null;
  const file = join(folder, `${machine.id}.dxf`);
  await writeCutFile(planCuts(LAYOUT, ORDER, SHEET, machine), machine, file);
  const { code, stdout, stderr } = await runPython(python, [resolve(here, 'read-dxf.py'), file]);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout) as Read;
}

it.each([SIMULATED_MACHINE, TURNED_MACHINE])(
  'the DXF for $id passes the audit of ezdxf and reads back as the layout within 0.02 mm',
  async (machine) => {
    const read = await readBack(machine);
    if (!read) return;
    expect(read.errors).toEqual([]);
    expect(read.fixes).toEqual([]);
    expect(read.insunits).toBe(4);
    expect(read.layers).toEqual(expect.arrayContaining(['DRAW', 'DRILL', 'INNER', 'LABEL', 'NOTCH', 'OUTER', 'SHEET']));
    const count = (layer: string, type: string) =>
      read.entities.filter((entity) => entity.layer === layer && entity.type === type).length;
    expect(count('OUTER', 'LWPOLYLINE')).toBe(4);
    expect(count('INNER', 'LWPOLYLINE')).toBe(2);
    expect(count('NOTCH', 'LWPOLYLINE')).toBe(2);
    expect(count('DRAW', 'LWPOLYLINE')).toBe(2);
    expect(count('DRILL', 'POINT')).toBe(4);
    expect(count('SHEET', 'LWPOLYLINE')).toBe(2);
    const texts = read.entities.filter((entity) => entity.layer === 'LABEL').map((entity) => entity.text);
    expect(texts).toContain('Träger ½');
    expect(texts).toContain('up & <in>');
    for (const entity of read.entities.filter((e) => e.layer === 'OUTER' || e.layer === 'INNER')) {
      expect(entity.closed).toBe(true);
      expect(entity.bulges?.every((bulge) => bulge === 0)).toBe(true);
    }
    // Every outline of the layout, followed to a micrometre, is within 0.02 mm of an outline of the file, and back.
    const outers = read.entities.filter((entity) => entity.layer === 'OUTER').map((entity) => entity.points);
    for (const move of LAYOUT.placements) {
      const placed = placeRing(pieceShape(ORDER.pieces, move.piece, 0.001).outline, move);
      const wanted: Point[] = [];
      for (let i = 0; i < placed.length; i += 2) wanted.push(toMachine(machine, [placed[i]!, placed[i + 1]!]));
      const off = Math.min(...outers.map((outer) => Math.max(farthest(wanted, outer), farthest(outer, wanted))));
      expect(off).toBeLessThan(0.02);
    }
  },
);

it('so does the DXF of a whole hide: 111 pieces of the sample order', async () => {
  if (python === null) return;
  const { problem, layouts } = JSON.parse(
    await readFile(resolve(here, '../fixtures/solved/sample-order.json'), 'utf8'),
  ) as { problem: Problem; layouts: Layout[] };
  const layout = layouts[0]!;
  const file = join(folder, 'hide.dxf');
  await writeCutFile(planCuts(layout, problem, problem.sheets![0]!, SIMULATED_MACHINE), SIMULATED_MACHINE, file);
  const read = JSON.parse((await runPython(python, [resolve(here, 'read-dxf.py'), file])).stdout) as Read;
  expect([read.errors, read.fixes]).toEqual([[], []]);
  const outers = read.entities.filter((entity) => entity.layer === 'OUTER').map((entity) => entity.points);
  expect(outers).toHaveLength(111);
  for (const move of layout.placements) {
    const placed = pointsOf(placeRing(pieceShape(problem.pieces, move.piece, 0.001).outline, move));
    // The outline of the file whose box is nearest is this one's; the two directions are measured as above.
    const near = outers.map((outer) => ({ outer, gap: boxGap(outer, placed) })).sort((a, b) => a.gap - b.gap)[0]!;
    expect(Math.max(farthest(placed, near.outer), farthest(near.outer, placed))).toBeLessThan(0.02);
  }
});

it('the same plan gives the same bytes', () => {
  const make = () => writeDxf(planCuts(LAYOUT, ORDER, SHEET, SIMULATED_MACHINE), SIMULATED_MACHINE);
  expect(make()).toBe(make());
});

it('a cut outside the machine is refused and names the placement', () => {
  const small = { ...SIMULATED_MACHINE, width: 300 };
  expect(() => writeDxf(planCuts(LAYOUT, ORDER, SHEET, small), small)).toThrow(
    expect.objectContaining({ code: 'CUT_OUTSIDE_MACHINE' }),
  );
});

function boxGap(a: readonly Point[], b: readonly Point[]): number {
  const [p, q] = [a, b].map((ring) => ringBounds(flatRing(ring)));
  return (
    Math.abs(p!.minX - q!.minX) +
    Math.abs(p!.minY - q!.minY) +
    Math.abs(p!.maxX - q!.maxX) +
    Math.abs(p!.maxY - q!.maxY)
  );
}

/** The farthest that a vertex of one ring is from the edge of another. */
function farthest(points: readonly Point[], ring: readonly Point[]): number {
  return Math.max(
    ...points.map(([x, y]) =>
      Math.min(
        ...ring.map(([bx, by], k) => {
          const [ax, ay] = ring[(k + ring.length - 1) % ring.length]!;
          const [dx, dy] = [bx - ax, by - ay];
          const t = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
          return Math.hypot(x - ax - t * dx, y - ay - t * dy);
        }),
      ),
    ),
  );
}
