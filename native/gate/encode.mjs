// Writes problem files as the numbers of encodeProblem, little-endian doubles, for the gate and `cargo run --example run`:
// node native/gate/encode.mjs OUT_FOLDER PROBLEM.json...
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { encodeProblem } from '../../src/nest/encode-problem.ts';
import { readProblem } from '../../src/nest/read-problem.ts';

const [folder, ...files] = process.argv.slice(2);
for (const file of files) {
  const numbers = encodeProblem(readProblem(JSON.parse(readFileSync(file, 'utf8'))));
  writeFileSync(
    join(folder, basename(file).replace(/\.json$/, '.f64')),
    Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength),
  );
}
