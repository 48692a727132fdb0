import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { seededRandom } from '#domain/seeded-random.ts';
import { drawLeatherTile } from '#synth/draw-leather-tile.ts';
import type { DefectKind } from '#synth/defect-kinds.ts';
import { chooseLook } from '#synth/leather-look.ts';
import { kerf } from './kerf.node.ts';

const root = join(import.meta.dirname, '../..');

/** The five lines of a page by which a new material is taught. */
function linesOf(page: string): string[] {
  const block = /```sh\n(mkdir -p good[^`]+)```/.exec(readFileSync(join(root, page), 'utf8'))?.[1] ?? '';
  return block
    .trim()
    .split('\n')
    .map((line) => line.replace(/ +#.*$/, ''));
}

const folder = mkdtempSync(join(tmpdir(), 'kerf-newcomer-'));
const look = { ...chooseLook(seededRandom(7)), grain: 'pebble', dust: 0 } as const;

async function photograph(name: string, seed: number, kinds: readonly DefectKind[]) {
  const { rgb, widthPx, heightPx } = drawLeatherTile({ seed, sizePx: 192, mmPerPx: 0.5, kinds, look });
  await sharp(rgb, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .png()
    .toFile(join(folder, name));
}

beforeAll(async () => {
  for (const dir of ['good', 'judged/good']) mkdirSync(join(folder, dir), { recursive: true });
  for (let i = 0; i < 4; i += 1) await photograph(`good/${i}.png`, 10 + i, []);
  await photograph('judged/good/other.png', 20, []);
  await photograph('scan.png', 90, ['hole', 'cut']);
});

test('README teaches a new material by the five lines of docs/teach.md', () => {
  expect(linesOf('README.md')).toHaveLength(5);
  expect(linesOf('README.md')).toEqual(linesOf('docs/teach.md'));
});

test('whoever types them has a pack that sees, and hears in one line what the gate says', async () => {
  const env = { XDG_DATA_HOME: join(folder, 'data') };
  const [teach, inspect, promote, rollback] = linesOf('README.md')
    .slice(1)
    .map((line) => line.replace('npm run kerf -- ', '').split(' '));
  const run = (args: string[]) => kerf(args, { cwd: folder, env });
  expect(await run(teach!)).toMatchObject({ code: 0, stdout: expect.stringContaining('learnt from 4 good pictures') });
  const seen = await run(inspect!);
  expect(seen).toMatchObject({ code: 0, stdout: expect.stringMatching(/[1-9]\d* defects: \d+ defect/) });
  expect((await sharp(join(folder, 'seen.png')).metadata()).width).toBe(192);
  // Whether it passes is a matter of the machine's speed too.
  const promoted = await run(promote!);
  const isIn = promoted.code === 0;
  expect(promoted.stdout).toMatch(/class \w+ against the running pack/);
  expect(promoted.stdout).toContain('36 megapixels on ');
  if (!isIn) expect(promoted).toMatchObject({ code: 1, stderr: expect.stringContaining('TUNE_GATE_CLOSED') });
  const back = await run(rollback!);
  // The pack that ships ran before, so there is one to go back to.
  if (isIn) expect(back).toMatchObject({ code: 0, stdout: expect.stringMatching(/^leather-base-\S+ runs from/) });
  else expect(back).toMatchObject({ code: 1, stderr: expect.stringContaining('TUNE_NOTHING_BEFORE') });
}, 120_000);
