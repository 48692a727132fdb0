import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { drawLeatherTile } from '#synth/draw-leather-tile.ts';
import { kerf } from './kerf.node.ts';

const cwd = mkdtempSync(join(tmpdir(), 'kerf-promote-'));

async function drawJudged(): Promise<void> {
  for (const dir of ['images', 'masks']) mkdirSync(join(cwd, 'judged', dir), { recursive: true });
  const { rgb, mask, widthPx, heightPx } = drawLeatherTile({ seed: 3, sizePx: 128, mmPerPx: 0.5, kinds: ['hole'] });
  const size = { width: widthPx, height: heightPx };
  await sharp(rgb, { raw: { ...size, channels: 3 } }).toFile(join(cwd, 'judged/images/hole_1.png'));
  const truth = Uint8Array.from(mask, (kind) => (kind === 0 ? 0 : 255));
  await sharp(truth, { raw: { ...size, channels: 1 } }).toFile(join(cwd, 'judged/masks/hole_1.png'));
}
beforeAll(drawJudged);

function promotes(pack: string, data: string) {
  return kerf(['tune', 'promote', pack, '--dataset', 'judged', '--data', data, '--most-seconds', '9999'], { cwd });
}

const modelOf = (data: string) =>
  (JSON.parse(readFileSync(join(cwd, data, 'settings.json'), 'utf8')) as { model: string }).model;

test('the first promotion is taken back to the pack that ships, and no farther', async () => {
  cpSync(join(import.meta.dirname, '../../models/leather-base'), join(cwd, 'newer'), { recursive: true });
  const card = readFileSync(join(cwd, 'newer/card.json'), 'utf8');
  writeFileSync(join(cwd, 'newer/card.json'), card.replace('"version": "1.0.0"', '"version": "1.0.1"'));
  expect(await promotes('newer', 'fresh')).toMatchObject({ code: 0 });
  expect(modelOf('fresh')).toContain('leather-base-1.0.1-');
  const rollback = () => kerf(['tune', 'rollback', '--data', 'fresh'], { cwd });
  expect(await rollback()).toMatchObject({ code: 0 });
  expect(modelOf('fresh')).toContain('leather-base-1.0.0-');
  expect(await rollback()).toMatchObject({ code: 1, stderr: expect.stringContaining('TUNE_NOTHING_BEFORE') });
  const { stdout } = await kerf(['tune', 'history', '--data', 'fresh'], { cwd });
  expect(stdout.match(/promote|rollback/g)).toEqual(['promote', 'promote', 'rollback']);
}, 120_000);

test('a pack is promoted where the running one is broken, and says what it was compared with', async () => {
  const promote = () => promotes('leather-base', 'data');
  const first = await promote();
  expect(first).toMatchObject({ code: 0 });
  expect(first.stderr).not.toContain('broken');
  writeFileSync(join(modelOf('data'), 'README.md'), 'other');
  expect(await kerf(['tune', 'history', '--data', 'data'], { cwd })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('TUNE_PACK_TAMPERED'),
  });
  const again = await promote();
  expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('running pack is broken') });
  expect(again.stdout).toMatch(
    /broken: TUNE_PACK_TAMPERED \(README\.md\) +none; leather-base 1\.0\.0 is compared with/,
  );
  expect(await kerf(['tune', 'history', '--data', 'data'], { cwd })).toMatchObject({ code: 0 });
}, 120_000);
