import { describe, expect, it } from 'vitest';
import { codeFrom, scannerEar } from '../../src/ui/state/hand-scanner.ts';

/** What is heard of keys, each so long after the one before. */
function heard(keys: readonly string[], everyMs: number): (string | null)[] {
  const hear = scannerEar();
  return keys.map((key, i) => hear(key, 5000 + i * everyMs)).filter((code) => code !== null);
}

describe('a hand scanner among the keys', () => {
  it('is heard when keys come one right after the other and end in Enter', () => {
    expect(heard([...'H-2291', 'Enter'], 8)).toEqual(['H-2291']);
    expect(heard(['Shift', 'H', 'Shift', ...'-2291', 'Enter', ...'abc', 'Enter'], 8)).toEqual(['H-2291', 'abc']);
  });
  it('is not a person who types, nor one who presses Enter on a button', () => {
    expect(heard([...'H-2291', 'Enter'], 200)).toEqual([]);
    expect(heard(['Enter'], 8)).toEqual([]);
  });
  it('reads only what can be a code', () => {
    expect(heard([...'ab', 'Enter'], 8)).toEqual([]);
    expect(heard([...'http://a', 'Enter'], 8)).toEqual([]);
    expect(heard([...'x'.repeat(41), 'Enter'], 8)).toEqual([]);
  });
  it('begins anew after a pause: a slip before it is no part of the code', () => {
    const hear = scannerEar();
    hear('q', 0);
    for (const [i, key] of [...'A17'].entries()) hear(key, 1000 + i * 5);
    expect(hear('Enter', 1020)).toBe('A17');
  });
});

describe('a typed code', () => {
  it('is rid of spaces round it, and refused with any in it', () => {
    expect(['  H-1 ', '', ' ', 'H 1', 'ä'].map(codeFrom)).toEqual(['H-1', null, null, null, null]);
  });
});
