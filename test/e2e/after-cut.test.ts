import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { LEATHER_GRADING } from '#domain/grading.ts';
import type { Order } from '#domain/problem.ts';
import type { Point, Ring } from '#domain/ring.ts';
import { ringBounds } from '#geometry/ring-bounds.ts';
import { flatRing } from '#domain/ring.ts';
import { runMainJob } from '#station/main-job.node.ts';
import { openRooms } from '#station/open-rooms.node.ts';
import { drawCut } from '#synth/draw-cut.ts';
import { drawHide } from '#synth/draw-hide.ts';
import { writeHide } from '#synth/write-hide.node.ts';
import { layoutView } from '#api/views.ts';
import { SMALL_SETTINGS, startSmallStation, temporaryDir } from '../station/small-station.ts';
import { sheetIsKept } from '../station/small-steps.ts';

/** A drawn hide, cut: kerf-wide gaps, one piece missing, one with a tear. The eyes, the solver and the model are the true
 *  ones. */
const MM_PER_PX = 1;
const PACK = join(import.meta.dirname, '../../models/leather-base');

const ORDER: Order = {
  kerf: 1,
  pieces: [
    {
      id: 'pad',
      outline: [
        [0, 0],
        [120, 0],
        [120, 90],
        [60, 110],
        [0, 90],
      ],
      quantity: 6,
      quality: 2,
    },
  ],
};

test('a drawn hide after cutting is accepted piece by piece by a scan', { timeout: 90_000 }, async () => {
  await using dir = await temporaryDir();
  const hide = drawHide({ seed: 12, mmPerPx: MM_PER_PX, width: 660, height: 500, counts: { scar: 1 } });
  const { picture } = await writeHide(hide, join(dir.path, 'hide'));
  await using rooms = openRooms({ packDir: PACK, provider: 'cpu', grading: LEATHER_GRADING, mmPerPx: MM_PER_PX });
  await using running = await startSmallStation(join(dir.path, 'data'), {
    ...{ source: picture, rooms, order: { name: 'pads', order: ORDER } },
    settings: { ...SMALL_SETTINGS, nest: { seconds: 1, threads: 2, seed: 1 } },
  });
  const { station } = running;
  const { job } = await runMainJob(station, { release: { by: 'demo' } });
  await sheetIsKept(station, job.id);
  const layout = layoutView.parse(JSON.parse(await station.layoutJson(job.id)));
  const outlines = layout.pieces.map((piece) => piece.outline);
  expect(outlines.length).toBeGreaterThan(4);

  const middle = (outline: Ring): Point => {
    const { minX, minY, maxX, maxY } = ringBounds(flatRing(outline));
    return [(minX + maxX) / 2, (minY + maxY) / 2];
  };
  const [x, y] = middle(outlines[2]!);
  const tear: Ring = [
    [x - 30, y - 4],
    [x + 30, y - 6],
    [x + 32, y + 5],
    [x - 28, y + 4],
  ];
  const look = async (name: string, isGone: (placement: number) => boolean) => {
    const rgb = drawCut(
      hide,
      outlines.map((outline, k) => ({ outline, isGone: isGone(k), tears: k === 2 ? [tear] : [] })),
      1.2,
    );
    const path = join(dir.path, name, 'table.png');
    await mkdir(join(dir.path, name));
    await sharp(rgb, { raw: { width: hide.widthPx, height: hide.heightPx, channels: 3 } })
      .png({ compressionLevel: 1 })
      .toFile(path);
    return path;
  };

  const inPlace = await station.afterCut.compare(job.id, {
    ...{ by: 'ann', pieces: 'inPlace' },
    source: await look('in-place', (k) => k === 1),
  });
  const told = inPlace.comparison.sights.map(({ state, verdict }) => `${state} ${verdict}`);
  console.log(told.join(', '), JSON.stringify(inPlace.comparison.slip));
  expect(told[1]).toBe('gone rejected');
  // A tear is a hole that the table shows through: too much of it is gone, and a person looks.
  expect(told[2]).toBe('partly doubtful');
  expect(new Set(told.filter((_, k) => k !== 1 && k !== 2))).toEqual(new Set(['there accepted']));

  // The good ones were lifted: the torn one was left, and one that nobody saw.
  const takenOff = await station.afterCut.compare(job.id, {
    ...{ by: 'ann', pieces: 'takenOff' },
    source: await look('taken-off', (k) => k !== 2 && k !== 3),
  });
  const then = takenOff.comparison.sights.map(({ state, verdict }) => `${state} ${verdict}`);
  console.log(then.join(', '));
  expect(then[3]).toBe('there rejected');
  expect(then[2]).toBe('partly doubtful');
  expect(new Set(then.filter((_, k) => k !== 2 && k !== 3))).toEqual(new Set(['gone accepted']));
  const record = await station.afterCut.accept(job.id, {
    ...{ by: 'ann', rejected: [2], comparison: takenOff.sha256 },
  });
  expect(record.accepted).toMatchObject({ how: 'scan', rejected: [2, 3] });
});
