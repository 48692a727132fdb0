import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { PictureOfTable } from '#acquire/set-corners.ts';
import type { FourCorners } from '#domain/table-corners.ts';
import type { Rooms } from '#station/rooms.ts';

/** A camera that looks straight down on a table of 1000 x 700 mm, a pixel a mm, with 100 px of floor around it. */
export const SMALL_PICTURE: Omit<PictureOfTable, 'takenAt'> = {
  widthPx: 1200,
  heightPx: 900,
  source: 'hide.png',
  lens: null,
  // Ids 3 and 4; the first is printed where it was measured to be, 0.4 mm to the left of it.
  seen: [
    { id: 3, corners: [160, 160, 240, 160, 240, 240, 160, 240] },
    { id: 4, corners: [860, 660, 940, 660, 940, 740, 860, 740] },
  ],
  known: [{ id: 3, x: 100.4, y: 600, size: 80 }],
};
export const SMALL_CORNERS: FourCorners = [
  [100, 800],
  [1100, 800],
  [1100, 100],
  [100, 100],
];

/** A part of rooms: each picture is another second's. */
export function smallTable(): Required<Pick<Rooms, 'seeTable' | 'partJpeg'>> {
  let count = 0;
  return {
    async seeTable({ image }) {
      count += 1;
      await mkdir(dirname(image), { recursive: true });
      await writeFile(image, `picture ${count}`);
      return { ...SMALL_PICTURE, takenAt: new Date(Date.UTC(2026, 0, 1, 0, 0, count)).toISOString() };
    },
    partJpeg: (question) => Promise.resolve(Buffer.from(JSON.stringify(question))),
  };
}
