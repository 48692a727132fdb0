import type { Random } from '#domain/ports.ts';

/** Uniform between two numbers. */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random();
}

/** Log-uniform between two positive numbers: as often between 1 and 2 as between 2 and 4. */
export function logBetween(random: Random, low: number, high: number): number {
  return low * Math.exp(random() * Math.log(high / low));
}

/** A whole number from `low` to `high`, both included. */
export function wholeBetween(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}

/** One of the list. */
export function pick<T>(random: Random, list: readonly T[]): T {
  const value = list[Math.min(list.length - 1, Math.floor(random() * list.length))];
  if (value === undefined) throw new RangeError('pick needs a list with something in it');
  return value;
}

/** Normally distributed, mean 0, standard deviation 1 (Box and Muller 1958). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** 0 below `low`, 1 above `high`, smooth between. */
export function smoothStep(low: number, high: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - low) / (high - low)));
  return t * t * (3 - 2 * t);
}
