import { expect, it } from 'vitest';
import { namePiece } from '../../src/ui/state/name-piece.ts';

it('says a piece by its label, with its product where two have a piece of that label, and by its id where it has none', () => {
  const pieces = [
    { id: 'wallet-body', label: 'Body', kit: 'Lido wallet' },
    { id: 'tote-strap', label: 'Strap', kit: 'Siena tote' },
    { id: 'belt-strap', label: 'Strap', kit: null },
  ];
  expect(['wallet-body', 'tote-strap', 'belt-strap', 'gone'].map((id) => namePiece(pieces, id))).toEqual([
    'Body',
    'Siena tote Strap',
    'Strap',
    'gone',
  ]);
});
