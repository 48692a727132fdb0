/** The set pixels of a mask as runs of a row that lie side by side: columns [begin, end), row by row, none touching another of
 *  its row. Where little is set, what is done with runs costs nothing for the rest. */
export interface Runs {
  readonly begin: Int32Array;
  readonly end: Int32Array;
  readonly count: number;
  /** Number of each row's first run; one more at the end. */
  readonly firstOfRow: Int32Array;
}

/** O(pixels), a fourth of them where nothing is set. */
export function runsOf(mask: Uint8Array, widthPx: number, heightPx: number): Runs {
  const words = wordsOf(mask);
  return collect(heightPx, (y, add) => {
    const row = y * widthPx;
    const rowEnd = row + widthPx;
    for (let i = row; i < rowEnd; i += 1) {
      if (mask[i] === 0) {
        if (words !== null && (i & 3) === 0) while (i + 4 <= rowEnd && words[i >> 2] === 0) i += 4;
        if (i >= rowEnd) break;
        if (mask[i] === 0) continue;
      }
      const begin = i;
      while (i < rowEnd && mask[i] !== 0) i += 1;
      add(begin - row, i - row);
    }
  });
}

/** Four bytes at once, or null where they do not lie so in memory. */
export function wordsOf(bytes: Uint8Array): Uint32Array | null {
  return bytes.byteOffset % 4 === 0 ? new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2) : null;
}

/** Dilates, then erodes, by a square of 2 r + 1; what lies off the picture does not erode. */
export function closedRuns(runs: Runs, widthPx: number, heightPx: number, r: number): Runs {
  if (r === 0) return runs;
  const wide = collect(heightPx, (y, add) => {
    let begin = -1;
    let end = -1;
    for (let k = runs.firstOfRow[y]!; k < runs.firstOfRow[y + 1]!; k += 1) {
      const from = Math.max(0, runs.begin[k]! - r);
      if (begin >= 0 && from > end) add(begin, end);
      if (begin < 0 || from > end) begin = from;
      end = Math.min(widthPx, runs.end[k]! + r);
    }
    if (begin >= 0) add(begin, end);
  });
  const high = collect(heightPx, (y, add) => {
    const rows = nearRows(y, r, heightPx);
    const near: number[] = [];
    for (let k = wide.firstOfRow[rows.from]!; k < wide.firstOfRow[rows.to]!; k += 1) near.push(k);
    near.sort((p, q) => wide.begin[p]! - wide.begin[q]!);
    let begin = -1;
    let end = -1;
    for (const k of near) {
      if (begin >= 0 && wide.begin[k]! > end) add(begin, end);
      if (begin < 0 || wide.begin[k]! > end) [begin, end] = [wide.begin[k]!, wide.end[k]!];
      else end = Math.max(end, wide.end[k]!);
    }
    if (begin >= 0) add(begin, end);
  });
  const narrow = collect(heightPx, (y, add) => {
    for (let k = high.firstOfRow[y]!; k < high.firstOfRow[y + 1]!; k += 1) {
      const begin = high.begin[k]! === 0 ? 0 : high.begin[k]! + r;
      const end = high.end[k]! === widthPx ? widthPx : high.end[k]! - r;
      if (end > begin) add(begin, end);
    }
  });
  return collect(heightPx, (y, add) => {
    const rows = nearRows(y, r, heightPx);
    let common = rowOf(narrow, y);
    for (let v = rows.from; v < rows.to && common.length > 0; v += 1)
      if (v !== y) common = inBoth(common, rowOf(narrow, v));
    for (let k = 0; k < common.length; k += 2) add(common[k]!, common[k + 1]!);
  });
}

/** Rows [from, to) within r of a row, inside the picture. */
function nearRows(y: number, r: number, heightPx: number): { from: number; to: number } {
  return { from: Math.max(0, y - r), to: Math.min(heightPx, y + r + 1) };
}

function rowOf({ begin, end, firstOfRow }: Runs, y: number): number[] {
  const out: number[] = [];
  for (let k = firstOfRow[y]!; k < firstOfRow[y + 1]!; k += 1) out.push(begin[k]!, end[k]!);
  return out;
}

/** What two rows of runs [begin, end, …] have in common. */
function inBoth(one: readonly number[], two: readonly number[]): number[] {
  const out: number[] = [];
  for (let i = 0, j = 0; i < one.length && j < two.length;) {
    const begin = Math.max(one[i]!, two[j]!);
    const end = Math.min(one[i + 1]!, two[j + 1]!);
    if (end > begin) out.push(begin, end);
    if (one[i + 1]! < two[j + 1]!) i += 2;
    else j += 2;
  }
  return out;
}

type Add = (begin: number, end: number) => void;

function collect(heightPx: number, row: (y: number, add: Add) => void): Runs {
  let begin = new Int32Array(1024);
  let end = new Int32Array(1024);
  const firstOfRow = new Int32Array(heightPx + 1);
  let count = 0;
  const add: Add = (from, to) => {
    if (count === begin.length) {
      begin = doubled(begin);
      end = doubled(end);
    }
    begin[count] = from;
    end[count] = to;
    count += 1;
  };
  for (let y = 0; y < heightPx; y += 1) {
    firstOfRow[y] = count;
    row(y, add);
  }
  firstOfRow[heightPx] = count;
  return { begin, end, count, firstOfRow };
}

function doubled(list: Int32Array): Int32Array<ArrayBuffer> {
  const out = new Int32Array(2 * list.length);
  out.set(list);
  return out;
}
