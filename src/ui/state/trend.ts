import type { LayoutView } from '#api/views.ts';

export interface TrendLine {
  /** SVG path data, y down. */
  readonly path: string;
  readonly end: readonly [number, number];
  /** What the last seconds brought, in basis points, and how many seconds that were. */
  readonly gainBp: number;
  readonly gainSeconds: number;
}

/** The last seconds that "gain" speaks of. */
const GAIN_SECONDS = 10;
/** The least yield span of the drawing, basis points: noise of a tenth of a per cent must not look like a mountain. */
const LEAST_SPAN_BP = 200;

/** The trace of a search as a step line in a box of `width` x `height`. */
export function trendLine(layout: LayoutView, width: number, height: number): TrendLine {
  const trace = layout.trace.length > 0 ? layout.trace : [{ seconds: 0, nestedYieldBp: layout.nestedYieldBp }];
  const endSeconds = Math.max(layout.seconds, trace.at(-1)!.seconds, 1e-3);
  const top = Math.max(...trace.map((p) => p.nestedYieldBp));
  const low = Math.min(top - LEAST_SPAN_BP, ...trace.map((p) => p.nestedYieldBp));
  const x = (seconds: number) => round((seconds / endSeconds) * width);
  const y = (bp: number) => round(((top - bp) / (top - low)) * height);
  const first = trace[0]!;
  const steps = trace.slice(1).map((p) => `H${x(p.seconds)}V${y(p.nestedYieldBp)}`);
  const last = trace.at(-1)!;
  const gainSeconds = Math.min(GAIN_SECONDS, Math.max(1, Math.round(endSeconds)));
  const before = trace.filter((p) => p.seconds <= endSeconds - gainSeconds).at(-1) ?? first;
  return {
    path: `M${x(first.seconds)} ${y(first.nestedYieldBp)}${steps.join('')}H${round(width)}`,
    end: [round(width), y(last.nestedYieldBp)],
    gainBp: Math.max(0, last.nestedYieldBp - before.nestedYieldBp),
    gainSeconds,
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
