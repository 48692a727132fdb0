import { describe, expect, it } from 'vitest';
import { sharingRings } from '../../src/ui/state/share-same.ts';
import { layoutOf, square } from './page-fixtures.ts';

const before = layoutOf([square(0, 0, 100), square(200, 0, 100), square(400, 0, 100)]);
/** As the next answer brings it: everything is parsed anew. */
const anew = () => structuredClone(before);

describe('a layout that comes again', () => {
  it('keeps the rings of pieces that lie where they lay', () => {
    const next = sharingRings(before, anew());
    expect(next).toEqual(before);
    expect(next.pieces.map((p, i) => p.outline === before.pieces[i]!.outline)).toEqual([true, true, true]);
  });

  it('keeps them under another number, lock or name, and takes new ones for what has moved', () => {
    const [one, two, three] = anew().pieces;
    const moved = square(200, 300, 100);
    const next = sharingRings(before, {
      ...before,
      pieces: [{ ...three!, placement: 0, isLocked: true, label: 'x' }, { ...two!, outline: [...moved] }, one!],
    });
    expect(next.pieces[0]).toMatchObject({ placement: 0, isLocked: true, label: 'x' });
    expect(next.pieces[0]!.outline).toBe(before.pieces[2]!.outline);
    expect(next.pieces[1]!.outline).toEqual(moved);
    expect(next.pieces[2]!.outline).toBe(before.pieces[0]!.outline);
  });

  it('is the new one whole where a hole has changed', () => {
    const [piece] = anew().pieces;
    const withHole = { ...before, pieces: [{ ...piece!, holes: [[...square(10, 10, 20)]] }] };
    const next = sharingRings(withHole, { ...before, pieces: [{ ...piece!, holes: [[...square(10, 10, 30)]] }] });
    expect(next.pieces[0]!.holes[0]).toEqual(square(10, 10, 30));
    expect(sharingRings(null, before)).toBe(before);
  });
});
