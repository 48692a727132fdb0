// Sets up what is missing, each part only when its inputs changed. Plain JavaScript for Node 20, no dependencies:
// this runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const cache = join(root, '.cache');
const isWindows = process.platform === 'win32';

/** Node 24 as npm installed it: the version that everything of ours runs on, whatever runs this file. */
export function nodeBinary() {
  return join(root, 'node_modules', 'node', 'bin', isWindows ? 'node.exe' : 'node');
}

function filesUnder(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter((e) => !['target', 'node_modules', '.cache'].includes(e.name) && !e.name.endsWith('.node'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((e) => filesUnder(join(path, e.name)));
}

function stampOf(paths, extra) {
  const hash = createHash('sha256').update(extra);
  for (const path of paths)
    for (const file of filesUnder(join(root, path))) hash.update(file.slice(root.length)).update(readFileSync(file));
  return hash.digest('hex');
}

/** A failure that a person can mend: one line, with the command that mends it. */
export class SetupError extends Error {}

async function run(command, args, what, say) {
  const started = Date.now();
  say(`setting up: ${what} …`);
  const output = [];
  const child = spawn(command, args, { cwd: root, shell: isWindows && command === 'npm' });
  child.stdout.on('data', (data) => output.push(data));
  child.stderr.on('data', (data) => output.push(data));
  const ended = await new Promise((done) => {
    child.on('error', (error) => done(error.message));
    child.on('close', (status) => done(status));
  });
  if (ended !== 0) {
    const tail = Buffer.concat(output).toString('utf8').trim().split('\n').slice(-30).join('\n');
    throw new SetupError(`${what} failed (${command} ${args.join(' ')}):\n${typeof ended === 'string' ? ended : tail}`);
  }
  say(`setting up: ${what}: done in ${((Date.now() - started) / 1000).toFixed(0)} s`);
}

async function part(name, inputs, extra, products, make) {
  const stamp = stampOf(inputs, extra);
  const file = join(cache, `setup-${name}`);
  const isFresh = products.every((p) => existsSync(p)) && existsSync(file) && readFileSync(file, 'utf8') === stamp;
  if (isFresh) return;
  await make();
  mkdirSync(cache, { recursive: true });
  writeFileSync(file, stamp);
}

/** Dependencies from the lock file. `npm install --no-save` takes the lock as it is with npm 10 and 11, where 11's
 *  `npm ci` refuses locks that lack other platforms' optional binaries. */
async function dependencies(say) {
  const folder = join(root, 'node_modules');
  if (existsSync(folder) && lstatSync(folder).isSymbolicLink()) return;
  await part(
    'dependencies',
    ['package.json', 'package-lock.json', '.npmrc'],
    process.platform + process.arch,
    [nodeBinary()],
    () =>
      run(
        'npm',
        ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'],
        'dependencies (npm, about a minute)',
        say,
      ),
  );
}

async function native(say) {
  const product = join(root, 'native', 'kerf-native.node');
  await part('native', ['native'], process.platform + process.arch, [product], async () => {
    const lack = [lacksRust(), lacksLinker()].find((l) => l !== null);
    if (lack) throw new SetupError(lack);
    await run(
      process.execPath,
      [join('native', 'build.mjs')],
      'the native core (cargo, one to three minutes the first time)',
      say,
    );
  });
}

async function screens(say) {
  await part(
    'screens',
    ['src/ui', 'src/api', 'src/domain', 'src/geometry', 'package-lock.json'],
    '',
    [join(root, 'dist', 'ui', 'index.html')],
    () =>
      run(
        nodeBinary(),
        [
          join('node_modules', 'vite', 'bin', 'vite.js'),
          'build',
          '--config',
          'src/ui/vite.config.ts',
          '--logLevel',
          'warn',
        ],
        'the screens',
        say,
      ),
  );
}

export function works(command, args) {
  const done = spawnSync(command, args, { stdio: 'ignore', shell: isWindows });
  return !done.error && done.status === 0;
}

export function lacksRust() {
  return works('cargo', ['--version'])
    ? null
    : 'Rust is missing: install it with "curl --proto =https -sSf https://sh.rustup.rs | sh" (or "apt-get install cargo" where that is 1.85 or later).';
}

export function lacksLinker() {
  return works('cc', ['--version'])
    ? null
    : 'A C linker is missing: install it with "apt-get install -y build-essential".';
}

/** Brings everything up to date that `parts` names; says nothing when nothing is to do. One set-up at a time; within it the
 *  core is built while npm waits for the network.
 *  @throws SetupError with one line that says what to do */
export async function setUp(parts = ['dependencies', 'native', 'screens'], say = (line) => console.error(line)) {
  mkdirSync(cache, { recursive: true });
  const lock = join(cache, 'setup.lock');
  const until = Date.now() + 15 * 60_000;
  while (true) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (!isAlive(lock)) rmSync(lock, { force: true });
      else if (Date.now() > until)
        throw new SetupError(`another set-up holds ${lock} for 15 minutes: end it, or remove the file.`, {
          cause: error,
        });
      else await new Promise((done) => setTimeout(done, 500));
    }
  }
  try {
    const has = (part) => parts.includes(part);
    const packages = async () => {
      if (has('dependencies')) await dependencies(say);
      if (has('screens')) await screens(say);
    };
    const ended = await Promise.allSettled([packages(), has('native') ? native(say) : null]);
    for (const { reason } of ended) if (reason !== undefined) throw reason;
  } finally {
    rmSync(lock, { force: true });
  }
}

function isAlive(lock) {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
