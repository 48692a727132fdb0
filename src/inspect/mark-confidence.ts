import type { ModelCard } from '#domain/model-card.ts';

/** What is said of a mark of a strength: the share of marks like it that were real where the pack was fitted, straight between the
 *  card's knots and level beyond them. A card without any says the strength itself. */
export function confidenceOf(strength: number, curve: ModelCard['markConfidence']): number {
  if (curve === undefined) return strength;
  const { strength: at, real } = curve;
  if (strength <= at[0]!) return real[0]!;
  for (let i = 1; i < at.length; i += 1)
    if (strength <= at[i]!)
      return real[i - 1]! + ((real[i]! - real[i - 1]!) * (strength - at[i - 1]!)) / (at[i]! - at[i - 1]!);
  return real.at(-1)!;
}
