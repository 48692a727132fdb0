import { expect, test } from 'vitest';
import type { StationEvent } from '#api/events.ts';
import { LookedAt } from '#station/looked-at.ts';
import { smallDefect } from './small-rooms.ts';

const RING = smallDefect('d', 0, 0).outline;
const tile = (job: string, done: number): StationEvent => ({ kind: 'tile', job, outline: RING, done, total: 3 });
const found = (job: string, id: string): StationEvent => ({ kind: 'defects', job, defects: [smallDefect(id, 0, 0)] });

test('what was seen of a hide is kept in order, for its own job, until the inspection is there', () => {
  const seen = new LookedAt();
  const told = [tile('j1', 1), found('j1', 'a'), tile('j1', 2), found('j1', 'b')];
  for (const event of told) seen.note(event);
  seen.note({ kind: 'cut', job: 'j1', cutCount: 2 });
  expect(seen.of('j1')).toEqual(told);
  expect(seen.of('j2')).toEqual([]);
  expect(seen.of(null)).toEqual([]);
  seen.note({ kind: 'inspection', job: 'j1' });
  expect(seen.of('j1')).toEqual([]);
});

test('a hide that is looked at from the start again, or another one, begins anew', () => {
  const seen = new LookedAt();
  for (const event of [tile('j1', 1), tile('j1', 2)]) seen.note(event);
  seen.note(tile('j1', 1));
  expect(seen.of('j1')).toEqual([tile('j1', 1)]);
  seen.note(found('j2', 'a'));
  expect([seen.of('j1'), seen.of('j2')]).toEqual([[], [found('j2', 'a')]]);
});
