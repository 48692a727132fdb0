// The door of `npm start`, `npm test`, `npm run kerf`: brings the set-up up to date, then starts the real thing on the
// Node that npm installed (24), whatever Node runs this file.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { SetupError, nodeBinary, root, setUp } from './setup.mjs';

const [task, ...rest] = process.argv.slice(2);
const callersFolder = process.env.INIT_CWD ?? process.cwd();

const TASKS = {
  start: {
    parts: ['dependencies', 'native', 'screens'],
    script: join(root, 'src/cli/kerf.ts'),
    args: ['start'],
    cwd: callersFolder,
  },
  kerf: {
    parts: ['dependencies', 'native', 'screens'],
    script: join(root, 'src/cli/kerf.ts'),
    args: [],
    cwd: callersFolder,
  },
  test: { parts: ['dependencies', 'native', 'screens'], script: join(root, 'scripts/test.mjs'), args: [], cwd: root },
  check: { parts: ['dependencies'], script: join(root, 'scripts/test.mjs'), args: ['--only=check'], cwd: root },
  quick: {
    parts: ['dependencies', 'native'],
    script: join(root, 'scripts/test.mjs'),
    args: ['--only=quick'],
    cwd: root,
  },
  kiosk: {
    parts: ['dependencies', 'native', 'screens'],
    script: join(root, 'scripts/kiosk.mjs'),
    args: [],
    cwd: callersFolder,
  },
};

if (!Object.hasOwn(TASKS, task)) {
  console.error(`unknown task "${task}": expected ${Object.keys(TASKS).join(', ')}`);
  process.exit(2);
}
const { parts, script, args, cwd } = TASKS[task];
try {
  await setUp(parts);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exit(3);
}
// A station waits most of its day: with a young generation of 4 MB instead of 16 it holds 20 MB less (electron/main.ts and
// the floor bench start it likewise).
const flags = task === 'start' || rest[0] === 'station' ? ['--max-semi-space-size=4'] : [];
// What Node has compiled once it need not compile again: half of a station's start.
const env = { NODE_COMPILE_CACHE: join(root, '.cache', 'compiled'), ...process.env };
const child = spawn(nodeBinary(), [...flags, script, ...args, ...rest], { cwd, stdio: 'inherit', env });
// The terminal's Ctrl-C reaches the child by itself; a signal sent to this process alone is handed on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`cannot start ${nodeBinary()}: ${error.message}. Remove node_modules and try again.`);
  process.exit(3);
});
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
