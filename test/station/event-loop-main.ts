import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CALM_MM_PER_PX, writeCalmHide } from '../e2e/calm-hide.ts';
import { temporaryDir } from './small-station.ts';

/** `kerf bench floor` runs this as a process of its own. Argument: number of pieces. Writes what measured-job.ts measured
 *  of the event loop over one main job with the true rooms, as JSON. */
const [pieceCount = '500'] = process.argv.slice(2);
await using dir = await temporaryDir();
const { picture, packDir } = await writeCalmHide(dir.path);
const script = join(import.meta.dirname, 'measured-job.ts');
const args = [script, join(dir.path, 'measured'), picture, packDir, String(CALM_MM_PER_PX), pieceCount];
const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
await lines.next();
child.stdin.end('go\n');
process.stdout.write(`${String((await lines.next()).value)}\n`);
