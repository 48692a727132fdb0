import { describe, expect, it } from 'vitest';
import type { TablePicture, TableView } from '../../src/api/table-routes.ts';
import { firstDraft, reduceDraft, type DraftAction, type DraftState } from '../../src/ui/table/table-draft.ts';
import { mmPerPixel, tableFacts } from '../../src/ui/table/table-facts.ts';
import { SMALL_CORNERS, SMALL_PICTURE } from '../station/small-table.ts';

const picture: TablePicture = { ...SMALL_PICTURE, takenAt: '2026-01-01T00:00:00.000Z' };
const table: TableView = { tableWidth: 3200, tableHeight: 2400, corners: null, hasBefore: false, picture };
const after = (state: DraftState, ...actions: readonly DraftAction[]) => actions.reduce(reduceDraft, state);
/** The table of 1000 x 700 mm, a pixel a mm, set as it lies. */
const set = after(
  firstDraft(table, picture),
  ...SMALL_CORNERS.map((at, handle) => ({ kind: 'place', handle, at, isNew: true }) as const),
  { kind: 'side', side: 'width', mm: 1000 },
  { kind: 'side', side: 'height', mm: 700 },
);

describe('what a person sets of the table', () => {
  it('starts with the machine’s size amid the picture, or with what was set, as this picture shows it', () => {
    const { now, past } = firstDraft(table, picture);
    expect(now).toMatchObject({ width: 3200, height: 2400, length: null });
    expect(now.corners[0]).toEqual([120, 810]);
    expect(past).toEqual([]);
    const corners = {
      widthPx: 600,
      heightPx: 450,
      corners: SMALL_CORNERS.map(([u, v]) => [u / 2, v / 2]),
      width: 1000,
    };
    const kept = { ...table, corners } as unknown as TableView;
    expect(firstDraft(kept, picture).now).toMatchObject({ corners: SMALL_CORNERS, width: 1000 });
    // Of another camera: its pixels mean nothing here.
    expect(firstDraft(kept, { ...picture, heightPx: 1200 }).now.corners[0]).toEqual([120, 1080]);
  });

  it('goes back drag by drag, not pixel by pixel', () => {
    const place = (u: number, isNew: boolean): DraftAction => ({ kind: 'place', handle: 2, at: [u, 100], isNew });
    const dragged = after(set, place(1000, true), place(1010, false), place(1020, false), place(900, true));
    expect(dragged.now.corners[2]).toEqual([900, 100]);
    const once = after(dragged, { kind: 'undo' });
    expect(once.now.corners[2]).toEqual([1020, 100]);
    expect(after(once, { kind: 'undo' }).now).toEqual(set.now);
    const all = after(set, ...Array.from({ length: 20 }, () => ({ kind: 'undo' }) as const));
    expect(all).toEqual(firstDraft(table, picture));
  });

  it('measures a length between two places, and knows none that nobody has told', () => {
    const measuring = after(set, { kind: 'measure' });
    expect(measuring.now.length).toMatchObject({ told: null });
    const ends = after(
      measuring,
      { kind: 'place', handle: 4, at: [200, 450], isNew: true },
      { kind: 'place', handle: 5, at: [1000, 450], isNew: true },
      { kind: 'told', mm: 801 },
    );
    expect(ends.now.length).toMatchObject({ told: 801 });
    expect(tableFacts(ends.now, picture).measured).toBeCloseTo(800, 6);
    expect(after(ends, { kind: 'measure' }).now.length).toBeNull();
  });
});

describe('what the corners make of the table', () => {
  it('is a grid of round distances, what a pixel covers, and how far measured markers lie off', () => {
    const facts = tableFacts(set.now, picture);
    expect(facts).toMatchObject({ fault: null, gridMm: 100 });
    // The rim, nine lines across and six up.
    expect(facts.grid).toHaveLength(1 + 9 + 6);
    expect(facts.grid[1]![0]![0]).toBeCloseTo(200, 6);
    expect(facts.markers!.count).toBe(1);
    expect(facts.markers!.max).toBeCloseTo(0.4, 6);
    expect(mmPerPixel(set.now, picture, [600, 450])).toBeCloseTo(1, 6);
  });

  it('bends with the lens: its straight lines are no straight lines of the picture', () => {
    const matrix = [1000, 0, 600, 0, 1000, 450, 0, 0, 1];
    const bent = { ...picture, lens: { matrix, distortion: [-0.2, 0, 0, 0, 0] } };
    const sagOf = ({ grid }: ReturnType<typeof tableFacts>) => {
      // The lowest line of the rim: from corner to corner, and how far its middle is off.
      const line = grid[0]!.slice(0, 25);
      return Math.abs(line[12]![1] - (line[0]![1] + line[24]![1]) / 2);
    };
    expect(sagOf(tableFacts(set.now, picture))).toBeLessThan(1e-6);
    expect(sagOf(tableFacts(set.now, bent))).toBeGreaterThan(5);
  });

  it('is nothing while something is wrong, and says what', () => {
    const crossed = after(set, { kind: 'place', handle: 0, at: [1100, 300], isNew: true });
    expect(tableFacts(crossed.now, picture)).toMatchObject({
      fault: 'crossing',
      grid: [],
      markers: null,
      measured: null,
    });
    expect(mmPerPixel(crossed.now, picture, [600, 450])).toBeNull();
    expect(tableFacts({ ...set.now, width: 2.4 }, picture).fault).toBe('size');
  });
});
