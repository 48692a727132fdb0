import { KerfError } from '#domain/kerf-error.ts';
import { medianOf } from '#domain/median-of.ts';
import { labOfRgb } from './colour-lab.ts';
import type { HideMask, Overview } from './find-hide.ts';

/** Share of the picture's border from which on what lies there may as well be the table. Doubled, leather over the left 70 %
 *  of the picture gives the table beside it as the hide. */
const MOST_ON_HIDE = 1 / 3;

/** Places along the border, and those to each side of one whose median is compared: longer than a marker or a clamp. */
const PLACES = 400;
const WINDOW = 32;

/** Rows of pixels, counted from the border, whose mean is a place's colour. */
const DEPTH_PX = 3;

/** Distance in CIELAB between two medians that is another material: a table's light changes by half of it over so short a
 *  way. Halved, a lamp at the table's end contradicts. */
const LEAST_STEP = 14;

/** Distance between the medians of few places on both sides of where hide and table meet, below which they are one material:
 *  hides that are found differ by 6 and more. */
const LEAST_EDGE = 3;
const EDGE_WINDOW = 8;

/** Share of a window that must be one thing for it to count as that. */
const SURE_SHARE = 0.75;

/** Which of two colours is the table is told by the border alone: most of it is. Where the hide lies on much of it, or in
 *  two of its corners, it may be the other way round, and the bare table would be cut; where the colour steps along the
 *  border amid what was taken for one material, it was two; where it does not from one to the other, it was one.
 *  @throws KerfError INSPECT_TABLE_NOT_SEEN */
export function checkBorder(overview: Pick<Overview, 'rgb'>, hide: HideMask): void {
  const { mask, widthPx, heightPx } = hide;
  const ring = ringOf(widthPx, heightPx);
  const share = ring.filter((at) => mask[at] === 1).length / ring.length;
  const corners = [0, widthPx - 1, (heightPx - 1) * widthPx, heightPx * widthPx - 1];
  const cornerCount = corners.filter((at) => mask[at] === 1).length;
  const { step, edge } = share === 0 && cornerCount === 0 ? NO_BORDER : coloursAlong(overview.rgb, hide);
  if (share <= MOST_ON_HIDE && cornerCount < 2 && step < LEAST_STEP && edge >= LEAST_EDGE) return;
  const found =
    share > MOST_ON_HIDE || cornerCount >= 2
      ? `what was taken for the hide lies on ${Math.round(100 * share)} % of the picture's border and in ${cornerCount} of its corners`
      : step >= LEAST_STEP
        ? `along the picture's border two materials were taken for one (they are ${step.toFixed(0)} apart in CIELAB)`
        : `along the picture's border the hide ends where no colour does`;
  throw new KerfError(
    'INSPECT_TABLE_NOT_SEEN',
    `Hide and table may be mistaken for each other: ${found}. Expected the table along ${Math.round(100 * (1 - MOST_ON_HIDE))} % of the border or more. ` +
      'Lay the hide within the picture, then scan again; if the picture is all material, say --whole.',
    { fault: 'answer', details: { share, cornerCount, step, edge: Math.min(edge, 999) } },
  );
}

/** The border's pixels in order, round by the right. */
function ringOf(widthPx: number, heightPx: number, depth = 0): number[] {
  const [right, bottom] = [widthPx - 1 - depth, heightPx - 1 - depth];
  const across = Array.from({ length: widthPx }, (_, u) => u);
  const down = Array.from({ length: heightPx }, (_, v) => v);
  return [
    ...across.map((u) => depth * widthPx + u),
    ...down.map((v) => v * widthPx + right),
    ...across.map((u) => bottom * widthPx + widthPx - 1 - u),
    ...down.map((v) => (heightPx - 1 - v) * widthPx + depth),
  ];
}

interface BorderColours {
  /** The greatest step of colour along the border between two windows that were both taken for table, or both for hide. */
  readonly step: number;
  /** The least step of colour where hide and table meet on the border; infinite where they do nowhere. */
  readonly edge: number;
}

const NO_BORDER: BorderColours = { step: 0, edge: Infinity };

function coloursAlong(rgb: Uint8Array, { mask, widthPx, heightPx }: HideMask): BorderColours {
  const rings = Array.from({ length: DEPTH_PX }, (_, depth) => ringOf(widthPx, heightPx, depth));
  const { length } = rings[0]!;
  const colours = new Uint8Array(3 * PLACES);
  const onHide = new Float64Array(PLACES);
  for (let place = 0; place < PLACES; place += 1) {
    const from = Math.floor((place * length) / PLACES);
    const to = Math.max(from + 1, Math.floor(((place + 1) * length) / PLACES));
    const pixels = rings.flatMap((ring) => ring.slice(from, to));
    for (const c of [0, 1, 2])
      colours[3 * place + c] = pixels.reduce((sum, at) => sum + rgb[3 * at + c]!, 0) / pixels.length + 0.5;
    onHide[place] = pixels.reduce((sum, at) => sum + mask[at]!, 0) / pixels.length;
  }
  const lab = labOfRgb(colours);
  const around = (from: number, count: number, of: (at: number) => number) =>
    Array.from({ length: count }, (_, k) => of((from + k + 2 * PLACES) % PLACES));
  const shareIn = (from: number, count: number) =>
    around(from, count, (at) => onHide[at]!).reduce((sum, value) => sum + value, 0) / count;
  /** Between the `count` places before a place, less a gap, and those after. */
  const stepAt = (place: number, count: number, gap: number) =>
    Math.hypot(
      ...[0, 1, 2].map(
        (c) =>
          medianOf(around(place + gap, count, (at) => lab[3 * at + c]!)) -
          medianOf(around(place - gap - count, count, (at) => lab[3 * at + c]!)),
      ),
    );
  const [isHide, isTable] = [(share: number) => share >= SURE_SHARE, (share: number) => share <= 1 - SURE_SHARE];
  let [step, edge] = [0, Infinity];
  for (let place = 0; place < PLACES; place += 1) {
    const wide = [shareIn(place - WINDOW, WINDOW), shareIn(place, WINDOW)];
    if (wide.every(isHide) || wide.every(isTable)) step = Math.max(step, stepAt(place, WINDOW, 0));
    // A place where one side is all hide and the other all table, up to the place between.
    const [before, after] = [shareIn(place - 1 - EDGE_WINDOW, EDGE_WINDOW), shareIn(place + 1, EDGE_WINDOW)];
    if ((before === 1 && after === 0) || (before === 0 && after === 1))
      edge = Math.min(edge, stepAt(place, EDGE_WINDOW, 1));
  }
  return { step, edge };
}
