import { expect, it } from 'vitest';
import { judgeLayout } from '#nest/judge.node.ts';

const SQUARE = [
  [0, 0],
  [10, 0],
  [10, 10],
  [0, 10],
];
const problem = JSON.stringify({
  kerf: 1,
  pieces: [{ id: 'p', outline: SQUARE, quantity: 2 }],
  sheets: [{ id: 's', outline: SQUARE.map(([x, y]) => [10 * x!, 10 * y!]) }],
});
const result = (x: number) => JSON.stringify({ layouts: [{ material: 0, placements: [{ piece: 0, x, y: 0 }] }] });

it('judges in a worker and gives the verdict', async () => {
  expect(await judgeLayout(problem, result(0))).toMatchObject({ valid: true, complete: false, placed: 1, wanted: 2 });
  expect(await judgeLayout(problem, result(95))).toMatchObject({
    valid: false,
    faults: ['material 0 placement 0: outside the material (area 50)'],
  });
});

it('an error in the worker comes back with its code, and names the file', async () => {
  const unreadable = expect.objectContaining({ name: 'KerfError', code: 'NEST_CHECK_UNREADABLE', fault: 'input' });
  await expect(judgeLayout('{"kerf":1,"pieces":[]}', result(0))).rejects.toEqual(unreadable);
  await expect(judgeLayout(problem, '{"layouts": [', { resultName: 'broken.json' })).rejects.toThrow(
    /^broken\.json: found text that is no JSON/,
  );
});

it('ends at once when aborted, with the reason of the signal', async () => {
  const before = new AbortController();
  before.abort(new Error('asked to stop'));
  await expect(judgeLayout(problem, result(0), { signal: before.signal })).rejects.toThrow('asked to stop');
  const during = new AbortController();
  const running = judgeLayout(problem, result(0), { signal: during.signal });
  during.abort(new Error('asked again'));
  await expect(running).rejects.toThrow('asked again');
});
