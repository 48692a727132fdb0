// `npm run kiosk`: the station and its page over the whole screen. Electron where its binary is, else Chromium.
// Arguments go to `kerf station`; `--url ADDRESS` (Chromium only) shows a station that runs already.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { createInterface } from 'node:readline';
import { kioskFlags, readyProfile } from './kiosk-profile.mjs';
import { nodeBinary, root } from './setup.mjs';

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const args = process.argv.slice(2);
const url = optionOf('--url') ?? null;

/** What an option of the command line says, as `--name value` or `--name=value`. */
function optionOf(name) {
  const at = args.findIndex((arg) => arg === name || arg.startsWith(`${name}=`));
  return at < 0 ? undefined : args[at] === name ? args[at + 1] : args[at].slice(name.length + 1);
}

/** Electron's binary, or null with the reason why not. The npm package is a downloader; the binary comes apart. */
function electronBinary() {
  const folder = join(root, 'node_modules', 'electron');
  if (!existsSync(folder)) return { path: null, why: 'the package electron is not installed' };
  const named = join(folder, 'path.txt');
  const path = existsSync(named) ? join(folder, 'dist', readFileSync(named, 'utf8').trim()) : null;
  return path && existsSync(path)
    ? { path, why: '' }
    : { path: null, why: "Electron's binary is not there (node_modules/.bin/install-electron downloads it)" };
}

/** electron/*.ts as JavaScript in dist/electron: Electron runs no TypeScript, and a sandboxed preload is CommonJS. */
async function compile() {
  const { rolldown } = await import('rolldown');
  const from = join(root, 'electron');
  const out = join(root, 'dist', 'electron');
  const files = readdirSync(from).filter((file) => file.endsWith('.ts') && file !== 'preload.ts');
  const isElsewhere = (id) => !id.startsWith('.') && !isAbsolute(id);
  const modules = await rolldown({ input: files.map((file) => join(from, file)), external: isElsewhere });
  await modules.write({ dir: out, format: 'es', preserveModules: true, cleanDir: true });
  const preload = await rolldown({ input: join(from, 'preload.ts'), external: isElsewhere });
  await preload.write({ file: join(out, 'preload.cjs'), format: 'cjs' });
  return join(out, 'main.js');
}

function ends(child) {
  return new Promise((done) => {
    child.on('error', (error) => {
      console.error(error.message);
      done(3);
    });
    child.on('exit', (code, signal) => done(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}

/** Starts the station and waits for its first line, the address. */
async function startStation() {
  const child = spawn(nodeBinary(), [join(root, 'src/cli/kerf.ts'), 'station', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const address = await new Promise((done) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (/^https?:\/\/\S+$/.test(line.trim())) done(line.trim());
    });
    child.on('exit', () => done(null));
    child.on('error', () => done(null));
  });
  return { child, address };
}

async function inChromium(why) {
  const browser = [process.env.CHROMIUM_PATH, ...BROWSERS].find((path) => path && existsSync(path));
  if (!browser) {
    console.error(`no kiosk: ${why}, and no Chromium was found (apt-get install -y chromium, or CHROMIUM_PATH).`);
    return 3;
  }
  console.log(`kiosk in Chromium (${browser}): ${why}.`);
  const station = url ? null : await startStation();
  const address = url ?? station.address;
  if (!address) {
    console.error('no kiosk: the station ended before it had an address; its own line above says why.');
    return 3;
  }
  // Here, so that compiling alone runs on a Node that takes no TypeScript.
  const { dataFolder } = await import('../src/cli/data-folder.ts');
  const flags = kioskFlags(address, readyProfile(dataFolder(optionOf('--data')), address, url === null));
  const child = spawn(browser, flags, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // Without its station the page is of no use, and the other way round.
  station?.child.on('exit', () => child.kill());
  const code = await ends(child);
  if (station && station.child.exitCode === null) {
    const gone = ends(station.child);
    station.child.kill('SIGTERM');
    await gone;
  }
  return code;
}

async function inElectron(binary) {
  console.log(`kiosk in Electron (${binary}).`);
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const child = spawn(binary, [...sandbox, await compile()], {
    stdio: 'inherit',
    env: { ...process.env, KERF_STATION_ARGUMENTS: JSON.stringify(args) },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return ends(child);
}

if (args[0] === '--compile-only') {
  console.log(await compile());
} else {
  const { path, why } = electronBinary();
  process.exit(await (path && !url ? inElectron(path) : inChromium(path ? 'a station was named with --url' : why)));
}
