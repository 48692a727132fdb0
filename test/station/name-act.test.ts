import { expect, test } from 'vitest';
import type { LockedPiece } from '#domain/arrangement.ts';
import { arrangingAct } from '#station/name-act.ts';

const at = (piece: string, x: number, rotation = 0): LockedPiece => ({ piece, x, y: 0, rotation, mirrored: false });
const arranged = (locked: readonly LockedPiece[] = [], banned: readonly string[] = []) => ({ locked, banned });
const NONE = arranged();
const LAID = [at('flap', 0), at('flap', 100, 90), at('strap', 200)];

test('what was done to pieces has a name, whoever asks for it', () => {
  const name = (before: typeof NONE, after: typeof NONE, moved: readonly LockedPiece[] = []) => {
    const { action, pieces } = arrangingAct(before, after, LAID, moved);
    return [action, ...pieces];
  };
  expect(name(NONE, arranged([at('flap', 0)]))).toEqual(['lock', 'flap']);
  expect(name(NONE, arranged([at('flap', 1e-9, 360)]))).toEqual(['lock', 'flap']);
  expect(name(arranged([at('flap', 0)]), NONE)).toEqual(['unlock', 'flap']);
  expect(name(NONE, arranged([at('strap', 300)]))).toEqual(['move', 'strap']);
  expect(name(NONE, arranged([at('strap', 200, 90)]))).toEqual(['turn', 'strap']);
  expect(name(NONE, arranged([at('strap', 0), at('flap', 200)]))).toEqual(['swap', 'strap', 'flap']);
  expect(name(arranged([at('flap', 0)]), arranged([], ['flap']))).toEqual(['ban', 'flap']);
  expect(name(arranged([], ['flap', 'strap']), arranged([], ['strap']))).toEqual(['allow', 'flap']);
  // Which copy it was decides between moved and turned.
  expect(name(NONE, arranged([at('flap', 110, 0)]), [LAID[0]!])).toEqual(['move', 'flap']);
  expect(name(NONE, arranged([at('flap', 110, 0)]))).toEqual(['turn', 'flap']);
});
