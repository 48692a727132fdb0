// What comes through the native door under libFuzzer, led by what each input reaches: test/fuzz/native, from the problems
// of test/fixtures and everything that crashed before.
//   node scripts/fuzz-native.mjs [SECONDS]     0 nothing found; 1 found, and where it lies; 60 s unless told otherwise
// Stable Rust will do: the compiler's own coverage flags, which cargo-fuzz gives too. Needs a C++ compiler for libFuzzer.
// What it learnt is kept in .cache/fuzz-native, so a later run goes on from there.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { lacksRust, nodeBinary, root, setUp, works } from './setup.mjs';

const COVERAGE = [
  '-Cpasses=sancov-module',
  '-Cllvm-args=-sanitizer-coverage-level=4',
  '-Cllvm-args=-sanitizer-coverage-inline-8bit-counters',
  '-Cllvm-args=-sanitizer-coverage-pc-table',
  '-Cllvm-args=-sanitizer-coverage-trace-compares',
  '--cfg=fuzzing',
].join(' ');

function fail(line) {
  console.error(`fuzz:native: ${line}`);
  process.exit(2);
}

function run(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  if (error) fail(`${command}: ${error.message}`);
  return status ?? 1;
}

const seconds = Number(process.argv[2] ?? 60);
if (!(seconds >= 1)) fail(`found ${process.argv[2]}, expected seconds: npm run fuzz:native -- 600`);
const lack = lacksRust();
if (lack) fail(lack);
if (!works(process.env.CXX ?? 'c++', ['--version']))
  fail('a C++ compiler is missing: install it with "apt-get install -y build-essential".');
await setUp(['dependencies']);

const work = join(root, '.cache', 'fuzz-native');
const [corpus, seeds] = ['corpus', 'seeds'].map((name) => join(work, name));
for (const folder of [corpus, seeds]) mkdirSync(folder, { recursive: true });
if (run(nodeBinary(), [join('test', 'fuzz', 'native', 'write-seeds.ts'), seeds]) !== 0)
  fail('the seeds could not be written');

const host = /host: (\S+)/.exec(spawnSync('rustc', ['-vV'], { encoding: 'utf8' }).stdout)?.[1];
if (!host) fail('rustc did not say what it builds for');
const manifest = join('test', 'fuzz', 'native', 'Cargo.toml');
const target = join(work, 'target');
// With --target the flags are the fuzzer's alone, not those of build scripts, which run here.
const args = ['build', '--release', '--locked', '--manifest-path', manifest, '--target', host];
if (run('cargo', args, { RUSTFLAGS: COVERAGE, CARGO_TARGET_DIR: target }) !== 0) fail('it could not be built');

const status = run(join(target, host, 'release', 'kerf-fuzz'), [
  ...[corpus, seeds, join('test', 'fuzz', 'native', 'found')],
  ...[`-max_total_time=${seconds}`, '-timeout=30', '-rss_limit_mb=2048', '-max_len=32768', '-print_final_stats=1'],
  `-artifact_prefix=${join(work, 'found-')}`,
]);
if (status !== 0) console.error(`fuzz:native: keep the file above in test/fuzz/native/found once its cause is mended.`);
process.exitCode = status === 0 ? 0 : 1;
