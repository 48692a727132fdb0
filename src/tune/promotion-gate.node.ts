import ort from 'onnxruntime-node';
import { KerfError } from '#domain/kerf-error.ts';
import type { ModelCard } from '#domain/model-card.ts';
import type { Clock } from '#domain/ports.ts';
import { seededRandom } from '#domain/seeded-random.ts';
import type { Pack } from '#inspect/load-pack.node.ts';
import { openSegmenter } from '#inspect/onnx-segmenter.node.ts';
import type { SegmenterOptions } from '#inspect/onnx-segmenter.node.ts';
import type { Segmenter } from '#inspect/segmenter.ts';
import { drawLeatherTile } from '#synth/draw-leather-tile.ts';
import { classRules } from './class-rules.ts';
import type { Comparison, Difference } from './compare-counts.ts';

/** One check of the gate, as the registry keeps it. */
export interface GateCheck {
  readonly check: string;
  readonly found: string;
  readonly wanted: string;
  readonly passed: boolean;
}

/** Largest difference of a probability between the plain graph and what the station runs. */
export const MOST_PARITY_GAP = 1e-4;
/** A scan of 3 x 3 m at half a millimetre, and what it may take. */
export const SPEED_PX = 36e6;
export const SPEED_SECONDS = 25;

export interface GateOptions extends SegmenterOptions {
  readonly clock: Clock;
  readonly speedSeconds?: number | undefined;
}

/** Parity: the pack as the station runs it (optimised, on the provider that it takes) against the plain graph on the CPU,
 *  on a drawn tile. Speed: the time that SPEED_PX would take, from single tiles.
 *  @throws as `openSegmenter`; the signal's reason when aborted */
export async function measurePack(pack: Pack, options: GateOptions): Promise<GateCheck[]> {
  const segmenter = await openSegmenter(pack, options);
  try {
    const same = await parity(pack, segmenter);
    return [same, await speed(pack, segmenter, options)];
  } finally {
    await segmenter.close();
  }
}

