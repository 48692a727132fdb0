import { describe, expect, it } from 'vitest';
import { codeFrom, scannerEar, type Heard } from '../../src/ui/state/hand-scanner.ts';

/** What is heard of keys, each so long after the one before. */
function heard(keys: readonly string[], everyMs: number): Heard[] {
  const hear = scannerEar();
  return keys.map((key, i) => hear(key, 5000 + i * everyMs));
}
const codes = (keys: readonly string[], everyMs: number) =>
  heard(keys, everyMs).flatMap((one) => (one.kind === 'code' ? [one.code] : []));

describe('a hand scanner among the keys', () => {
  it('is heard when keys come one right after the other and end in Enter', () => {
    for (const everyMs of [8, 80, 100]) expect(codes([...'H-2291', 'Enter'], everyMs)).toEqual(['H-2291']);
    expect(codes(['Shift', 'H', 'Shift', ...'-2291', 'Enter', ...'abc', 'Enter'], 8)).toEqual(['H-2291', 'abc']);
  });
  it('is not a person who types, nor one who presses Enter or space on a button', () => {
    const kinds = (keys: readonly string[], everyMs: number) => new Set(heard(keys, everyMs).map(({ kind }) => kind));
    expect(kinds([...'H-2291', 'Enter'], 200)).toEqual(new Set(['key']));
    expect(kinds(['Enter'], 8)).toEqual(new Set(['key']));
    expect(kinds([' ', ' ', 'Enter'], 8)).toEqual(new Set(['key']));
  });
  it('that reads what cannot be a code is heard too, and nothing of it is left to the button with the focus', () => {
    for (const tag of ['ab', 'H/2291', 'HIDE 2291', 'https://tag.example/H-2291', '4711+A', 'x'.repeat(41)]) {
      const [first, ...rest] = heard([...tag, 'Enter'], 8);
      expect(first).toEqual({ kind: 'key' });
      expect(rest.at(-1)).toEqual({ kind: 'no-code', tag });
      expect(rest.slice(0, -1).every(({ kind }) => kind === 'burst')).toBe(true);
    }
  });
  it('begins anew after a pause: a slip before it is no part of the code', () => {
    const hear = scannerEar();
    hear('q', 0);
    for (const [i, key] of [...'A17'].entries()) hear(key, 1000 + i * 5);
    expect(hear('Enter', 1020)).toEqual({ kind: 'code', code: 'A17' });
  });
});

describe('a typed code', () => {
  it('is rid of spaces round it, and refused with any in it', () => {
    expect(['  H-1 ', '', ' ', 'H 1', 'ä'].map(codeFrom)).toEqual(['H-1', null, null, null, null]);
  });
});
