import { KerfError } from '#domain/kerf-error.ts';

/** Length of all gradients of a step as one vector. */
export function gradientLength(gradients: readonly Float32Array[]): number {
  let square = 0;
  for (const g of gradients) for (const v of g) square += v * v;
  return Math.sqrt(square);
}

/** Ends a training whose step gave no number, before its weights are none either. Steps count from 1.
 *  @throws KerfError TUNE_TRAINING_NAN (fault device) */
export function refuseNoNumber({ step, loss, length }: Record<'step' | 'loss' | 'length', number>): void {
  if (Number.isFinite(loss) && Number.isFinite(length)) return;
  throw new KerfError(
    'TUNE_TRAINING_NAN',
    `Step ${step} of the training gave no number (loss ${loss}). Begin anew with another --seed, or look for a broken picture.`,
    { fault: 'device', details: { step } },
  );
}
