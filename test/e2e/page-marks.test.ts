import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { dragOver, drawCircle } from './page-hand.ts';
import { appears } from './page-checks.ts';
import { pageVisits } from './page-visit.ts';

const visits = pageVisits();

const marks = (page: Page) => () => page.getByRole('list', { name: 'Marks on the hide' }).locator('li').count();

describe('marks on the hide', () => {
  it('regrades a mark by a tap, draws one with a finger, and takes both back', async () => {
    const { page, complaints, main, look, changesPicture, toReview } = await visits.open();
    await toReview();
    expect(await page.getByRole('button', { name: 'Undo' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: /^Scar/ }).tap();
    await page.getByRole('button', { name: 'Grade D', exact: true }).tap();
    await appears(main(/Accept 2 doubtful/));
    await look('regraded');
    await page.getByRole('button', { name: 'Undo' }).tap();
    await appears(main(/Accept 3 doubtful/));
    await page.getByRole('button', { name: 'Close' }).tap();

    await page.getByRole('button', { name: 'Area' }).tap();
    await appears(page.getByText('Draw round the area with a finger'));
    await drawCircle(page, 620, 420, 45);
    await look('draft');
    await changesPicture(() => page.getByRole('button', { name: 'Grade C', exact: true }).tap());
    await expect.poll(marks(page)).toBe(16);
    await page.getByRole('button', { name: 'Undo' }).tap();
    await expect.poll(marks(page)).toBe(15);
    expect(complaints).toEqual([]);
  });

  it('draws by pen and line, erases by a tap, and takes all of it back and again over a reload', async () => {
    const { page, complaints, look, toReview } = await visits.open();
    await toReview();
    await page.getByRole('button', { name: 'Pen' }).tap();
    await dragOver(page, [300, 300], [380, 340], [420, 300]);
    await appears(page.getByRole('region', { name: 'Which grade is this?' }));
    await look('pen');
    await page.getByRole('button', { name: 'Grade D', exact: true }).tap();
    await expect.poll(marks(page)).toBe(16);
    await page.getByRole('button', { name: 'Line' }).tap();
    await dragOver(page, [500, 200], [640, 260]);
    await page.getByRole('button', { name: 'Hole' }).tap();
    await expect.poll(marks(page)).toBe(17);
    await page.getByRole('button', { name: 'Erase' }).tap();
    await appears(page.getByText('Tap what is no mark'));
    const box = (await page.locator('canvas').boundingBox())!;
    await page.touchscreen.tap(box.x + 462, box.y + 490);
    await expect.poll(marks(page)).toBe(16);
    await page.reload();
    await appears(page.locator('.defect-row').first());
    for (const count of [17, 16, 15]) {
      await page.getByRole('button', { name: 'Undo' }).tap();
      await expect.poll(marks(page)).toBe(count);
    }
    expect(await page.getByRole('button', { name: 'Undo' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Redo' }).tap();
    await expect.poll(marks(page)).toBe(16);
    expect(complaints).toEqual([]);
  });

  it('puts first what costs most', async () => {
    const { page, toReview } = await visits.open();
    await toReview();
    const rows = page.getByRole('list', { name: /dearest first/ }).locator('.defect-row');
    await expect.poll(() => rows.allInnerTexts()).toHaveLength(3);
    const percents = (await rows.allInnerTexts()).map((text) => Number(/−([\d.]+)\s%/.exec(text)![1]));
    expect(percents).toEqual([...percents].sort((a, b) => b - a));
  });

  it('selects the mark under the finger', async () => {
    const { page, toReview } = await visits.open();
    await toReview();
    // The middle of the doubtful stain, as the list's row would open it.
    await page.getByRole('button', { name: /^Stain B\?/ }).tap();
    await appears(page.getByRole('region', { name: 'Stain' }));
    await page.getByRole('button', { name: 'Close' }).tap();
    const box = (await page.locator('canvas').boundingBox())!;
    await page.touchscreen.tap(box.x + 462, box.y + 490);
    await appears(page.getByRole('region', { name: 'Stain' }));
  });

  it('zooms by two fingers and shows all again by one tap', async () => {
    const { page, look, changesPicture, toReview } = await visits.open();
    await toReview();
    const session = await visits.browser.context.newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...xs: readonly number[]) =>
      session.send('Input.dispatchTouchEvent', { type, touchPoints: xs.map((x, id) => ({ x, y: 400, id })) });
    await changesPicture(async () => {
      await touch('touchStart', 400, 500);
      for (let i = 1; i <= 8; i += 1) await touch('touchMove', 400 - 15 * i, 500 + 15 * i);
      await touch('touchEnd');
    });
    await look('zoomed');
    await page.getByRole('button', { name: 'Show all' }).tap();
    expect(await page.getByRole('button', { name: 'Show all' }).count()).toBe(0);
  });
});
