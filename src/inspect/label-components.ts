export interface Components {
  /** 0 = none, else 1-based number of the component. */
  readonly labels: Int32Array;
  readonly count: number;
  /** Pixels of each component; [0] is unused. */
  readonly areaPx: Int32Array;
  /** leftPx, topPx, rightPx, bottomPx (inclusive) of each component, four numbers each. */
  readonly boxes: Int32Array;
}

/** 4-connected components of the pixels where `mask` is not 0, numbered in reading order. O(pixels). */
export function labelComponents(
  mask: Uint8Array,
  widthPx: number,
  heightPx: number,
  isEightConnected = false,
): Components {
  const labels = new Int32Array(mask.length);
  const areas: number[] = [0];
  const boxes: number[] = [0, 0, 0, 0];
  const stack: number[] = [];
  let count = 0;
  for (let start = 0; start < mask.length; start += 1) {
    if (mask[start] === 0 || labels[start] !== 0) continue;
    count += 1;
    labels[start] = count;
    stack.push(start);
    let area = 0;
    let left = widthPx;
    let top = heightPx;
    let right = 0;
    let bottom = 0;
    while (stack.length > 0) {
      const at = stack.pop()!;
      const x = at % widthPx;
      const y = (at - x) / widthPx;
      area += 1;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
      const visit = (to: number) => {
        if (mask[to] !== 0 && labels[to] === 0) {
          labels[to] = count;
          stack.push(to);
        }
      };
      const hasLeft = x > 0;
      const hasRight = x < widthPx - 1;
      if (hasLeft) visit(at - 1);
      if (hasRight) visit(at + 1);
      if (y > 0) {
        visit(at - widthPx);
        if (isEightConnected && hasLeft) visit(at - widthPx - 1);
        if (isEightConnected && hasRight) visit(at - widthPx + 1);
      }
      if (y < heightPx - 1) {
        visit(at + widthPx);
        if (isEightConnected && hasLeft) visit(at + widthPx - 1);
        if (isEightConnected && hasRight) visit(at + widthPx + 1);
      }
    }
    areas.push(area);
    boxes.push(left, top, right, bottom);
  }
  return { labels, count, areaPx: Int32Array.from(areas), boxes: Int32Array.from(boxes) };
}
