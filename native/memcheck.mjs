// Runs the solver where every read and write is watched: node native/memcheck.mjs PROBLEM.json [EVALUATIONS]
// The core forbids unsafe code; what is left is the compiler's and the standard library's. valgrind's memcheck looks at
// a search on two threads. Ends with valgrind's exit status.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const [file, evaluations = '20000'] = process.argv.slice(2);
if (!file) {
  console.error('memcheck: found no problem, expected node native/memcheck.mjs PROBLEM.json [EVALUATIONS]');
  process.exit(2);
}
const problem = resolve(file);

const run = (command, args) => {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (error)
    console.error(`memcheck: ${command} was not found (${error.code}): install cargo, and valgrind 3.18 or later.`);
  return error ? 2 : (status ?? 1);
};

const folder = mkdtempSync(join(tmpdir(), 'kerf-memcheck-'));
try {
  const encoded = join(folder, basename(problem).replace(/\.json$/, '.f64'));
  const target = process.env.CARGO_TARGET_DIR ?? join(here, 'target');
  
  process.exitCode =
    run('cargo', ['build', '--release', '--locked', '--example', 'run', '--manifest-path', join(here, 'Cargo.toml')]) ||
    run(process.execPath, [join(here, 'gate/encode.mjs'), folder, problem]) ||
    run('valgrind', ['--error-exitcode=1', '-q', ...leaks, join(target, 'release/examples/run'), encoded, `e${evaluations}`, '2']);
  if (process.exitCode === 0)
    console.log(`memcheck: nothing found in ${evaluations} evaluations of ${basename(problem)} on 2 threads`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
