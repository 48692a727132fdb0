import { runsOf, type Runs } from './mask-runs.ts';

export interface Components {
  /** 0 = none, else 1-based number of the component. */
  readonly labels: Int32Array;
  readonly count: number;
  /** Pixels of each component; [0] is unused. */
  readonly areaPx: Int32Array;
  /** leftPx, topPx, rightPx, bottomPx (inclusive) of each component, four numbers each. */
  readonly boxes: Int32Array;
}

/** Components of runs: the number of each run's. */
export interface RunLabels extends Omit<Components, 'labels'> {
  readonly numberOf: Int32Array;
}

/** 4-connected components of the pixels where `mask` is not 0, numbered in reading order. By runs: pixels of a row that
 *  lie side by side are joined with those that they touch in the row above. O(pixels).
 *  @see Rosenfeld and Pfaltz 1966, Sequential operations in digital picture processing */
export function labelComponents(
  mask: Uint8Array,
  widthPx: number,
  heightPx: number,
  isEightConnected = false,
): Components {
  const runs = runsOf(mask, widthPx, heightPx);
  const { numberOf, ...found } = labelRuns(runs, widthPx, heightPx, isEightConnected);
  const labels = new Int32Array(mask.length);
  for (let y = 0; y < heightPx; y += 1)
    for (let r = runs.firstOfRow[y]!; r < runs.firstOfRow[y + 1]!; r += 1)
      labels.fill(numberOf[r]!, y * widthPx + runs.begin[r]!, y * widthPx + runs.end[r]!);
  return { labels, ...found };
}

/** The same without a number for each pixel: `numberOf` says of each run of which component it is. O(runs). */
export function labelRuns(runs: Runs, widthPx: number, heightPx: number, isEightConnected = false): RunLabels {
  const root = joined(runs, heightPx, isEightConnected ? 1 : 0);
  const numberOf = new Int32Array(runs.count);
  const areas: number[] = [0];
  const boxes: number[] = [0, 0, 0, 0];
  for (let y = 0; y < heightPx; y += 1)
    for (let r = runs.firstOfRow[y]!; r < runs.firstOfRow[y + 1]!; r += 1) {
      const begin = runs.begin[r]!;
      const end = runs.end[r]!;
      // A root is the first run of its component in reading order.
      if (root[r] === r) {
        numberOf[r] = areas.length;
        areas.push(0);
        boxes.push(widthPx, y, 0, y);
      }
      const number = numberOf[root[r]!]!;
      numberOf[r] = number;
      areas[number]! += end - begin;
      if (begin < boxes[4 * number]!) boxes[4 * number] = begin;
      if (end - 1 > boxes[4 * number + 2]!) boxes[4 * number + 2] = end - 1;
      boxes[4 * number + 3] = y;
    }
  return { numberOf, count: areas.length - 1, areaPx: Int32Array.from(areas), boxes: Int32Array.from(boxes) };
}

/** The first run, in reading order, of the component of each. `reach` 1: corners touch. */
function joined({ begin, end, count, firstOfRow }: Runs, heightPx: number, reach: 0 | 1): Int32Array {
  const parent = new Int32Array(count);
  const rootOf = (run: number): number => {
    let at = run;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  };
  for (let r = 0; r < count; r += 1) parent[r] = r;
  for (let y = 1; y < heightPx; y += 1) {
    let above = firstOfRow[y - 1]!;
    const lastAbove = firstOfRow[y]!;
    for (let r = firstOfRow[y]!; r < firstOfRow[y + 1]!; r += 1) {
      while (above < lastAbove && end[above]! + reach <= begin[r]!) above += 1;
      for (let a = above; a < lastAbove && begin[a]! < end[r]! + reach; a += 1) {
        const one = rootOf(a);
        const other = rootOf(r);
        if (one < other) parent[other] = one;
        else parent[one] = other;
      }
    }
  }
  for (let r = 0; r < count; r += 1) parent[r] = rootOf(r);
  return parent;
}