async function parity(pack: Pack, segmenter: Segmenter): Promise<GateCheck> {
  const { rgb, widthPx, heightPx } = drawLeatherTile({ seed: 5, sizePx: 256, mmPerPx: 0.3, kinds: ['cut', 'hole'] });
  const seen = await segmenter.segment({ rgb, widthPx, heightPx, rimPx: 0 });
  const session = await ort.InferenceSession.create(pack.model, {
    graphOptimizationLevel: 'disabled',
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const plane = widthPx * heightPx;
  const pixels = new Float32Array(3 * plane);
  for (let i = 0; i < plane; i += 1) for (let c = 0; c < 3; c += 1) pixels[c * plane + i] = rgb[3 * i + c]! / 255;
  const { input, output } = pack.card;
  const out = await session.run({ [input.name]: new ort.Tensor('float32', pixels, [1, 3, heightPx, widthPx]) });
  await session.release();
  const plain = out[output.scores]!.data as Float32Array;
  let gap = 0;
  for (let i = 0; i < plain.length; i += 1) gap = Math.max(gap, Math.abs(plain[i]! - seen.scores[i]! / 65535));
  // The station counts probabilities in 65535ths: half a step is no difference of the graphs.
  gap = Math.max(0, gap - 0.5 / 65535);
  return {
    check: `parity with the plain graph (${segmenter.provider.used})`,
    found: gap.toExponential(1),
    wanted: `below ${MOST_PARITY_GAP.toExponential(0)}`,
    passed: gap < MOST_PARITY_GAP,
  };
}

async function speed(pack: Pack, segmenter: Segmenter, options: GateOptions): Promise<GateCheck> {
  const { tilePx, overlapPx } = pack.card.input;
  const random = seededRandom(1);
  const rgb = Uint8Array.from({ length: tilePx * tilePx * 3 }, () => 100 + random() * 40);
  const tile = { rgb, widthPx: tilePx, heightPx: tilePx, rimPx: overlapPx };
  const times: number[] = [];
  for (let i = 0; i < 4; i += 1) {
    options.signal?.throwIfAborted();
    const begin = options.clock.monotonicMs();
    await Promise.all(Array.from({ length: segmenter.concurrent }, () => segmenter.segment(tile)));
    times.push((options.clock.monotonicMs() - begin) / segmenter.concurrent);
  }
  const tileMs = times.slice(1).sort((a, b) => a - b)[1]!;
  const seconds = (SPEED_PX / (tilePx - 2 * overlapPx) ** 2) * (tileMs / 1000);
  const most = options.speedSeconds ?? SPEED_SECONDS;
  return {
    check: `36 megapixels on ${segmenter.concurrent} worker${segmenter.concurrent === 1 ? '' : 's'}`,
    found: `${seconds.toFixed(1)} s`,
    wanted: `at most ${most} s`,
    passed: seconds <= most,
  };
}

/** At the thresholds of the packs' own cards, as the station runs them, no class may be worse than with the running pack beyond
 *  the noise (its 95 % interval wholly on the wrong side), nor may fewer objects be found or more patches be false; but a pack
 *  may pay for one of these two with the other. What each could reach at its best threshold is told beside it. Without a defect
 *  there is nothing that could be worse, and the gate stays closed. */
export function accuracyChecks({ perClass, atThreshold, images }: Comparison): GateCheck[] {
  if (Object.keys(perClass).length === 0)
    return [
      {
        check: 'classes against the running pack',
        found: `no defect in ${images} picture${images === 1 ? '' : 's'}`,
        wanted: 'pictures with defects',
        passed: false,
      },
    ];
  const { objectRecall, falsePerM2 } = atThreshold;
  const isWorse = { objects: objectRecall.ci95[1] < 0, patches: falsePerM2.ci95[0] > 0 };
  const isBetter = { objects: objectRecall.ci95[0] > 0, patches: falsePerM2.ci95[1] < 0 };
  return [
    ...Object.entries(atThreshold.perClass).map(([name, c]) => ({
      check: `class ${name} against the running pack`,
      found: `F1 at its thresholds ${told(c, 3)}; at the best ones ${fromTo(perClass[name]!, 3)}`,
      wanted: 'not worse beyond noise',
      passed: c.ci95[1] >= 0,
    })),
    {
      check: 'objects found against the running pack',
      found: `at its thresholds ${told(objectRecall, 2)}`,
      wanted: 'not fewer beyond noise, unless fewer patches are false',
      passed: !isWorse.objects || isBetter.patches,
    },
    {
      check: 'false patches a square metre against the running pack',
      found: `at its thresholds ${told(falsePerM2, 1)}`,
      wanted: 'not more beyond noise, unless more objects are found',
      passed: !isWorse.patches || isBetter.objects,
    },
  ];
}

function fromTo({ a, b }: Difference, digits: number): string {
  return `${a.toFixed(digits)} to ${b.toFixed(digits)}`;
}

function told(figure: Difference, digits: number): string {
  const [low, high] = figure.ci95;
  return `${fromTo(figure, digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}

/** How far above the share of real marks a card's confidence may lie (docs/decisions/0070). */
export const MOST_OVERSTATED = 0.05;

/** A card that says how often marks are real is held to it, from above: what it says too much is not asked about. Said too little
 *  is no fault here, as pictures chosen for their defects show fewer false marks than hides. A card without `markConfidence`
 *  says the strength of a mark, and claims no share. */
export function confidenceChecks({ markConfidence }: ModelCard, { atThreshold }: Comparison): GateCheck[] {
  if (markConfidence === undefined) return [];
  const { b, ci95 } = atThreshold.overstated;
  return [
    {
      check: 'confidence of marks against those that are real',
      found: `above by ${told(atThreshold.overstated, 3)}`,
      wanted: `at most ${MOST_OVERSTATED}, or not more than of the running pack beyond noise`,
      passed: b <= MOST_OVERSTATED || ci95[0] <= 0,
    },
  ];
}

/** What a card makes of a found mark may not be laxer than in the running pack, or than Kerf's own rules: judging sees neither
 *  its quality nor its margin nor the least area. */
export function ruleChecks(running: ModelCard, card: ModelCard): GateCheck[] {
  const laxer = card.classes.flatMap((own) => {
    const before = running.classes.find((c) => c.name === own.name);
    if (before === undefined || own.name === 'good') return [];
    const kerfs = classRules(own.name);
    const most = (key: 'quality' | 'minAreaMm2') => Math.max(before[key] ?? 0, kerfs[key] ?? 0);
    const margin = Math.min(before.margin ?? 0, kerfs.margin ?? 0);
    return [
      ...(own.quality === undefined || own.quality > most('quality')
        ? [`${own.name} quality ${own.quality ?? 'left out'} of at most ${most('quality')}`]
        : []),
      ...((own.minAreaMm2 ?? 0) > most('minAreaMm2')
        ? [`${own.name} minAreaMm2 ${own.minAreaMm2} of at most ${most('minAreaMm2')}`]
        : []),
      ...((own.margin ?? 0) < margin ? [`${own.name} margin ${own.margin ?? 0} of at least ${margin}`] : []),
    ];
  });
  return [
    {
      check: 'what the card makes of a mark',
      found:
        laxer.length > 3
          ? `${laxer.slice(0, 3).join(', ')} and ${laxer.length - 3} more`
          : laxer.join(', ') || 'no laxer',
      wanted: "no laxer than the running pack and Kerf's own rules (a grading may be)",
      passed: laxer.length === 0,
    },
  ];
}

/** @throws KerfError TUNE_GATE_CLOSED (fault answer) naming what failed */
export function refuseUnlessPassed(pack: Pack, checks: readonly GateCheck[]): void {
  const failed = checks.filter((c) => !c.passed);
  if (failed.length === 0) return;
  throw new KerfError(
    'TUNE_GATE_CLOSED',
    `${pack.card.id} ${pack.card.version} is not promoted: ${failed.map((c) => `${c.check}: ${c.found}, wanted ${c.wanted}`).join('; ')}.`,
    { fault: 'answer', details: { pack: pack.card.id, failed: failed.length } },
  );
}
