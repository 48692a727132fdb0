import { availableParallelism } from 'node:os';
import { LEATHER_GRADING } from '#domain/grading.ts';
import type { Scan } from '#domain/scan.ts';
import { uniformToMm } from '#domain/scan.ts';
import { readSurvey } from '#inspect/inspect-scan.ts';
import type { Pack } from '#inspect/load-pack.node.ts';
import { openSegmenter } from '#inspect/onnx-segmenter.node.ts';
import { pixelsInMemory, type ScanPixels } from '#inspect/pixel-source.ts';
import type { Segmenter } from '#inspect/segmenter.ts';
import { surveyScan } from '#inspect/survey-scan.ts';
import { systemClock } from '#station/system-clock.node.ts';
import type { DrawnHide } from '#synth/draw-hide.ts';
import { scoreInspection } from '#tune/score-inspection.ts';

type DrawnPixels = Pick<DrawnHide, 'rgb' | 'widthPx' | 'heightPx' | 'mmPerPx'>;

/** A drawn hide as a scan in memory; its overview by whole pixels, so that no library decides how it is made smaller. */
export function scanOfDrawn(drawn: DrawnPixels, takenAt: string): ScanPixels {
  const { rgb, widthPx, heightPx, mmPerPx } = drawn;
  const scan: Scan = {
    kerf: 1,
    image: 'scan.tif',
    sha256: '0'.repeat(64),
    widthPx,
    heightPx,
    toMm: uniformToMm(mmPerPx, heightPx),
    mmPerPx,
    takenAt,
    source: 'synth',
    calibration: null,
    drift: null,
    thickness: null,
    flags: [],
  };
  const memory = pixelsInMemory(rgb, widthPx, heightPx);
  return {
    scan,
    tile: memory.tile.bind(memory),
    overview: (maxPx) => Promise.resolve(everyNth(drawn, Math.max(1, Math.ceil(Math.max(widthPx, heightPx) / maxPx)))),
  };
}

function everyNth({ rgb, widthPx, heightPx }: DrawnPixels, n: number) {
  const w = Math.floor(widthPx / n);
  const h = Math.floor(heightPx / n);
  const out = new Uint8Array(w * h * 3);
  for (let y = 0; y < h; y += 1)
    for (let x = 0; x < w; x += 1)
      for (let c = 0; c < 3; c += 1) out[3 * (y * w + x) + c] = rgb[3 * (y * n * widthPx + x * n) + c]!;
  return { rgb: out, widthPx: w, heightPx: h };
}

export interface PlanRun {
  readonly outlineSeconds: number;
  readonly modelSeconds: number;
  /** Defects, grain, patches and sheet; evenness and folds are worked out beside the model. */
  readonly readSeconds: number;
  /** Of this process, all threads together. */
  readonly cpuSeconds: number;
  /** From the start to the first tile's marks. */
  readonly firstSeconds: number;
  readonly hitCount: number;
  readonly trueCount: number;
  readonly falseCount: number;
  readonly megapixels: number;
  readonly hideM2: number;
}

/** Inspects one drawn hide with one plan, in this process. Recall counts true defects over 4 mm². */
export async function measurePlan(
  pack: Pack,
  drawn: DrawnHide,
  plan: { readonly isCoarseFirst: boolean },
): Promise<PlanRun> {
  const segmenter = await openSegmenter(pack, { provider: 'cpu', workers: Math.min(2, availableParallelism()) });
  try {
    return await runPlan(drawn, pack, segmenter, plan.isCoarseFirst);
  } finally {
    await segmenter.close();
  }
}

async function runPlan(drawn: DrawnHide, pack: Pack, segmenter: Segmenter, isCoarseFirst: boolean): Promise<PlanRun> {
  const begin = systemClock.monotonicMs();
  const cpu = process.cpuUsage();
  let first: number | null = null;
  const survey = await surveyScan(scanOfDrawn(drawn, systemClock.now()), pack, {
    segmenter,
    clock: systemClock,
    isCoarseFirst,
    onTile: () => (first ??= systemClock.monotonicMs()),
  });
  const seen = systemClock.monotonicMs();
  const inspection = readSurvey(survey, pack, LEATHER_GRADING);
  const ended = systemClock.monotonicMs();
  const { user, system } = process.cpuUsage(cpu);
  const score = scoreInspection(inspection, drawn.truth, { leastMm2: 4 });
  return {
    outlineSeconds: survey.seconds.outline,
    modelSeconds: survey.seconds.model,
    readSeconds: (ended - seen) / 1000,
    cpuSeconds: (user + system) / 1e6,
    firstSeconds: ((first ?? seen) - begin) / 1000,
    hitCount: Math.round(score.recall * score.trueCount),
    trueCount: score.trueCount,
    falseCount: score.falseCount,
    megapixels: (drawn.widthPx * drawn.heightPx) / 1e6,
    hideM2: score.hideM2,
  };
}
