import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { median } from '../../src/cli/bench/figures.ts';
import { inspectionSchema } from '../../src/domain/inspection.ts';
import { nestResultSchema } from '../../src/domain/nest-result.ts';
import { sampleOrder } from '../../src/orders/sample-order.ts';
import { scoreInspection, type InspectionScore, type TrueInspection } from '../../src/tune/score-inspection.ts';
import { kerf } from '../cli/kerf.node.ts';
import { commitSeed } from '../commit-seed.ts';

/** Seeds that nobody could tune on: they come from the commit that is tested. KERF_SEEDS="1,2,3" repeats a run. */
function seeds(): number[] {
  const given = process.env['KERF_SEEDS'];
  if (given !== undefined) return given.split(',').map(Number);
  return [0, 1, 2].map(commitSeed);
}

const folder = mkdtempSync(join(tmpdir(), 'kerf-drawn-'));
const order = join(folder, 'order.json');
const scores: InspectionScore[] = [];

beforeAll(() => {
  writeFileSync(order, JSON.stringify(sampleOrder()));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('kerf run on hides drawn with seeds of this commit', () => {
  const drawn = seeds();
  console.log(`seeds ${drawn.join(', ')} (repeat with KERF_SEEDS=${drawn.join(',')})`);

  it.each(drawn)('sees, nests and cuts hide %i', async (seed) => {
    const hide = join(folder, `hide-${seed}`);
    expect((await kerf(['synth', 'hide', '--seed', String(seed), '--out', hide])).code).toBe(0);
    const out = join(folder, `job-${seed}`);
    const ran = await kerf([
      'run',
      join(hide, 'hide.png'),
      '--mm-per-px',
      '1',
      '--order',
      order,
      '--seconds',
      '3',
      '--out',
      out,
      '--json',
    ]);
    expect(ran.stderr).not.toContain('defect of Kerf');
    expect(ran.code).toBe(0);
    for (const file of ['scan/scan.json', 'inspection.json', 'problem.json', 'layout.json', 'cut.dxf', 'overlay.png'])
      expect(existsSync(join(out, file)), file).toBe(true);
    const inspection = inspectionSchema.parse(JSON.parse(readFileSync(join(out, 'inspection.json'), 'utf8')));
    const truth = JSON.parse(readFileSync(join(hide, 'truth.json'), 'utf8')) as TrueInspection;
    scores.push(scoreInspection(inspection, truth));
    const layout = nestResultSchema.parse(JSON.parse(readFileSync(join(out, 'layout.json'), 'utf8')));
    expect(layout.layouts[0]!.placements.length).toBeGreaterThan(20);
    const check = await kerf(['check', join(out, 'problem.json'), join(out, 'layout.json'), '--json']);
    expect(check.code, check.stdout).toBe(0);
  });

  it('reaches outline IoU .95 and recall .60 at 20 false per m², median of three', () => {
    for (const s of scores)
      console.log(
        `outline IoU ${s.outlineIou.toFixed(4)}, recall ${s.recall.toFixed(2)} of ${s.trueCount}, false per m² ${s.falsePerM2.toFixed(1)}`,
      );
    expect(scores).toHaveLength(3);
    expect(median(scores.map((s) => s.outlineIou))).toBeGreaterThanOrEqual(0.95);
    expect(median(scores.map((s) => s.recall))).toBeGreaterThanOrEqual(0.6);
    expect(median(scores.map((s) => s.falsePerM2))).toBeLessThanOrEqual(20);
  });
});
