import type { BrowserContext } from 'playwright-core';

/** How a fresh page came up. */
export interface Opening {
  /** From the address to the first paint, ms. */
  readonly firstMs: number;
  /** From the address until the main button can be pressed and has been painted, ms. */
  readonly usefulMs: number;
  /** Sum of the browser's layout shift scores until then: what moved under the eyes, as shares of the screen. */
  readonly shift: number;
  /** What came over the wire until then, fonts included, kB. */
  readonly kb: number;
}

/** Opens a page of its own at the address, and closes it. */
export async function measureOpening(context: BrowserContext, address: string): Promise<Opening> {
  const page = await context.newPage();
  try {
    await page.addInitScript(() => {
      const look = () => {
        if (document.querySelector('.main-button:not([data-disabled])'))
          requestAnimationFrame(() => setTimeout(() => performance.mark('useful')));
        else requestAnimationFrame(look);
      };
      look();
    });
    await page.goto(address);
    await page.waitForFunction(() => performance.getEntriesByName('useful').length > 0);
    return await page.evaluate(() => {
      const at = (name: string) => performance.getEntriesByName(name)[0]!.startTime;
      const shifts = new PerformanceObserver(() => undefined);
      shifts.observe({ type: 'layout-shift', buffered: true });
      const seen = shifts.takeRecords() as (PerformanceEntry & { readonly value?: number })[];
      const sent = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
      return {
        firstMs: at('first-contentful-paint'),
        usefulMs: at('useful'),
        shift: seen.reduce((sum, { value }) => sum + (value ?? 0), 0),
        kb: sent.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0) / 1000,
      };
    });
  } finally {
    await page.close();
  }
}
