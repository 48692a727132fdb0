export interface Components {
  /** 0 = none, else 1-based number of the component. */
  readonly labels: Int32Array;
  readonly count: number;
  /** Pixels of each component; [0] is unused. */
  readonly areaPx: Int32Array;
  /** leftPx, topPx, rightPx, bottomPx (inclusive) of each component, four numbers each. */
  readonly boxes: Int32Array;
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
  const root = joined(runs, heightPx, isEightConnected ? 1 : 0);
  const labels = new Int32Array(mask.length);
  const numberOf = new Int32Array(runs.count);
  const areas: number[] = [0];
  const boxes: number[] = [0, 0, 0, 0];
  for (let y = 0; y < heightPx; y += 1)
    for (let r = runs.firstOfRow[y]!; r < runs.firstOfRow[y + 1]!; r += 1) {
      const begin = runs.begin[r]!;
      const end = runs.end[r]!;
      // A root is the first run of its component in reading order.
      const top = root[r]!;
      if (top === r) {
        numberOf[r] = areas.length;
        areas.push(0);
        boxes.push(widthPx, y, 0, y);
      }
      const number = numberOf[top]!;
      labels.fill(number, y * widthPx + begin, y * widthPx + end);
      areas[number]! += end - begin;
      if (begin < boxes[4 * number]!) boxes[4 * number] = begin;
      if (end - 1 > boxes[4 * number + 2]!) boxes[4 * number + 2] = end - 1;
      boxes[4 * number + 3] = y;
    }
  return { labels, count: areas.length - 1, areaPx: Int32Array.from(areas), boxes: Int32Array.from(boxes) };
}

/** Runs of set pixels, row by row: columns [begin, end). */
interface Runs {
  readonly begin: Int32Array;
  readonly end: Int32Array;
  readonly count: number;
  /** Number of each row's first run; one more at the end. */
  readonly firstOfRow: Int32Array;
}

function runsOf(mask: Uint8Array, widthPx: number, heightPx: number): Runs {
  let begin = new Int32Array(1024);
  let end = new Int32Array(1024);
  const firstOfRow = new Int32Array(heightPx + 1);
  let count = 0;
  for (let y = 0; y < heightPx; y += 1) {
    firstOfRow[y] = count;
    const row = y * widthPx;
    for (let x = 0; x < widthPx; x += 1) {
      if (mask[row + x] === 0) continue;
      if (count === begin.length) {
        begin = grown(begin);
        end = grown(end);
      }
      begin[count] = x;
      while (x < widthPx && mask[row + x] !== 0) x += 1;
      end[count] = x;
      count += 1;
    }
  }
  firstOfRow[heightPx] = count;
  return { begin, end, count, firstOfRow };
}

function grown(list: Int32Array): Int32Array<ArrayBuffer> {
  const out = new Int32Array(2 * list.length);
  out.set(list);
  return out;
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
