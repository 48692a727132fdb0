import { expect, test } from 'vitest';
import { measureChalk } from '../../src/cli/bench/leather-measures.ts';
import { LEATHER_GRADING, type Grading } from '../../src/domain/grading.ts';
import { chalkColours, chalkMargin, chalkMarks } from '../../src/inspect/chalk-marks.ts';
import { findChalk } from '../../src/inspect/find-chalk.ts';

const PATIENT_MS = 120_000;
const grading: Grading = {
  ...LEATHER_GRADING,
  chalk: [
    { name: 'keep for lining', colour: '#345cbe', quality: 1, margin: 3 },
    { name: 'brown', colour: '#8a5a3c', quality: 2 },
  ],
};

test(
  'strokes of three colours are found on a fixed drawn hide, closed and open told apart',
  () => {
    const { strokes, falseCount } = measureChalk(904, { width: 800, height: 620 });
    expect(strokes.length).toBeGreaterThanOrEqual(4);
    const told = strokes.filter((s) => !s.isRefused);
    expect(told.filter((s) => s.isFound).length).toBeGreaterThanOrEqual(told.length - 1);
    expect(told.every((s) => s.isFound === s.isRightKind)).toBe(true);
    expect(falseCount).toBe(0);
  },
  PATIENT_MS,
);

/** Brown leather of 200 x 200 mm with a blue square outline, 4 mm wide, from (60, 60) to (140, 120), and a blue line. */
function drawn(gap: number) {
  const side = 200;
  const rgb = new Uint8Array(side * side * 3);
  const blue = (x: number, y: number) => {
    const onX = x >= 60 && x < 140 && (Math.abs(y - 62) < 2 || Math.abs(y - 118) < 2);
    const onY = y >= 60 && y < 120 && (Math.abs(x - 62) < 2 || Math.abs(x - 138) < 2);
    const isGap = onX && y < 70 && Math.abs(x - 100) < gap / 2;
    return ((onX || onY) && !isGap) || (Math.abs(y - 170) < 2 && x > 40 && x < 160);
  };
  for (let y = 0; y < side; y += 1)
    for (let x = 0; x < side; x += 1) rgb.set(blue(x, y) ? [52, 92, 190] : [138, 90, 60], 3 * (y * side + x));
  const overview = { rgb, widthPx: side, heightPx: side, mm2PerPx: 1 };
  const hide = { mask: new Uint8Array(side * side).fill(1), widthPx: side, heightPx: side };
  const frame = { toMm: [1, 0, 0, 0, -1, side, 0, 0, 1], pxPerPx: [1, 1] as const };
  return findChalk(overview, hide, chalkColours(grading), frame);
}

test('a closed stroke is the area within it, an open one what it covers, with its width', () => {
  const { strokes } = drawn(0);
  expect(strokes.map((s) => s.isClosed)).toEqual([true, false]);
  expect(strokes[0]!.areaMm2).toBeGreaterThan(78 * 58);
  expect(strokes[0]!.areaMm2).toBeLessThan(82 * 62);
  expect(strokes[1]!.areaMm2).toBeGreaterThan(115 * 3);
  expect(strokes[1]!.areaMm2).toBeLessThan(125 * 5);
  expect(strokes[1]!.width).toBeGreaterThan(2.5);
  expect(strokes[1]!.width).toBeLessThan(5);
});

test('ends that miss each other by 10 mm are meant to meet, by 30 mm they are not', () => {
  expect(drawn(10).strokes[0]!.isClosed).toBe(true);
  expect(drawn(30).strokes[0]!.isClosed).toBe(false);
});

test('a chalk of the leather’s own colour is refused by name', () => {
  expect(drawn(0).unseen).toEqual(['brown']);
});

test('strokes are marks by chalk, sure, of the quality that was agreed', () => {
  const [mark] = chalkMarks(drawn(0).strokes, grading);
  expect(mark).toMatchObject({ class: 'keep for lining', quality: 1, source: 'chalk', confidence: 1, doubt: 0 });
  expect(chalkMargin('keep for lining', grading)).toBe(3);
  expect(chalkMargin('brown', grading)).toBe(0);
});
