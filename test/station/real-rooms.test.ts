import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { acquireScan } from '#acquire/read-scan.node.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { ToldThickness } from '#domain/material.ts';
import type { TableCorners } from '#domain/table-corners.ts';
import { systemClock } from '#station/system-clock.node.ts';
import { roomsOptions, settingsWith } from '../../src/cli/station-options.ts';
import { LEATHER_GRADING } from '../../src/domain/grading.ts';
import { DEFAULT_SETTINGS } from '../../src/domain/settings.ts';
import { loadPack } from '../../src/inspect/load-pack.node.ts';
import { RealRooms } from '../../src/station/real-rooms.node.ts';
import { enterPack } from '../../src/tune/pack-registry.node.ts';
import { smallPack } from '../inspect/small-pack.ts';

const AT = '2026-01-02T03:04:05.000Z';
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kerf-bench-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a model that cannot be loaded stops no scan: inspecting it says what is wrong', async () => {
  const source = join(folder, 'grey.png');
  await sharp({ create: { width: 300, height: 300, channels: 3, background: '#888' } }).toFile(source);
  const bench = new RealRooms({ packDir: join(folder, 'no-pack'), grading: LEATHER_GRADING, mmPerPx: 1 });
  const dir = join(folder, 'scan');
  const signal = new AbortController().signal;
  const scan = await bench.acquireScan({ source, dir, signal, onProgress: () => undefined });
  expect(scan).toMatchObject({ widthPx: 300, heightPx: 300 });
  const look = bench.inspectScan({
    dir,
    scan,
    signal,
    onProgress: () => undefined,
    onTile: () => undefined,
    onDefects: () => undefined,
  });
  await expect(look).rejects.toMatchObject({ code: 'INSPECT_PACK_MISSING' });
  await bench.close();
});

test('a promoted pack that was changed is refused by the station, though the card was changed alone', async () => {
  const models = join(folder, 'models');
  const entry = await enterPack(models, await loadPack(smallPack()), {
    at: '2026-01-01T00:00:00Z',
    by: null,
    gate: [],
  });
  const card = join(models, entry.folder, 'card.json');
  writeFileSync(card, readFileSync(card, 'utf8').replace('"threshold":0.5', '"threshold":0.9'));
  const source = join(folder, 'changed.png');
  await sharp({ create: { width: 300, height: 300, channels: 3, background: '#888' } }).toFile(source);
  const settings = { ...DEFAULT_SETTINGS, model: join(models, entry.folder) };
  const bench = new RealRooms(await roomsOptions(settings, {}));
  const dir = join(folder, 'changed');
  const { signal } = new AbortController();
  const ignore = () => undefined;
  const scan = await bench.acquireScan({ source, dir, signal, onProgress: ignore });
  const look = bench.inspectScan({ dir, scan, signal, onProgress: ignore, onTile: ignore, onDefects: ignore });
  await expect(look).rejects.toMatchObject({ code: 'TUNE_PACK_TAMPERED', details: { file: 'card.json' } });
  await bench.close();
});

test('the thickness of the material goes with every scan: without a lens it is refused, not forgotten', async () => {
  const source = join(folder, 'thick.png');
  await sharp({ create: { width: 300, height: 300, channels: 3, background: '#888' } }).toFile(source);
  const settings = { ...DEFAULT_SETTINGS, thickness: 4 };
  expect(await roomsOptions(settings, {})).toMatchObject({ thickness: 4 });
  expect(settingsWith(settings, { thickness: '2.5' }).thickness).toBe(2.5);
  const bench = new RealRooms({ ...(await roomsOptions(settings, {})), packDir: join(folder, 'no-pack') });
  const { signal } = new AbortController();
  const scan = bench.acquireScan({ source, dir: join(folder, 'thick'), signal, onProgress: () => undefined });
  await expect(scan).rejects.toMatchObject({ code: 'ACQUIRE_THICKNESS_NEEDS_CAMERA' });
  await bench.close();
});

