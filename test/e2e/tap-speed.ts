import type { CDPSession, Page } from 'playwright-core';
import type { LayoutView } from '../../src/api/views.ts';
import { screenOf } from './page-hand.ts';

/** Milliseconds from a finger on a piece to the next paint, as the browser's event timing has it (in steps of 8 ms), while
 *  the whole hide is shown. */
export async function tapMilliseconds(
  page: Page,
  session: CDPSession,
  pieces: LayoutView['pieces'],
  count: number,
): Promise<readonly number[]> {
  await page.evaluate(() => {
    const slowest = new Map<number, number>();
    (window as unknown as { kerfTaps: typeof slowest }).kerfTaps = slowest;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { interactionId?: number })[])
        if (entry.interactionId)
          slowest.set(entry.interactionId, Math.max(slowest.get(entry.interactionId) ?? 0, entry.duration));
    }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
  });
  for (let i = 0; i < count; i += 1) {
    const [x, y] = await screenOf(page, pieces[(i * 37) % pieces.length]!.outline);
    await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y, id: 0 }] });
    await page.waitForTimeout(40);
    await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await page.waitForTimeout(260);
  }
  const seen = await page.evaluate(() => [
    ...(window as unknown as { kerfTaps: Map<number, number> }).kerfTaps.values(),
  ]);
  // What took less than 16 ms is not told.
  return [...seen, ...Array.from({ length: Math.max(0, count - seen.length) }, () => 16)];
}
