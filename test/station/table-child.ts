import { flushCompileCache } from 'node:module';
import { OWN_THREADS, startSmallStation } from './small-station.ts';
import { smallRooms } from './small-rooms.ts';
import { SMALL_CORNERS, smallTable } from './small-table.ts';

/** A station whose table is told anew again and again, each time 1 mm wider, until it is killed. Argument: its folder. */
const [dir = ''] = process.argv.slice(2);

const { station } = await startSmallStation(dir, { rooms: { ...smallRooms(), ...smallTable() }, ...OWN_THREADS });
flushCompileCache();
const { corners, picture } = await station.table.takePicture();
process.stdout.write('ready\n');
for (let width = (corners?.width ?? 1000) + 1; ; width += 1)
  await station.table.set({
    ...{ takenAt: picture!.takenAt, corners: SMALL_CORNERS, width, height: 700, length: null, by: 'Ada' },
  });
