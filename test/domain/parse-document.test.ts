import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { KerfError } from '../../src/domain/kerf-error.ts';
import { parseDocument, parseJson } from '../../src/domain/parse-document.ts';
import { orderSchema } from '../../src/domain/problem.ts';
import { isoTime, wireId } from '../../src/domain/shapes.ts';
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
    [
      { id: 'b', outline: square, rotation: 'Free' },
      'order.json: order.pieces[1].rotation: found "Free", expected "free", "fixed", a list of angles, or an object of around and tolerance.',
    ],
    [
      { id: 'b', outline: square, rotation: { around: 0, tolerance: 5, step: 1 } },
      'order.json: order.pieces[1].rotation.step: found an unknown key, expected only keys of order version 1.',
    ],
    [
      { id: 'b', outline: square, mirror: true },
      'order.json: order.pieces[1].mirror: found true, expected "never", "allowed", or an object with pairOf.',
    ],
  ])('is refused with path, found and expected: %j', (piece, message) => {
    expect(refusal(order(piece))).toBe(message);
  });

  it('of another version is refused', () => {
    expect(refusal({ kerf: 2, pieces: [{ id: 'a', outline: square }] })).toBe(
      'order.json: order.kerf: found 2, expected 1.',
    );
  });

  it.each<[string, z.ZodType, unknown, string]>([
    ['a time', isoTime, 'abc', 'found "abc", expected a time in UTC like 2026-11-22T06:00:00Z'],
    ['a pattern with words', wireId, 'a b', 'found "a b", expected an id of 1 to 40 of A-Z a-z 0-9 . _ -'],
    ['a pattern without', z.string().regex(/^\d$/), 'a', 'found "a", expected text of another form'],
    [
      'a union',
      z.union([z.number(), z.literal('off'), z.literal('on')]),
      [],
      'found [], expected number or "off" or "on"',
    ],
    [
      'a kind',
      z.discriminatedUnion('kind', [z.object({ kind: z.literal('a') })]),
      { kind: 'b' },
      'found "b", expected "a"',
    ],
    ['a key', z.record(wireId, z.number()), { 'a b': 1 }, 'found 1, expected an id of 1 to 40 of A-Z a-z 0-9 . _ -'],
    ['a rule', z.number().refine(() => false), 3, 'found 3, expected another value'],
    ['a step', z.number().multipleOf(5), 3, 'found 3, expected a multiple of 5'],
  ])('says what is expected in words, not that something is invalid: %s', (_, schema, value, message) => {
    expect(() => parseDocument(schema, value, { name: 'x', where: 'x.json' })).toThrow(`: ${message}.`);
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
