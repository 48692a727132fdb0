import { expect, test } from 'vitest';
import type { Problem } from '#domain/problem.ts';
import { box, nest, piece, problem, sheet } from './nest-cases.ts';

const shaded = (x: number, lightness: number) => ({
  outline: box(x, 0, 100, 50),
  shade: [lightness, 0, 0] as [number, number, number],
});
const square = (id: string) => piece(id, box(0, 0, 40, 40), { rotation: 'fixed', kit: 'k' });

/** Two kits of two squares each, locked on a strip of leather whose shade changes from left to right. */
function kits(zones: readonly ReturnType<typeof shaded>[], locked: readonly { piece: string; x: number }[]): Problem {
  const hide = sheet({
    outline: box(0, 0, 300, 50),
    zones: [...zones],
    locked: locked.map((lock) => ({ ...lock, y: 5 })),
  });
  const order = problem([hide], [square('a'), square('b')], { objective: 'kits' });
  return { ...order, kits: [{ id: 'k', quantity: 2, deltaE: 2 }] };
}

test('locked pieces are dealt to kits so that all of them lie, whatever comes first', async () => {
  const locked = [
    { piece: 'a', x: 130 },
    { piece: 'b', x: 5 },
    { piece: 'b', x: 205 },
    { piece: 'a', x: 50 },
  ];
  const { result, verdict } = await nest(kits([shaded(0, 50), shaded(200, 80)], locked));
  expect(verdict).toMatchObject({ valid: true, complete: true });
  expect(result.objective).toMatchObject({ kind: 'kits', value: 1 });
});

test('kits along a chain of shades count as they were dealt', async () => {
  const locked = [
    { piece: 'a', x: 5 },
    { piece: 'b', x: 155 },
    { piece: 'a', x: 105 },
    { piece: 'b', x: 205 },
  ];
  const { result, verdict } = await nest(kits([shaded(100, 51.5), shaded(0, 50), shaded(200, 53)], locked));
  expect(verdict).toMatchObject({ valid: true, complete: true });
  expect(result.objective).toMatchObject({ kind: 'kits', value: 1 });
});

test('where no deal allows them, the lock that finds no kit is named, with shade as a reason', async () => {
  const locked = [
    { piece: 'a', x: 5 },
    { piece: 'a', x: 105 },
    { piece: 'b', x: 205 },
    { piece: 'b', x: 255 },
  ];
  const three = [shaded(0, 50), shaded(100, 60), shaded(200, 80)];
  await expect(nest(kits(three, locked))).rejects.toMatchObject({
    code: 'NEST_LOCKED_PIECE_INVALID',
    message: expect.stringContaining('shade of its kit') as string,
  });
});
