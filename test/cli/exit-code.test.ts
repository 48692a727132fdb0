import { expect, it } from 'vitest';
import { exitCodeOf, worst } from '../../src/cli/exit-code.ts';
import { KerfError } from '../../src/domain/kerf-error.ts';

it.each([
  [new KerfError('A_B', 'x'), 2],
  [new KerfError('A_B', 'x', { fault: 'input' }), 2],
  [new KerfError('A_B', 'x', { fault: 'answer' }), 1],
  [new KerfError('A_B', 'x', { fault: 'device' }), 3],
  [Object.assign(new Error('stopped'), { name: 'AbortError' }), 130],
  [new TypeError('a defect'), 3],
])('%s exits with %i', (error, code) => {
  expect(exitCodeOf(error)).toBe(code);
});

it('takes the worst of the parts of a folder', () => {
  expect(worst([0, 2, 1])).toBe(2);
  expect(worst([])).toBe(0);
});
