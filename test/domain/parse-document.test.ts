import { describe, expect, it } from 'vitest';
import { KerfError } from '../../src/domain/kerf-error.ts';
import { parseDocument, parseJson } from '../../src/domain/parse-document.ts';
import { orderSchema } from '../../src/domain/problem.ts';
import { readProblem } from '../../src/nest/read-problem.ts';

const square = [
  [0, 0],
  [10, 0],
  [10, 10],
];

function refusal(value: unknown): string {
  try {
    parseDocument(orderSchema, value, { name: 'order', where: 'order.json' });
  } catch (error) {
    if (error instanceof KerfError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('a document of ours', () => {
  const order = (piece: object) => ({ kerf: 1, pieces: [{ id: 'a', outline: square }, piece] });

  it('is taken when it fits', () => {
    expect(refusal(order({ id: 'b', outline: square, rotation: { around: 0, tolerance: 5 } }))).toBe('accepted');
  });

  it.each([
    [{ id: 'b', outline: square, quantity: 1.5 }, 'order.json: order.pieces[1].quantity: found 1.5, expected int.'],
    [{ id: 'b', outline: square, quantity: '2' }, 'order.json: order.pieces[1].quantity: found "2", expected number.'],
    [
      { id: 'b', outline: square, colour: 'red' },
      'order.json: order.pieces[1].colour: found an unknown key, expected only keys of order version 1.',
    ],
    [
      { id: 'b', outline: [[0, 0]] },
      'order.json: order.pieces[1].outline: found [[0,0]], expected at least 3 entries.',
    ],
    [{ id: 'b', outline: square, spacing: -1 }, 'order.json: order.pieces[1].spacing: found -1, expected at least 0.'],
    [{ outline: square }, 'order.json: order.pieces[1].id: found nothing, expected string.'],
  ])('is refused with path, found and expected: %j', (piece, message) => {
    expect(refusal(order(piece))).toBe(message);
  });

  it('of another version is refused', () => {
    expect(refusal({ kerf: 2, pieces: [{ id: 'a', outline: square }] })).toBe(
      'order.json: order.kerf: found 2, expected 1.',
    );
  });

  it('that is no JSON names the file', () => {
    expect(parseJson('\uFEFF{"kerf":1}', 'order.json')).toEqual({ kerf: 1 });
    expect(() => parseJson('{"kerf": NaN}', 'order.json')).toThrow(/^order\.json: found text that is no JSON/);
  });

  it('is refused in words of its own where a hundred thousand brackets stand for a value', () => {
    // Read it can be, without recursion; writing it again takes the stack.
    const deep = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as unknown;
    expect(refusal(deep)).toBe('order.json: order: found a list that is nested too deeply, expected object.');
    expect(refusal(order({ id: 'b', outline: square, quantity: { deep } }))).toBe(
      'order.json: order.pieces[1].quantity: found an object that is nested too deeply, expected number.',
    );
    expect(() => readProblem({ items: [{ shape: deep }] }, 'problem')).toThrow(
      'found a list that is nested too deeply, expected an object',
    );
  });
});
