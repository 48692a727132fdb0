import { deltaE2000, type Lab } from '#domain/delta-e-2000.ts';
import { seededRandom } from '#domain/seeded-random.ts';
import type { ModelCard } from '#domain/model-card.ts';
import { packInterface } from '#domain/model-card.ts';
import { labOfRgb } from '#inspect/colour-lab.ts';
import type { Segmenter } from '#inspect/segmenter.ts';
import { surveyScan } from '#inspect/survey-scan.ts';
import { systemClock } from '#station/system-clock.node.ts';
import { drawHair, type HairLook } from '#synth/draw-hair.ts';
import { drawHide, type HideOptions } from '#synth/draw-hide.ts';
import { boundaryDistance, type BoundaryDistance } from '#tune/outline-distance.ts';
import { scanOfDrawn } from './plan-measures.ts';

/** A model that sees nothing: the outline needs none, and small openings are left to one. */
const BLIND: Segmenter = {
  provider: { used: 'none', wanted: [], why: 'the outline needs no model' },
  concurrent: 1,
  segment: () => Promise.reject(new Error('scores are not asked for')),
  mark: ({ widthPx, heightPx, rimPx }) => {
    const [w, h] = [widthPx - 2 * rimPx, heightPx - 2 * rimPx];
    const [defect, kind] = [new Uint8Array(w * h), new Uint8Array(w * h).fill(1)];
    return Promise.resolve({ defect, kind, widthPx: w, heightPx: h });
  },
  close: () => Promise.resolve(),
};

const CARD: ModelCard = {
  kerf: 1,
  id: 'none',
  version: '1.0.0',
  task: 'normality',
  files: {},
  ...packInterface({ tilePx: 1024, overlapPx: 32, mmPerPx: 1 }),
  classes: [{ name: 'good' }, { name: 'defect', threshold: 0.5 }],
  calibration: null,
  data: [],
  startedFrom: [],
  training: { command: 'none', seed: 1, steps: 0, seconds: 0, commit: null },
  scores: [],
  speed: null,
};

/** How far the outline that inspecting finds on a drawn hide lies from the true one, mm; hair is drawn over its rim.
 *  @throws KerfError INSPECT_NO_HIDE */
export async function measureOutline(options: HideOptions, hair?: HairLook): Promise<BoundaryDistance> {
  const drawn = drawHide(options);
  if (hair !== undefined) drawHair(drawn, drawn.truth.outline, hair, seededRandom(options.seed));
  const pack = { card: CARD, sha256: '0'.repeat(64) };
  const { outline } = await surveyScan(scanOfDrawn(drawn, systemClock.now()), pack, {
    segmenter: BLIND,
    clock: systemClock,
    isModelOnly: true,
  });
  return boundaryDistance([outline], [drawn.truth.outline]);
}

/** ΔE2000 of two sRGB colours, 0..255. */
export function colourDifference(a: readonly number[], b: readonly number[]): number {
  const [first, second] = [a, b].map((rgb) => [...labOfRgb(Uint8Array.from(rgb))] as unknown as Lab);
  return deltaE2000(first!, second!);
}
