// Every check and test, stage by stage, with one closing line "N passed, N failed, N skipped"; above it stands what
// failed, and what failed beside other tests but passed alone (decision 0043).
// What the machine lacks fails with one line that names the command that adds it; KERF_SKIP=browser,mosquitto,cameras,
// python // goes on without. In CI (CI=true, root, Debian) that command is run.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join, relative } from 'node:path';
import { lacksLinker, lacksRust, nodeBinary, root, works } from './setup.mjs';

const only = process.argv.find((a) => a.startsWith('--only='))?.slice(7) ?? 'all';
const skip = new Set((process.env.KERF_SKIP ?? '').split(',').filter(Boolean));
const tally = { passed: 0, failed: 0, skipped: 0 };
/** What failed, and what passed only when it was tried again alone: { name, message }. */
const failures = [];
const unsteady = [];
/** More files than this failing is no matter of a busy machine. */
const SECOND_TRIES = 4;
const bin = (...path) => join(root, 'node_modules', ...path);

const firstOf = (paths) => paths.find((p) => p && existsSync(p));
const PARTS = {
  browser: {
    isThere: () =>
      firstOf([process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']),
    packages: ['chromium'],
    name: 'A browser (Chromium)',
  },
  mosquitto: {
    isThere: () =>
      firstOf(['/usr/sbin/mosquitto']) && works('mosquitto_sub', ['--help']) | existsSync('/usr/bin/mosquitto_sub'),
    packages: ['mosquitto', 'mosquitto-clients'],
    name: 'Mosquitto',
  },
  cameras: {
    isThere: () =>
      existsSync('/usr/bin/ffmpeg') &&
      existsSync('/usr/bin/arv-fake-gv-camera-0.8') &&
      works('gst-inspect-1.0', ['aravissrc']) &&
      works('/usr/bin/python3', ['-c', 'import gi; gi.require_version("GstRtspServer", "1.0")']),
    packages: [
      'ffmpeg',
      'aravis-tools',
      'gstreamer1.0-tools',
      'gstreamer1.0-plugins-base',
      'gstreamer1.0-plugins-good',
      'gstreamer1.0-plugins-bad',
      'gir1.2-gst-rtsp-server-1.0',
      'python3-gi',
    ],
    name: 'FFmpeg, or the fake cameras (Aravis, an RTSP server)',
  },
  python: {
    isThere: () => works('python3', ['-c', 'import venv, ensurepip']),
    packages: ['python3', 'python3-venv'],
    name: 'Python 3 with venv (oracles: ezdxf, shapely)',
  },
};

/** One line for each part that is missing; in CI they are installed first. */
async function provide() {
  let missing = Object.entries(PARTS).filter(([key, part]) => !skip.has(key) && !part.isThere());
  const canInstall = process.env.CI === 'true' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (missing.length > 0 && canInstall) {
    const packages = missing.flatMap(([, part]) => part.packages);
    console.log(`installing ${packages.join(' ')} …`);
    await capture('apt-get', ['update', '-qq']);
    await capture('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
      DEBIAN_FRONTEND: 'noninteractive',
    });
    missing = missing.filter(([, part]) => !part.isThere());
  }
  for (const [key, part] of missing) {
    console.error(
      `${part.name} is missing: install it with "apt-get install -y ${part.packages.join(' ')}", or go on without it with KERF_SKIP=${key}.`,
    );
    fail(part.name, 'missing');
    skip.add(key);
  }
  for (const lack of [lacksRust(), lacksLinker()]) {
    if (lack === null) continue;
    console.error(lack);
    fail('set-up', lack);
  }
}

function capture(command, args, env = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: root, env: { ...process.env, ...env } });
    let output = '';
    child.stdout.on('data', (d) => (output += d));
    child.stderr.on('data', (d) => (output += d));
    child.on('error', (error) => done({ status: 127, output: error.message }));
    child.on('exit', (status) => done({ status: status ?? 1, output }));
  });
}

async function step(name, command, args, { count = () => null, env = {} } = {}) {
  const started = Date.now();
  const { status, output } = await capture(command, args, env);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const counts = count(output) ?? { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 };
  if (status !== 0 && counts.failed === 0) counts.failed = 1;
  for (const key of Object.keys(tally)) tally[key] += counts[key];
  console.log(
    `${status === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s${counts.passed + counts.failed > 1 ? `, ${counts.passed} passed` : ''})`,
  );
  if (status === 0) return;
  console.log(output.trimEnd());
  failures.push({ name, message: output.trimEnd().split('\n').slice(-12).join('\n') });
}

function cargoCounts(output) {
  const rows = [...output.matchAll(/test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored/g)];
  if (rows.length === 0) return null;
  const sum = (k) => rows.reduce((total, row) => total + Number(row[k]), 0);
  return { passed: sum(1), failed: sum(2), skipped: sum(3) };
}

function fail(name, message) {
  tally.failed += 1;
  failures.push({ name, message });
}

/** One run of Vitest, which prints as it goes (a long run must show that it lives): its report, null if there is none.
 *  @param niceness how far it stands back for what runs beside it */
async function runVitest(name, args, { env, niceness = 0 }) {
  const report = join(root, '.cache', `vitest-${name}.json`);
  rmSync(report, { force: true });
  const status = await new Promise((done) => {
    const child = spawn(
      nodeBinary(),
      [
        bin('vitest', 'vitest.mjs'),
        'run',
        '--config',
        'test/vitest.config.ts',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
        ...args,
      ],
      { cwd: root, stdio: 'inherit', env: { ...process.env, KERF_SKIP: [...skip].join(','), ...env } },
    );
    // Of a program that could not be started there is nothing to set; what it starts later is as nice.
    if (niceness > 0 && child.pid !== undefined) setPriority(child.pid, niceness);
    child.on('exit', (code) => done(code ?? 1));
    child.on('error', () => done(1));
  });
  return { status, counts: existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : null };
}

