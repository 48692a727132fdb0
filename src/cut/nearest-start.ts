import type { FlatRing } from '#domain/ring.ts';

/** A line of the machine: where it may begin is any corner of a closed one, either end of an open one. */
export interface Line {
  readonly points: FlatRing;
  readonly isClosed: boolean;
}

export interface Start {
  /** Position in the lines given. */
  readonly line: number;
  /** Position of its x in the line's points. */
  readonly at: number;
  readonly distance: number;
}

/** How many starts share a cell: fewer make more cells to pass, more make more starts to measure. */
const STARTS_A_CELL = 2;
/** The cells are made anew when so few of their starts are left, so that empty ones are not passed again and again. */
const LEFT_TO_SORT_ANEW = 0.25;

/** Starts of lines in square cells, asked for the one nearest to the tool, then without its line, until none is left. Of
 *  starts that are equally near the first counts. */
export class NearestStart {
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #line: Int32Array;
  readonly #at: Int32Array;
  /** The starts of line k are those from #first[k] up to #first[k + 1]. */
  readonly #first: Int32Array;
  readonly #isGone: Uint8Array;
  #leftCount: number;
  #sortedCount = 0;
  #minX = 0;
  #minY = 0;
  #columns = 1;
  #rows = 1;
  #cell = 1;
  /** The starts of cell c are #slots from #begin[c] on, #count[c] of them. */
  #begin = new Int32Array(0);
  #count = new Int32Array(0);
  #slots = new Int32Array(0);
  readonly #slotOf: Int32Array;

  constructor(lines: readonly Line[]) {
    this.#first = new Int32Array(lines.length + 1);
    lines.forEach((line, k) => (this.#first[k + 1] = this.#first[k]! + startCount(line)));
    const total = this.#first[lines.length]!;
    this.#x = new Float64Array(total);
    this.#y = new Float64Array(total);
    this.#line = new Int32Array(total);
    this.#at = new Int32Array(total);
    this.#isGone = new Uint8Array(total);
    this.#slotOf = new Int32Array(total);
    this.#leftCount = total;
    let s = 0;
    lines.forEach(({ points, isClosed }, k) => {
      const step = isClosed ? 2 : Math.max(2, points.length - 2);
      for (let at = 0; at < points.length; at += step, s += 1) {
        this.#x[s] = points[at]!;
        this.#y[s] = points[at + 1]!;
        this.#line[s] = k;
        this.#at[s] = at;
      }
    });
    this.#sort();
  }

  /** The nearest start; null when every line is gone. */
  nearest(x: number, y: number): Start | null {
    if (this.#leftCount === 0) return null;
    const cell = this.#cell;
    const maxX = this.#minX + this.#columns * cell;
    const maxY = this.#minY + this.#rows * cell;
    const [nearX, nearY] = [Math.min(Math.max(x, this.#minX), maxX), Math.min(Math.max(y, this.#minY), maxY)];
    const away = (x - nearX) ** 2 + (y - nearY) ** 2;
    const cx = Math.min(this.#columns - 1, Math.floor((nearX - this.#minX) / cell));
    const cy = Math.min(this.#rows - 1, Math.floor((nearY - this.#minY) / cell));
    let best = -1;
    let least = Infinity;
    const look = (column: number, row: number) => {
      const c = row * this.#columns + column;
      const begin = this.#begin[c]!;
      for (let k = begin; k < begin + this.#count[c]!; k += 1) {
        const s = this.#slots[k]!;
        const square = (this.#x[s]! - x) ** 2 + (this.#y[s]! - y) ** 2;
        if (square < least || (square === least && s < best)) [best, least] = [s, square];
      }
    };
    const ringCount = Math.max(cx, this.#columns - 1 - cx, cy, this.#rows - 1 - cy);
    for (let ring = 0; ring <= ringCount; ring += 1) {
      // What lies in this ring is at least ring - 1 cells from the nearest place of the cells.
      if (ring > 1 && away + ((ring - 1) * cell) ** 2 > least) break;
      const [left, right] = [Math.max(0, cx - ring), Math.min(this.#columns - 1, cx + ring)];
      for (let column = left; column <= right; column += 1) {
        if (cy - ring >= 0) look(column, cy - ring);
        if (ring > 0 && cy + ring < this.#rows) look(column, cy + ring);
      }
      for (let row = Math.max(0, cy - ring + 1); row <= Math.min(this.#rows - 1, cy + ring - 1); row += 1) {
        if (cx - ring >= 0) look(cx - ring, row);
        if (ring > 0 && cx + ring < this.#columns) look(cx + ring, row);
      }
    }
    return { line: this.#line[best]!, at: this.#at[best]!, distance: Math.sqrt(least) };
  }

  /** Takes a line out. */
  remove(line: number): void {
    for (let s = this.#first[line]!; s < this.#first[line + 1]!; s += 1) {
      if (this.#isGone[s] === 1) continue;
      this.#isGone[s] = 1;
      this.#leftCount -= 1;
      const c = this.#cellOf(s);
      const last = this.#begin[c]! + --this.#count[c]!;
      const moved = this.#slots[last]!;
      this.#slots[this.#slotOf[s]!] = moved;
      this.#slotOf[moved] = this.#slotOf[s]!;
    }
    if (this.#leftCount < this.#sortedCount * LEFT_TO_SORT_ANEW) this.#sort();
  }

  #cellOf(s: number): number {
    const column = Math.min(this.#columns - 1, Math.floor((this.#x[s]! - this.#minX) / this.#cell));
    const row = Math.min(this.#rows - 1, Math.floor((this.#y[s]! - this.#minY) / this.#cell));
    return row * this.#columns + column;
  }

  #sort(): void {
    let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
    const left: number[] = [];
    for (let s = 0; s < this.#x.length; s += 1) {
      if (this.#isGone[s] === 1) continue;
      left.push(s);
      minX = Math.min(minX, this.#x[s]!);
      maxX = Math.max(maxX, this.#x[s]!);
      minY = Math.min(minY, this.#y[s]!);
      maxY = Math.max(maxY, this.#y[s]!);
    }
    this.#sortedCount = left.length;
    if (left.length === 0) return;
    const [width, height] = [maxX - minX, maxY - minY];
    const share = STARTS_A_CELL / left.length;
    // The second keeps a thin strip from having more cells than starts.
    this.#cell = Math.max(Math.sqrt(width * height * share), Math.max(width, height) * share) || 1;
    [this.#minX, this.#minY] = [minX, minY];
    this.#columns = Math.floor(width / this.#cell) + 1;
    this.#rows = Math.floor(height / this.#cell) + 1;
    this.#begin = new Int32Array(this.#columns * this.#rows + 1);
    this.#count = new Int32Array(this.#columns * this.#rows);
    this.#slots = new Int32Array(left.length);
    for (const s of left) this.#begin[this.#cellOf(s) + 1]! += 1;
    for (let c = 0; c < this.#count.length; c += 1) this.#begin[c + 1]! += this.#begin[c]!;
    for (const s of left) {
      const c = this.#cellOf(s);
      const slot = this.#begin[c]! + this.#count[c]!++;
      this.#slots[slot] = s;
      this.#slotOf[s] = slot;
    }
  }
}

function startCount({ points, isClosed }: Line): number {
  return isClosed ? points.length / 2 : Math.min(2, points.length / 2);
}
