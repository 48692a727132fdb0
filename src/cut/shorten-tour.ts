import { nearestOf } from './nearest-of.ts';

type At = readonly [number, number];

/** A stop of a tour: where the tool comes down first and where it is afterwards. */
export interface Visit {
  readonly entry: At;
  readonly exit: At;
}

const MOST_SWEEPS = 30;
/** Stops that a stop may be joined with: with 10 the tour of a hide of 111 pieces comes out 2.5 % longer, with all of them no
 *  shorter. */
const NEIGHBOURS = 20;
/** Runs of so many stops are moved elsewhere. */
const LONGEST_RUN = 3;
/** Changes a stop after which a tour is left as it is: real ones need under three. */
const MOST_CHANGES_A_STOP = 20;
/** Smaller gains than this, mm, are rounding and would go round for ever. */
const LEAST_GAIN = 1e-6;

/** 2-opt and Or-opt on an open tour that begins at `start`, entries and exits staying where they are: stretches are
 *  reversed, and runs of up to three moved elsewhere, while that shortens the travel; stops are joined with near ones only.
 *  Gives the positions of `visits` in their new order. Same input, same order. O(n) memory moved a change, at most twenty
 *  changes a stop. @see Or 1976; Croes 1958; Bentley 1992 for the neighbours */
export function shortenTour(visits: readonly Visit[], start: At): number[] {
  return new Shortening(visits, start).run();
}

class Shortening {
  readonly #visits: readonly Visit[];
  readonly #start: At;
  readonly #tour: number[];
  readonly #place: Int32Array;
  /** Stops whose entry is near a stop's exit; near the start in the last row. */
  readonly #after: readonly Int32Array[];
  /** Stops whose exit is near a stop's entry. */
  readonly #before: readonly Int32Array[];
  /** Travel from the first stop to the one in each place, and what it would be the other way round. */
  readonly #forth: Float64Array;
  readonly #back: Float64Array;
  #changesLeft: number;

  constructor(visits: readonly Visit[], start: At) {
    const entries = visits.map(({ entry }) => entry);
    const exits = visits.map(({ exit }) => exit);
    this.#visits = visits;
    this.#start = start;
    this.#tour = [...visits.keys()];
    this.#place = Int32Array.from(this.#tour);
    this.#after = nearestOf(entries, [...exits, start], NEIGHBOURS);
    this.#before = nearestOf(exits, entries, NEIGHBOURS);
    this.#forth = new Float64Array(visits.length);
    this.#back = new Float64Array(visits.length);
    this.#changesLeft = visits.length * MOST_CHANGES_A_STOP;
    this.#measure(0, visits.length - 1);
  }

  run(): number[] {
    for (let sweep = 0; sweep < MOST_SWEEPS; sweep += 1) {
      const before = this.#changesLeft;
      for (let size = 1; size <= LONGEST_RUN; size += 1)
        for (let i = 0; i + size <= this.#tour.length && this.#changesLeft > 0; i += 1) this.#moveRun(i, size);
      for (let i = 0; i + 1 < this.#tour.length && this.#changesLeft > 0; i += 1) this.#reverseFrom(i);
      if (this.#changesLeft === before || this.#changesLeft === 0) break;
    }
    return this.#tour;
  }

  /** The run goes to the gap where it costs least, if that is less than where it is. */
  #moveRun(i: number, size: number): void {
    const tour = this.#tour;
    const [first, last] = [tour[i]!, tour[i + size - 1]!];
    const now = this.#hop(i - 1, i) + this.#hop(i + size - 1, i + size) - this.#hop(i - 1, i + size);
    let least = now - LEAST_GAIN;
    let best = -1;
    // A gap is named by the place after it.
    const tryGap = (gap: number) => {
      if (gap >= i && gap <= i + size) return;
      const cost = this.#way(gap - 1, first) + this.#wayOn(last, gap) - this.#hop(gap - 1, gap);
      if (cost < least) [best, least] = [gap, cost];
    };
    tryGap(0);
    tryGap(tour.length);
    for (const near of this.#before[first]!) tryGap(this.#place[near]! + 1);
    for (const near of this.#after[last]!) tryGap(this.#place[near]!);
    if (best < 0) return;
    const run = tour.splice(i, size);
    tour.splice(best > i ? best - size : best, 0, ...run);
    this.#changesLeft -= 1;
    this.#measure(Math.min(i, best), Math.max(i + size, best) - 1);
  }

  /** Reverses the stretch from place i on that is best reversed, if any. Reversing turns every hop in it round, so hops
   *  are measured both ways. */
  #reverseFrom(i: number): void {
    const tour = this.#tour;
    const from = i === 0 ? this.#visits.length : tour[i - 1]!;
    let least = -LEAST_GAIN;
    let best = -1;
    const tryEnd = (j: number) => {
      if (j <= i || j >= tour.length) return;
      const now = this.#hop(i - 1, i) + this.#forth[j]! - this.#forth[i]! + this.#hop(j, j + 1);
      const then = this.#way(i - 1, tour[j]!) + this.#back[j]! - this.#back[i]! + this.#wayOn(tour[i]!, j + 1);
      if (then - now < least) [best, least] = [j, then - now];
    };
    tryEnd(tour.length - 1);
    for (const near of this.#after[from]!) tryEnd(this.#place[near]!);
    for (const near of this.#after[tour[i]!]!) tryEnd(this.#place[near]! - 1);
    if (best < 0) return;
    for (let p = i, q = best; p < q; p += 1, q -= 1) [tour[p], tour[q]] = [tour[q]!, tour[p]!];
    this.#changesLeft -= 1;
    this.#measure(i, best);
  }

  /** Travel from the stop in one place to that in the next; the start is before all, and nothing after the last. */
  #hop(from: number, to: number): number {
    return to < this.#tour.length ? this.#way(from, this.#tour[to]!) : 0;
  }

  #way(from: number, stop: number): number {
    return distance(from < 0 ? this.#start : this.#visits[this.#tour[from]!]!.exit, this.#visits[stop]!.entry);
  }

  #wayOn(stop: number, to: number): number {
    return to < this.#tour.length ? distance(this.#visits[stop]!.exit, this.#visits[this.#tour[to]!]!.entry) : 0;
  }

  /** Brings up to date what is known of the places, where those from `first` to `last` have changed. */
  #measure(first: number, last: number): void {
    for (let p = first; p <= last; p += 1) this.#place[this.#tour[p]!] = p;
    for (let p = Math.max(1, first); p < this.#tour.length; p += 1) {
      const [a, b] = [this.#visits[this.#tour[p - 1]!]!, this.#visits[this.#tour[p]!]!];
      this.#forth[p] = this.#forth[p - 1]! + distance(a.exit, b.entry);
      this.#back[p] = this.#back[p - 1]! + distance(b.exit, a.entry);
    }
  }
}

function distance(a: At, b: At): number {
  // Math.hypot takes several times as long, and table mm neither overflow nor vanish.
  return Math.sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2);
}
