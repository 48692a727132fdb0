import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { KerfError } from '#domain/kerf-error.ts';
import { encodeProblem } from '#nest/encode-problem.ts';
import { readProblem } from '#nest/read-problem.ts';

/** Writes every problem of the tests' rules as the native door takes it, one file each. Argument: the folder. */
const [folder = ''] = process.argv.slice(2);
let count = 0;
for (const file of globSync(join(import.meta.dirname, '../../fixtures/problems/*.json')))
  for (const problem of problemsIn(JSON.parse(readFileSync(file, 'utf8')))) {
    try {
      const numbers = encodeProblem(readProblem(problem, file));
      const bytes = Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
      writeFileSync(join(folder, `${basename(file, '.json')}-${count}.f64`), bytes);
      count += 1;
    } catch (cause) {
      // Some are there to be refused, before the door.
      if (!(cause instanceof KerfError)) throw cause;
    }
  }
if (count === 0) throw new Error('no problem could be encoded');

/** Whatever stands in the file under the name `problem`. */
function* problemsIn(value: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (name === 'problem') yield inner;
    else yield* problemsIn(inner);
  }
}
