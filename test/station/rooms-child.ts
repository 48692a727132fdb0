import { LEATHER_GRADING } from '#domain/grading.ts';
import { openRooms } from '#station/open-rooms.node.ts';
import { uniformToMm } from '#domain/scan.ts';

/** Opens the true rooms, asks them something, and writes their process's id; then it waits to be killed. */
const rooms = openRooms({ packDir: 'none', provider: 'cpu', grading: LEATHER_GRADING, mmPerPx: 1 });
const outline = [
  [100, 100],
  [900, 140],
  [160, 600],
] as const;
const scan = { sha256: '0'.repeat(64), widthPx: 1000, heightPx: 800, toMm: uniformToMm(1, 800) };
const look = { outline, holes: [], scan };
await rooms.alignSheet({ before: look, cuts: [], after: look });
process.stdout.write(`${rooms.pid}\n`);