test('a gauge says first how thick it is, then the command line, the order, the settings', async () => {
  const source = join(folder, 'gauged.png');
  await sharp({ create: { width: 300, height: 300, channels: 3, background: '#888' } }).toFile(source);
  const { signal } = new AbortController();
  // Without a lens it is refused, and says what was to be allowed for.
  const asked = async (thickness: ToldThickness | null, options: Record<string, unknown>) => {
    const settings = settingsWith({ ...DEFAULT_SETTINGS, thickness: 9 }, options);
    const bench = new RealRooms({ ...(await roomsOptions(settings, options)), packDir: join(folder, 'no-pack') });
    const question = { source, thickness, dir: join(folder, 'gauged'), signal, onProgress: () => undefined };
    const refused: unknown = await bench.acquireScan(question).catch((cause: unknown) => cause);
    await bench.close();
    return refused instanceof KerfError ? refused.details['thickness'] : refused;
  };
  expect(await asked({ mm: 2, by: 'gauge' }, { thickness: '5' })).toBe(2);
  expect(await asked({ mm: 2, by: 'order' }, { thickness: '5' })).toBe(5);
  expect(await asked({ mm: 2, by: 'order' }, {})).toBe(2);
  expect(await asked(null, {})).toBe(9);
});

test('a recording is scanned as it was recorded, whatever the settings and the table’s corners say', async () => {
  const source = join(folder, 'recorded.png');
  const dark = { input: { create: { width: 200, height: 150, channels: 3, background: '#432' } } } as const;
  await sharp({ create: { width: 400, height: 300, channels: 3, background: '#ccc' } })
    .composite([dark])
    .removeAlpha()
    .toFile(source);
  const tableCorners: TableCorners = {
    kerf: 1,
    ...{ widthPx: 400, heightPx: 300, width: 800, height: 600 },
    corners: [
      [0, 300],
      [400, 300],
      [400, 0],
      [0, 0],
    ],
    ...{ landmarks: [], checks: { markers: null, length: null }, source, takenAt: AT, setAt: AT, setBy: 'ann' },
  };
  const lens = { matrix: [500, 0, 200, 0, 500, 150, 0, 0, 1], distortion: [0, 0, 0, 0, 0] };
  const calibration = {
    kerf: 1 as const,
    id: 'recorded',
    tableMarkers: [],
    tableCorners,
    ...lens,
    widthPx: 400,
    heightPx: 300,
  };
  const record = join(folder, 'record');
  const first = await acquireScan(source, {
    ...{ calibration, mmPerPx: 2.5, thickness: 3, outDir: join(folder, 'taken'), clock: systemClock, record },
  });
  const { signal } = new AbortController();
  const play = async (name: string, options: Record<string, unknown>, told: ToldThickness | null = null) => {
    const settings = settingsWith({ ...DEFAULT_SETTINGS, thickness: 9, mmPerPx: 7 }, options);
    await using bench = {
      bench: new RealRooms({ ...(await roomsOptions(settings, options)), packDir: join(folder, 'no-pack') }),
      [Symbol.asyncDispose]: () => bench.bench.close(),
    };
    const corners = { ...tableCorners, width: 400, height: 300 };
    const question = { source: record, corners, dir: join(folder, name), signal, onProgress: () => undefined };
    return bench.bench.acquireScan({ ...question, thickness: told });
  };
  expect(await play('played', {})).toEqual(first);
  expect(await play('told', { mmPerPx: '4', thickness: '5' })).toMatchObject({
    ...{ mmPerPx: 4, thickness: 5, calibration: 'recorded' },
  });
  // What the order expects gives way to what lay there; what a gauge says does not.
  expect(await play('ordered', {}, { mm: 6, by: 'order' })).toEqual(first);
  expect(await play('gauged', {}, { mm: 6, by: 'gauge' })).toMatchObject({ thickness: 6 });
});