/** Files of a report that failed, each with its failed tests (one, the file itself, where it could not even begin). */
function failedFiles(counts) {
  return counts.testResults
    .filter((file) => file.status === 'failed')
    .map((file) => {
      const path = relative(root, file.name);
      const tests = file.assertionResults
        .filter((test) => test.status === 'failed')
        .map((test) => ({ name: `${path} > ${test.fullName}`, message: (test.failureMessages ?? []).join('\n') }));
      return { path, tests: tests.length > 0 ? tests : [{ name: path, message: file.message ?? '' }] };
    });
}

/** What reckons stands back for what waits: a test that is told within how long an answer must come gets the core at once. */
const NICENESS = { rooms: 5 };

/** Projects of tests side by side; a file that fails is tried once more with the machine for itself, and named even if it
 *  passes then. */
async function vitest(names, { args = [], env = {} } = {}) {
  const argsOf = (name) => ['--project', name, ...args];
  const runs = await Promise.all(
    names.map(async (name) => ({ name, ...(await runVitest(name, argsOf(name), { env, niceness: NICENESS[name] })) })),
  );
  for (const { name, status, counts } of runs) {
    if (counts === null) {
      fail(`vitest ${name}`, 'ended without a report');
      continue;
    }
    const failed = failedFiles(counts);
    tally.passed += counts.numPassedTests;
    tally.skipped += counts.numPendingTests + counts.numTodoTests;
    // What fails outside a test (an unhandled error) has no file that could be tried again.
    if (failed.length === 0 && status !== 0) fail(`vitest ${name}`, 'failed outside its tests: see above');
    if (failed.length > SECOND_TRIES) failed.flatMap((file) => file.tests).forEach((t) => fail(t.name, t.message));
    else for (const file of failed) await tryAgain(name, file, argsOf(name), env);
  }
}

async function tryAgain(name, { path, tests }, args, env) {
  console.log(`again, alone: ${path}`);
  const again = await runVitest(`${name}-again`, [...args, '--no-file-parallelism', path], { env });
  const second = again.counts === null ? tests : failedFiles(again.counts).flatMap((file) => file.tests);
  const stillFailed = second.length === 0 && again.status !== 0 ? tests : second;
  const passed = tests.filter((test) => !stillFailed.some(({ name }) => name === test.name));
  tally.passed += passed.length;
  unsteady.push(...passed);
  stillFailed.forEach((t) => fail(t.name, t.message));
}

function report(title, tests) {
  if (tests.length > 0) console.log(`\n${title}`);
  for (const { name, message } of tests) {
    const lines = message.split('\n').filter((line) => !line.includes('node_modules'));
    console.log(`  ${name}\n${lines.slice(0, 12).join('\n').replaceAll(/^/gm, '    ')}`);
  }
}

const PROJECTS = [
  'src/tsconfig.plain.json',
  'src/tsconfig.node.json',
  'src/ui/tsconfig.json',
  'electron/tsconfig.json',
  'test/tsconfig.json',
];

async function checks() {
  await step('format', nodeBinary(), [bin('oxfmt', 'bin', 'oxfmt'), '--check']);
  await Promise.all([
    (async () => {
      for (const project of PROJECTS)
        await step(`types ${project}`, nodeBinary(), [bin('typescript', 'bin', 'tsc'), '-p', project]);
    })(),
    step('lint and architecture', nodeBinary(), [bin('oxlint', 'bin', 'oxlint'), '--type-aware', '--deny-warnings']),
  ]);
}

async function rust() {
  const manifest = ['--manifest-path', 'native/Cargo.toml'];
  // What is built once and thrown away needs nothing by which to build it again: a fifth of the compiler's time.
  const env = process.env.CI === 'true' ? { CARGO_INCREMENTAL: '0' } : {};
  await step('rust format', 'cargo', ['fmt', ...manifest, '--all', '--check']);
  await step('rust format of the fuzzer', 'cargo', [
    'fmt',
    '--manifest-path',
    'test/fuzz/native/Cargo.toml',
    '--check',
  ]);
  await step('rust lint', 'cargo', ['clippy', ...manifest, '--all-targets', '--', '-D', 'warnings'], { env });
  // The door has no tests of its own: test/nest goes through it. Clippy has compiled it and the example.
  await step('rust tests', 'cargo', ['test', ...manifest, '--package', 'kerf-nest', '--lib', '--tests'], {
    count: cargoCounts,
    env: { ...env, CARGO_PROFILE_TEST_DEBUG: 'line-tables-only' },
  });
}

const started = Date.now();
mkdirSync(join(root, '.cache'), { recursive: true });
if (only === 'all') {
  // What Debian sends comes while the rest computes.
  await Promise.all([provide(), checks(), rust()]);
  await vitest(['rooms', 'waiting']);
  await vitest(['large']);
  await vitest(['timed']);
} else await checks();
if (only === 'quick')
  await vitest(['rooms', 'waiting'], {
    args: ['--exclude', 'test/e2e/**'],
    env: { KERF_SKIP: 'browser,mosquitto,cameras,python' },
  });
report('Unsteady: failed beside other tests, passed alone', unsteady);
report('Failed', failures);
console.log(`${((Date.now() - started) / 1000).toFixed(0)} s`);
console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`);
process.exit(tally.failed > 0 ? 1 : 0);
