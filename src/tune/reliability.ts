import { SCORE_STEPS } from './pixel-metrics.ts';
import type { ScoreCounts } from './pixel-metrics.ts';
import type { JudgedMark } from './judged-marks.ts';

/** What was stated and what came true in one bin of probability. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  /** Mean probability stated, and share that was defect, or a real mark; null in an empty bin. */
  readonly stated: number | null;
  readonly seen: number | null;
  /** Share of all pixels, or marks. */
  readonly share: number;
}

const BINS = 15;

/** Fifteen equal bins, as in the calibration error. */
export function reliabilityBins(counts: ScoreCounts): ReliabilityBin[] {
  let total = 0;
  for (let i = 0; i < SCORE_STEPS; i += 1) total += counts.defect[i]! + counts.good[i]!;
  return Array.from({ length: BINS }, (_, b) => {
    let defect = 0;
    let stated = 0;
    let count = 0;
    for (let i = Math.floor((b * SCORE_STEPS) / BINS); i < Math.floor(((b + 1) * SCORE_STEPS) / BINS); i += 1) {
      const n = counts.defect[i]! + counts.good[i]!;
      count += n;
      defect += counts.defect[i]!;
      stated += (n * (i + 0.5)) / SCORE_STEPS;
    }
    return {
      from: b / BINS,
      to: (b + 1) / BINS,
      stated: count === 0 ? null : stated / count,
      seen: count === 0 ? null : defect / count,
      share: total === 0 ? 0 : count / total,
    };
  });
}

/** What was said of marks and how many of them were real. */
export interface MarkReliability {
  readonly count: number;
  /** Expected calibration error over ten equal bins; null without a mark. */
  readonly ece: number | null;
  /** What a pack that is always right about its chances would show on so many marks, were each by itself: a few hundred
   *  marks cannot tell less. */
  readonly eceByChance: number | null;
  readonly reliability: readonly ReliabilityBin[];
}

const MARK_BINS = 10;

/** Ten equal bins of what was said of each mark against the share of them that are real. */
export function markReliability(marks: readonly JudgedMark[]): MarkReliability {
  let off = 0;
  let chance = 0;
  const reliability = Array.from({ length: MARK_BINS }, (_, b): ReliabilityBin => {
    const own = marks.filter(({ confidence }) => Math.min(MARK_BINS - 1, Math.floor(confidence * MARK_BINS)) === b);
    const said = own.reduce((sum, m) => sum + m.confidence, 0);
    const real = own.filter((m) => m.isReal).length;
    off += Math.abs(said - real);
    // The mean distance of a sum of independent draws from what is expected of it.
    chance += Math.sqrt((2 / Math.PI) * own.reduce((sum, m) => sum + m.confidence * (1 - m.confidence), 0));
    return {
      from: b / MARK_BINS,
      to: (b + 1) / MARK_BINS,
      stated: own.length === 0 ? null : said / own.length,
      seen: own.length === 0 ? null : real / own.length,
      share: marks.length === 0 ? 0 : own.length / marks.length,
    };
  });
  return {
    count: marks.length,
    ece: marks.length === 0 ? null : off / marks.length,
    eceByChance: marks.length === 0 ? null : chance / marks.length,
    reliability,
  };
}

/** How far what was said of marks lies above the share of them that are real, bin by bin: the side of the calibration error by which
 *  a false mark passes unasked. 0 without a mark. */
export function overstatement(marks: readonly JudgedMark[]): number {
  return markReliability(marks).reliability.reduce(
    (sum, { stated, seen, share }) =>
      stated === null || seen === null ? sum : sum + share * Math.max(0, stated - seen),
    0,
  );
}

const SIDE = 320;
const EDGE = 40;

/** The diagram as SVG: what was stated across, what came true up, a dot a bin whose area is the share of pixels (by its
 *  logarithm: nearly all pixels are good), or of marks. */
export function reliabilitySvg(
  bins: readonly ReliabilityBin[],
  title: string,
  what: 'pixels' | 'marks' = 'pixels',
): string {
  const x = (v: number) => (EDGE + v * SIDE).toFixed(1);
  const y = (v: number) => (EDGE + (1 - v) * SIDE).toFixed(1);
  const dots = bins
    .filter((b) => b.stated !== null && b.seen !== null)
    .map((b) => {
      const radius = 3 + 1.5 * Math.max(0, 5 + Math.log10(Math.max(1e-5, b.share)));
      return `<circle cx="${x(b.stated!)}" cy="${y(b.seen!)}" r="${radius.toFixed(1)}" fill="#1c66c9" fill-opacity="0.7"><title>${(100 * b.share).toFixed(3)} % of ${what}: stated ${b.stated!.toFixed(3)}, came true ${b.seen!.toFixed(3)}</title></circle>`;
    });
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1].map(
    (v) =>
      `<text x="${x(v)}" y="${EDGE + SIDE + 16}" text-anchor="middle">${v}</text><text x="${EDGE - 6}" y="${y(v)}" text-anchor="end" dominant-baseline="middle">${v}</text>`,
  );
  const size = SIDE + 2 * EDGE;
  const safe = title.replaceAll(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" width="${size}" height="${size}" font-family="sans-serif" font-size="11">
<rect width="${size}" height="${size}" fill="#fff"/>
<text x="${size / 2}" y="22" text-anchor="middle" font-size="13">${safe}</text>
<rect x="${EDGE}" y="${EDGE}" width="${SIDE}" height="${SIDE}" fill="none" stroke="#999"/>
<line x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}" stroke="#999" stroke-dasharray="4 4"/>
${ticks.join('\n')}
${dots.join('\n')}
<text x="${size / 2}" y="${size - 6}" text-anchor="middle">${what === 'marks' ? 'confidence of marks; up: share of them that are real' : 'stated probability of a defect; up: share that came true'}</text>
</svg>
`;
}
