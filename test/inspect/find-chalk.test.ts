import { expect, test } from 'vitest';
import { measureChalk } from '../../src/cli/bench/leather-measures.ts';
import { LEATHER_GRADING, type Grading } from '../../src/domain/grading.ts';
import { chalkColours, chalkMargin, chalkMarks } from '../../src/inspect/chalk-marks.ts';
import { scanOfDrawn } from '../../src/cli/bench/plan-measures.ts';
import { findChalk } from '../../src/inspect/find-chalk.ts';
import { findHide } from '../../src/inspect/find-hide.ts';
import type { Segmenter } from '../../src/inspect/segmenter.ts';
import { surveyScan } from '../../src/inspect/survey-scan.ts';
import { seededRandom } from '../../src/domain/seeded-random.ts';
import { untrainedCard } from './untrained-card.ts';

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

type Rgb = readonly [number, number, number];

const SLIT = { left: 380, top: 300, width: 100, height: 8 };
const inSlit = (x: number, y: number) =>
  x >= SLIT.left && x < SLIT.left + SLIT.width && y >= SLIT.top && y < SLIT.top + SLIT.height;

/** An oval hide of 720 x 540 mm at 1 mm a pixel, with what lies in its slit of 100 x 8 mm; the sensor's noise on all. */
function slitHide({ leather, table, slit = table }: { leather: Rgb; table: Rgb; slit?: Rgb }) {
  const [widthPx, heightPx] = [900, 700];
  const random = seededRandom(7);
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  for (let y = 0; y < heightPx; y += 1)
    for (let x = 0; x < widthPx; x += 1) {
      const isHide = ((x - 450) / 360) ** 2 + ((y - 350) / 270) ** 2 < 1;
      const noise = random() * 8 - 4;
      rgb.set(
        (isHide ? (inSlit(x, y) ? slit : leather) : table).map((v) => v + noise),
        3 * (y * widthPx + x),
      );
    }
  return { rgb, widthPx, heightPx, mmPerPx: 1, mm2PerPx: 1 };
}

function chalked(picture: ReturnType<typeof slitHide>, colour: string) {
  const agreed = { ...LEATHER_GRADING, chalk: [{ name: 'agreed', colour, quality: 3 }] };
  const hide = findHide(picture);
  const seen = findChalk(picture, hide, chalkColours(agreed), {
    toMm: [1, 0, 0, 0, -1, picture.heightPx, 0, 0, 1],
    pxPerPx: [1, 1],
  });
  let slitPx = 0;
  let closedPx = 0;
  for (let y = SLIT.top + 2; y < SLIT.top + SLIT.height - 2; y += 1)
    for (let x = SLIT.left + 2; x < SLIT.left + SLIT.width - 2; x += 1) {
      const i = y * picture.widthPx + x;
      if (hide.mask[i] === 0) slitPx += 1;
      if (seen.mask[i] !== 0) closedPx += 1;
    }
  return { ...seen, slitPx, closedPx };
}

const BROWN: Rgb = [150, 100, 60];
const DARK: Rgb = [110, 75, 50];

test.each([
  ['a chalk is the table’s', BROWN, [40, 70, 160], '#2846a0', ['agreed']],
  ['a chalk is hardly lighter than the table’s', DARK, [205, 207, 206], '#f0f0f0', ['agreed']],
  ['a chalk over half of the leather is the table’s', DARK, [165, 166, 165], '#f4f4f0', ['agreed']],
  ['a chalk is that of leather over half of the table', BROWN, [225, 226, 224], '#c4a890', []],
] as const)('a slit stays a slit where the colour of %s', (_, leather, table, colour, hidden) => {
  const { strokes, unseen, slitPx, closedPx } = chalked(slitHide({ leather, table }), colour);
  expect(slitPx).toBeGreaterThan(350);
  expect(closedPx).toBe(0);
  expect(strokes).toEqual([]);
  expect(unseen).toEqual(hidden);
});

test('a stroke that was taken for an opening is a stroke where no table has its colour', () => {
  const picture = slitHide({ leather: BROWN, table: [70, 74, 78], slit: [40, 70, 160] });
  const { strokes, unseen, slitPx, closedPx } = chalked(picture, '#2846a0');
  expect(slitPx).toBeGreaterThan(350);
  expect(closedPx).toBe(slitPx);
  expect(strokes).toHaveLength(1);
  expect(unseen).toEqual([]);
});

test('a slit to a table of the chalk’s colour is no leather of the surveyed hide', async () => {
  const blind: Segmenter = {
    provider: { used: 'cpu', wanted: ['cpu'], why: 'a test' },
    concurrent: 1,
    segment: () => Promise.reject(new Error('scores are not asked for')),
    mark: ({ widthPx, heightPx, rimPx }) => {
      const [w, h] = [widthPx - 2 * rimPx, heightPx - 2 * rimPx];
      const defect = new Uint8Array(w * h);
      return Promise.resolve({ defect, kind: new Uint8Array(w * h).fill(1), widthPx: w, heightPx: h });
    },
    close: () => Promise.resolve(),
  };
  const card = untrainedCard(new Uint8Array(), {
    id: 'blind',
    ...{ tilePx: 512, overlapPx: 64, mmPerPx: 1 },
    classes: [{ name: 'good' }, { name: 'hole', threshold: 0.5, quality: 0 }],
  });
  const clock = { now: () => '2026-01-01T00:00:00.000Z', monotonicMs: () => 0 };
  const scan = scanOfDrawn(slitHide({ leather: BROWN, table: [40, 70, 160] }), clock.now());
  const agreed = { ...LEATHER_GRADING, chalk: [{ name: 'agreed', colour: '#2846a0', quality: 3 }] };
  const survey = await surveyScan(
    scan,
    { card, sha256: '0'.repeat(64) },
    { segmenter: blind, clock, chalk: chalkColours(agreed) },
  );
  expect(survey.holes).toHaveLength(1);
  expect(survey.maps.defect.filter((v) => v === 255).length).toBeGreaterThan(700);
  expect(survey.chalk).toMatchObject({ strokes: [], unseen: ['agreed'] });
});
