import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { layoutView, type LayoutView } from '#api/views.ts';
import { LEATHER_GRADING } from '#domain/grading.ts';
import type { Point } from '#domain/ring.ts';
import { sampleOrder } from '#orders/sample-order.ts';
import { runMainJob } from '#station/main-job.node.ts';
import { openRooms } from '#station/open-rooms.node.ts';
import type { Station } from '#station/station.node.ts';
import { kerf } from '../cli/kerf.node.ts';
import { SMALL_SETTINGS, startSmallStation } from '../station/small-station.ts';
import { CALM_MM_PER_PX } from './calm-hide.ts';
import { ownCalmHide } from './own-calm-hide.ts';

/** The station on the true rooms: pictures, model, solver, check and cut file; only the PLC is simulated. */

const hide = ownCalmHide();

const roomsHere = () =>
  openRooms({ packDir: hide.packDir, provider: 'cpu', grading: LEATHER_GRADING, mmPerPx: CALM_MM_PER_PX });

describe('a job', () => {
  test('a defect drawn over a placed piece gives another valid layout, in which no piece lies on it', async () => {
    await using rooms = roomsHere();
    await using running = await startSmallStation(join(hide.dir, 'drawn'), {
      source: hide.picture,
      rooms,
      order: { name: 'sample', order: sampleOrder() },
      settings: { ...SMALL_SETTINGS, nest: { seconds: 2, threads: 2, seed: 1 } },
    });
    const { station } = running;
    const first = await runMainJob(station, { release: null });
    const before = await layoutOf(station, first.job.id);
    const victim = before.pieces[Math.floor(before.pieces.length / 2)];
    const centre = middle(victim?.outline ?? []);
    await station.addDefect(first.job.id, { outline: square(centre, 6), class: 'hole', quality: 0, by: 'ann' });
    await station.until(() => station.job?.state === 'nested', AbortSignal.timeout(60_000));
    const after = await layoutOf(station, first.job.id);
    expect(after.sha256).not.toBe(before.sha256);
    // The check that every layout passes looks for pieces on holes; this is the one that would lie on it.
    expect(after.pieces.map((p) => JSON.stringify(p.outline))).not.toContain(JSON.stringify(victim?.outline));
    const places = new Set(after.pieces.map((p) => JSON.stringify(p.outline[0])));
    const kept = before.pieces.filter((p) => places.has(JSON.stringify(p.outline[0]))).length;
    console.log(`${before.pieceCount} pieces before, ${after.pieceCount} after the defect, ${kept} where they were`);
    expect(kept).toBeGreaterThan(0);
    expect((await running.store.events(first.job.id)).map((e) => e.kind)).toEqual([
      'new',
      'scanned',
      'inspected',
      'reviewed',
      'nested',
      'corrected',
      'nested',
    ]);
    const picturePx = await sharp(await station.scanJpeg(first.job.id, 400)).metadata();
    expect(Math.max(picturePx.width, picturePx.height)).toBe(400);
  });

  test('is cut as it lay on the screen while the search ran', async () => {
    await using rooms = roomsHere();
    await using running = await startSmallStation(join(hide.dir, 'early'), {
      source: hide.picture,
      rooms,
      order: { name: 'sample', order: sampleOrder() },
      settings: { ...SMALL_SETTINGS, nest: { seconds: 60, threads: 2, seed: 1 } },
    });
    const { station } = running;
    const shown: LayoutView[] = [];
    station.subscribe((message) => {
      if ('json' in message) shown.push((JSON.parse(message.json) as { layout: LayoutView }).layout);
    });
    const { id } = await station.startJob();
    await station.until(() => station.job?.state === 'inspected', AbortSignal.timeout(60_000));
    await station.review(id, { by: 'ann', waive: true });
    await station.until(() => station.status().plc.isConnected, AbortSignal.timeout(20_000));
    await expect.poll(() => shown.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(2);
    const seen = shown.find((layout) => layout.sha256 !== null);
    const begun = performance.now();
    await station.approve(id, { layoutSha256: seen?.sha256 ?? '', by: 'ann' });
    console.log(`approved ${(performance.now() - begun).toFixed(0)} ms after the tap, ${seen?.pieceCount} pieces`);
    await station.until(() => station.job?.state === 'done', AbortSignal.timeout(60_000));
    expect(station.job).toMatchObject({ layoutSha256: seen?.sha256, pieceCount: seen?.pieceCount });
    expect(running.plc?.cutJobs).toEqual([id]);
    const again = ['nest', '--replay', id, '--data', join(hide.dir, 'early'), '--out', join(hide.dir, 'again.json')];
    expect((await kerf(again)).stdout).toContain('the same layout, placement for placement');
  });

  test('a black picture ends with a clear no', async () => {
    await using rooms = roomsHere();
    const black = join(hide.dir, 'black.png');
    await sharp({ create: { width: 800, height: 600, channels: 3, background: 'black' } })
      .png()
      .toFile(black);
    await using running = await startSmallStation(join(hide.dir, 'black'), { rooms, source: black });
    await expect(runMainJob(running.station, { release: { by: 'demo' } })).rejects.toMatchObject({
      code: 'INSPECT_NO_HIDE',
      fault: 'answer',
    });
    expect(running.station.job).toMatchObject({ state: 'failed', reason: 'INSPECT_NO_HIDE' });
    expect(running.station.status().alarms.map((a) => a.code)).toContain('STATION_JOB_FAILED');
  });

  test('a picture that is not there, and a pack that is not, name themselves', async () => {
    await using rooms = roomsHere();
    await using running = await startSmallStation(join(hide.dir, 'missing'), {
      rooms,
      source: join(hide.dir, 'nobody.png'),
    });
    await expect(runMainJob(running.station, { release: null })).rejects.toMatchObject({
      fault: 'input',
      message: expect.stringContaining('nobody.png'),
    });
    await using blind = openRooms({
      packDir: join(hide.dir, 'no-pack'),
      grading: LEATHER_GRADING,
      mmPerPx: CALM_MM_PER_PX,
    });
    await using other = await startSmallStation(join(hide.dir, 'blind'), { rooms: blind, source: hide.picture });
    await expect(runMainJob(other.station, { release: null })).rejects.toMatchObject({ code: 'INSPECT_PACK_MISSING' });
  });
});

async function layoutOf(station: Station, id: string) {
  return layoutView.parse(JSON.parse(await station.layoutJson(id)));
}

function middle(outline: readonly Point[]): Point {
  const n = Math.max(1, outline.length);
  return [outline.reduce((sum, [x]) => sum + x, 0) / n, outline.reduce((sum, [, y]) => sum + y, 0) / n];
}

function square([x, y]: Point, half: number): Point[] {
  return [
    [x - half, y - half],
    [x + half, y - half],
    [x + half, y + half],
    [x - half, y + half],
  ];
}
