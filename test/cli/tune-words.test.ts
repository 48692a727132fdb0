import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { drawLeatherTile } from '#synth/draw-leather-tile.ts';
import { kerf } from './kerf.node.ts';

const cwd = mkdtempSync(join(tmpdir(), 'kerf-words-'));
const says = (text: string) => expect.stringContaining(text) as string;

beforeAll(async () => {
  for (const dir of ['good', 'boxes/images', 'boxes/labels', 'boxes/good'])
    mkdirSync(join(cwd, dir), { recursive: true });
  const { rgb } = drawLeatherTile({ seed: 5, sizePx: 96, mmPerPx: 0.5, kinds: [] });
  const picture = sharp(rgb, { raw: { width: 96, height: 96, channels: 3 } }).png();
  for (const path of ['good/a.png', 'boxes/images/a.png', 'boxes/good/b.png'])
    await picture.clone().toFile(join(cwd, path));
  writeFileSync(join(cwd, 'boxes/labels/a.txt'), '0 0.5 0.5 0.2 0.2\n');
  writeFileSync(join(cwd, 'boxes/classes.txt'), 'cut\n');
});

test('teaching says which scale it assumes and that nothing was left out, and leaves the pictures where they are', async () => {
  expect(await kerf(['tune', 'teach', 'good', '--out', 'good'], { cwd })).toMatchObject({
    code: 2,
    stderr: says('TUNE_OUT_THERE'),
  });
  expect(readdirSync(join(cwd, 'good'))).toEqual(['a.png']);
  const assumed = says('0.5 mm a pixel is assumed');
  const taught = await kerf(['tune', 'teach', 'good', '--out', 'pack'], { cwd });
  expect(taught).toMatchObject({ code: 0, stderr: assumed, stdout: says('nothing could be left out') });
  const given = await kerf(['tune', 'teach', 'good', '--mm-per-px', '0.5', '--out', 'pack'], { cwd });
  expect(given).toMatchObject({ code: 0, stderr: expect.not.stringContaining('assumed') as string });
});

test('boxes, and good pictures that are not read, are said', async () => {
  const exported = await kerf(['tune', 'export', 'boxes', '--out', 'coco'], { cwd });
  expect(exported).toMatchObject({ code: 0, stderr: says('1 of 1 marks are boxes') });
  expect(exported.stderr).toContain('good/ is not read');
});

test('a training that is stopped says what it kept and how to go on, and one that begins anew says what lies there', async () => {
  const train = (until: RegExp, ...more: string[]) =>
    kerf(['tune', 'train', 'boxes', '--steps', '50', '--base', 'none', '--out', 'trained', ...more], {
      cwd,
      onStderr: (soFar, kill) => {
        if (until.test(soFar)) kill('SIGINT');
      },
    });
  // Before the first look there is nothing to go on from.
  expect(await train(/training/)).toMatchObject({
    code: 130,
    stderr: says('Cancelled: nothing half-written is left.'),
  });
  const kept = says(
    `50 of 50 steps are kept in ${join(cwd, 'trained.training')}. Go on by the same command with --resume`,
  );
  expect(await train(/training.*: 100 %/)).toMatchObject({ code: 130, stderr: kept });
  const anew = await train(/begins anew/);
  expect(anew).toMatchObject({ code: 130, stderr: kept });
  expect(anew.stderr).toContain('was stopped at step 50 of 50');
  const resumed = await train(/at most 50 steps/, '--resume');
  expect(resumed).toMatchObject({ code: 130, stderr: kept });
  expect(resumed.stderr).not.toContain('begins anew');
}, 180_000);
