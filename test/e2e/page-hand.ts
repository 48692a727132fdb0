import type { Page } from 'playwright-core';
import type { Ring } from '../../src/domain/ring.ts';
import { labelPlace } from '../../src/ui/canvas/label-place.ts';
import { HIDE } from '../ui/drawn-hide.ts';

/** Drags the pointer over the hide through these points of the canvas, as a finger would. */
export async function dragOver(page: Page, ...points: readonly (readonly [number, number])[]): Promise<void> {
  const box = (await page.locator('canvas').boundingBox())!;
  const [first, ...rest] = points.map(([x, y]) => [box.x + x, box.y + y] as const);
  await page.mouse.move(...first!);
  await page.mouse.down();
  for (const point of rest) await page.mouse.move(...point, { steps: 6 });
  await page.mouse.up();
}

/** Draws a circle with the pointer. */
export function drawCircle(page: Page, x: number, y: number, r: number): Promise<void> {
  const angles = Array.from({ length: 25 }, (_, i) => (i / 24) * 2 * Math.PI);
  return dragOver(page, ...angles.map((a) => [x + r * Math.cos(a), y + r * Math.sin(a)] as const));
}

/** Where a finger meets a ring on the screen while the whole hide is shown: the place farthest from its rim, for the
 *  middle of its box may lie in a neighbour.
 *  @param frame the hide's outline  @param hasCards cards lie at the picture's foot, and the hide above them */
export async function screenOf(
  page: Page,
  ring: Ring,
  frame: Ring = HIDE,
  hasCards = false,
): Promise<[number, number]> {
  const span = (k: 0 | 1) => [Math.min(...frame.map((p) => p[k])), Math.max(...frame.map((p) => p[k]))] as const;
  const canvas = page.locator('canvas');
  const box = (await canvas.boundingBox())!;
  // A page that is enlarged for its panel enlarges the air round the hide too.
  const zoom = await canvas.evaluate((c) => c.getBoundingClientRect().width / c.clientWidth);
  const air = 40 * zoom;
  const [above, below] = hasCards ? [24 * zoom, 120 * zoom] : [air / 2, air / 2];
  const [minX, maxX] = span(0);
  const [minY, maxY] = span(1);
  const scale = Math.min((box.width - air) / (maxX - minX), (box.height - above - below) / (maxY - minY));
  const [x, y] = labelPlace(ring).at;
  return [
    box.x + box.width / 2 + scale * (x - (minX + maxX) / 2),
    box.y + (box.height + above - below) / 2 - scale * (y - (minY + maxY) / 2),
  ];
}
