// Builds the Rust core and lays it where src/nest/native-solver.node.ts looks: native/kerf-native.node.
// Plain JavaScript for Node 20 and later, without dependencies. Content stamps are the caller's (scripts/setup.mjs).
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const LIBRARY = { linux: 'libkerf_native.so', darwin: 'libkerf_native.dylib', win32: 'kerf_native.dll' };

const name = LIBRARY[process.platform];
if (!name) fail(`no native solver for ${process.platform}: built on linux, darwin and win32.`);

const args = [
  'build',
  '--release',
  '--locked',
  '--package',
  'kerf-native',
  '--manifest-path',
  join(here, 'Cargo.toml'),
];
const run = spawnSync('cargo', args, { stdio: 'inherit' });
if (run.error?.code === 'ENOENT')
  fail('cargo was not found: install Rust 1.85 or later (https://rustup.rs), then try again.');
if (run.status !== 0) fail(`cargo ended with ${run.status ?? run.signal}; its output above says why.`);

const built = join(process.env.CARGO_TARGET_DIR ?? join(here, 'target'), 'release', name);
if (!existsSync(built)) fail(`cargo built no ${built}.`);
// Renamed, not written in place: a running process keeps the file that it has loaded.
const product = join(here, 'kerf-native.node');
copyFileSync(built, `${product}.new`);
renameSync(`${product}.new`, product);

function fail(line) {
  console.error(`native: ${line}`);
  process.exit(1);
}
