import { readdirSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const room = resolve(dirname(fileURLToPath(import.meta.url)), '../../src/nest');
const judge = readdirSync(room).filter((name) => name.startsWith('validate-') || name.startsWith('judge.'));

it('the judge imports the nouns, Clipper, Node and itself: nothing that a solver uses', () => {
  expect(judge.length).toBeGreaterThan(10);
  for (const name of judge) {
    const text = readFileSync(resolve(room, name), 'utf8');
    for (const [, from] of text.matchAll(/from '([^']+)'/g)) {
      expect(from, name).toMatch(/^(#domain\/|clipper-lib$|node:|\.\/(validate-|judge\.))/);
    }
  }
});
