import { SIMULATED_MACHINE } from '#domain/machine.ts';
import type { Machine } from '#domain/machine.ts';
import type { Layout } from '#domain/nest-result.ts';
import type { Order, Sheet } from '#domain/problem.ts';

/** Two straps with a hole and marks, a curved flap and its mirrored pair, on one sheet. */
export const ORDER: Order = {
  kerf: 1,
  pieces: [
    {
      id: 'strap',
      outline: [
        [0, 0],
        [200, 0],
        [200, 30],
        [0, 30],
      ],
      holes: [
        [
          [10, 10],
          [20, 10],
          [20, 20],
          [10, 20],
        ],
      ],
      quantity: 2,
      label: 'Träger ½',
      marks: [
        { kind: 'notch', points: [[100, 0]] },
        {
          kind: 'drill',
          points: [
            [150, 15],
            [180, 15],
          ],
        },
        {
          kind: 'draw',
          points: [
            [40, 15],
            [90, 15],
          ],
        },
        { kind: 'text', points: [[120, 20]], text: 'up & <in>' },
      ],
    },
    { id: 'flap', path: 'M 0 0 L 120 0 L 120 40 A 60 40 0 0 1 0 40 Z', mirror: 'never' },
    { id: 'flap-right', mirror: { pairOf: 'flap' } },
  ],
};

export const SHEET: Sheet = {
  id: 'hide',
  outline: [
    [0, 0],
    [600, 0],
    [600, 400],
    [0, 400],
  ],
  holes: [
    [
      [500, 300],
      [520, 300],
      [510, 320],
    ],
  ],
};

export const LAYOUT: Layout = {
  material: 0,
  placements: [
    { piece: 0, x: 10, y: 10, rotation: 0, mirrored: false },
    { piece: 1, x: 300, y: 20, rotation: 37.5, mirrored: false },
    { piece: 2, x: 420, y: 250, rotation: 180, mirrored: false },
    { piece: 0, x: 60, y: 60, rotation: 90, mirrored: false },
  ],
};

/** A table whose origin is at the upper right, x pointing down. */
export const TURNED_MACHINE: Machine = { ...SIMULATED_MACHINE, id: 'turned', toMachine: [0, -1, -1, 0, 1000, 1200] };

/** For layouts that are made up: three metres by two. */
export const WIDE_SHEET: Sheet = {
  id: 'hide',
  outline: [
    [0, 0],
    [3000, 0],
    [3000, 2000],
    [0, 2000],
  ],
};
