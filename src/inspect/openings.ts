import type { HideMask } from './find-hide.ts';

/** 1 where the table is seen through the hide: not hide, and not joined to the picture's border. */
export function openings(hide: HideMask): Uint8Array {
  const { mask, widthPx, heightPx } = hide;
  const isOutside = new Uint8Array(mask.length);
  const stack: number[] = [];
  const visit = (i: number) => {
    if (mask[i] === 0 && isOutside[i] === 0) {
      isOutside[i] = 1;
      stack.push(i);
    }
  };
  for (let x = 0; x < widthPx; x += 1) {
    visit(x);
    visit((heightPx - 1) * widthPx + x);
  }
  for (let y = 0; y < heightPx; y += 1) {
    visit(y * widthPx);
    visit(y * widthPx + widthPx - 1);
  }
  while (stack.length > 0) {
    const i = stack.pop()!;
    const x = i % widthPx;
    if (x > 0) visit(i - 1);
    if (x < widthPx - 1) visit(i + 1);
    if (i >= widthPx) visit(i - widthPx);
    if (i < mask.length - widthPx) visit(i + widthPx);
  }
  return mask.map((v, i) => (v === 0 && isOutside[i] === 0 ? 1 : 0));
}
