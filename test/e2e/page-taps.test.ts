import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { SETTLE_MS } from '../../src/ui/state/press-guard.ts';
import { appears } from './page-checks.ts';
import { pageVisits } from './page-visit.ts';

const visits = pageVisits();

/** A finger that came down on the main button's place. */
interface Tap {
  /** What the main button said then. */
  readonly on: string;
  readonly isLive: boolean;
  /** Since the button said so, ms. */
  readonly afterMs: number;
}

/** Notes from now on what a finger meets at the foot of the rail, as the browser has it: a busy machine is late with a
 *  test's taps. */
async function noteTaps(page: Page): Promise<() => Promise<readonly Tap[]>> {
  await page.evaluate(() => {
    const taps: Tap[] = [];
    (window as unknown as { kerfTaps: Tap[] }).kerfTaps = taps;
    const wordsNow = () => document.querySelector('.main-button-text')?.textContent ?? '';
    let [words, sinceMs] = [wordsNow(), performance.now()];
    new MutationObserver(() => {
      if (wordsNow() !== words) [words, sinceMs] = [wordsNow(), performance.now()];
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
    addEventListener(
      'pointerdown',
      () => {
        const isLive = document.querySelector('.main-button:not([data-disabled])') !== null;
        taps.push({ on: words, isLive, afterMs: performance.now() - sinceMs });
      },
      true,
    );
  });
  return () => page.evaluate(() => (window as unknown as { kerfTaps: Tap[] }).kerfTaps);
}

describe('a finger that taps on and on', () => {
  it('does what each main button says only once it has stood there for a moment', async () => {
    const { page, station, main, step, toReview } = await visits.open();
    await toReview();
    await expect.poll(() => main(/^Accept/).isEnabled()).toBe(true);
    const taps = await noteTaps(page);
    const box = (await page.locator('.main-button').boundingBox())!;
    const tapUntil = async (isSo: () => boolean) => {
      for (let i = 0; i < 100 && !isSo(); i += 1) {
        await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height - 40);
        await page.waitForTimeout(60);
      }
      expect(isSo()).toBe(true);
    };
    await tapUntil(() => station.reviews.length === 1);
    station.nest(5);
    await page.waitForTimeout(150);
    // An alarm comes over "Cut this", is seen, and the button is there again.
    station.raise({ code: 'PUBLISH_BROKER_AWAY', severity: 3 });
    await tapUntil(() => station.status().alarms.every((alarm) => alarm.isAcknowledged));
    await tapUntil(() => station.approvals.length === 1);
    await appears(step('Cut'));
    await tapUntil(() => station.requests.length === 1);
    expect(station.reviews).toHaveLength(1);
    expect(station.approvals).toHaveLength(1);

    const all = await taps();
    for (const on of ['I have seen it', 'Cut this', 'Ask the cutter to pause']) {
      const here = all.filter((tap) => tap.on === on);
      // On busy cores the words are seen a few hundredths of a second after they stood there.
      expect(here.filter(({ isLive, afterMs }) => isLive && afterMs < SETTLE_MS - 60)).toEqual([]);
      // And then it does so at once: the taps that came too soon take nothing from the first that counts.
      expect(here.filter(({ isLive }) => isLive)).toHaveLength(1);
      // The finger did come too soon, or this proves nothing.
      expect(
        here.some(({ afterMs }) => afterMs < SETTLE_MS - 20),
        on,
      ).toBe(true);
    }
  });

  it('that closes a dialog does not press what lay under it', async () => {
    const { page, station, main } = await visits.open();
    await expect.poll(() => main('Scan').isEnabled()).toBe(true);
    const box = (await main('Scan').boundingBox())!;
    await main('Menu').tap();
    await appears(page.getByRole('dialog'));
    // Beside the menu: closed by the first tap.
    const at = [box.x + box.width / 2, box.y + box.height / 2] as const;
    await page.touchscreen.tap(...at);
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await main('Scan').isDisabled()).toBe(true);
    await page.touchscreen.tap(...at);
    await page.waitForTimeout(100);
    expect(station.starts).toEqual([]);
    // The tap on the closed button takes nothing from the next.
    await main('Scan').tap();
    await expect.poll(() => station.starts.length).toBe(1);
  });
});

describe('a hand scanner', () => {
  it('that reads what is no code is told so, and presses nothing', async () => {
    const { page, station, main } = await visits.open();
    await expect.poll(() => main('Scan').isEnabled()).toBe(true);
    await main('Scan').focus();
    await page.evaluate(() => {
      const press = (kind: string, key: string) =>
        document.activeElement!.dispatchEvent(new KeyboardEvent(kind, { key, bubbles: true, cancelable: true }));
      for (const key of [...'HIDE 2291', 'Enter']) {
        press('keydown', key);
        press('keyup', key);
      }
    });
    await appears(page.getByRole('alert').getByText(/The scanner read “HIDE 2291”/));
    expect(station.starts).toEqual([]);
    expect(station.status().state).toBe('READY');
  });
});

describe('a screen whose files do not come', () => {
  it('shows the way back, and comes by itself once the station is there again', async () => {
    const { page, station, main } = await visits.open();
    await appears(main('Scan'));
    const open = async () => {
      await main('Menu').tap();
      await page.getByRole('dialog').getByRole('button', { name: 'Orders' }).tap();
      await appears(page.getByRole('heading', { name: 'This screen cannot be shown' }));
    };
    station.drop();
    await open();
    await main('Try again').tap();
    await appears(page.getByRole('alert').getByText(/The station does not answer/));
    await main('Back').tap();
    await appears(main('Scan'));
    await open();
    station.restore();
    await appears(page.getByRole('navigation', { name: 'Other screens' }));
  });
});

describe('a station that was updated', () => {
  it('is shown by its own page: the one from before is loaded anew', async () => {
    const { page, station, main } = await visits.open();
    await appears(main('Scan'));
    const isOld = () => page.evaluate(() => 'kerfOld' in window);
    await page.evaluate(() => Object.assign(window, { kerfOld: true }));
    expect(await isOld()).toBe(true);
    station.becomes('0.2.0');
    await expect.poll(() => isOld().catch(() => true)).toBe(false);
    await appears(main('Scan'));
    await page.evaluate(() => Object.assign(window, { kerfOld: true }));
    await page.waitForTimeout(500);
    expect(await isOld()).toBe(true);
  });
});
