import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { labelPlace } from '../../src/ui/canvas/label-place.ts';
import { drawCircle, screenOf } from './page-hand.ts';
import { LANGUAGES } from '../../src/ui/languages.ts';
import { appears, cutOff, keepPicture, smallTargets } from './page-checks.ts';
import { LARGE_TARGET_PX, pageVisits, SMALL_TARGET_PX } from './page-visit.ts';

const visits = pageVisits();
const LEAST_PX = { plain: 80, large: LARGE_TARGET_PX, small: SMALL_TARGET_PX } as const;

/** Tools that stand out of the main button's column, or whose words reach their edge. */
function outOfRail(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const column = document.querySelector('.main-button')!.getBoundingClientRect();
    const range = document.createRange();
    return [...document.querySelectorAll('.tools button')]
      .filter((tool) => {
        const box = tool.getBoundingClientRect();
        range.selectNodeContents(tool);
        const isWide = [...range.getClientRects()].some((r) => r.left < box.left + 3 || r.right > box.right - 3);
        const isOut = box.left < column.left - 1 || box.right > column.right + 1;
        return isWide || isOut || box.bottom > column.top - 7.5;
      })
      .map((tool) => tool.textContent);
  });
}

describe('the layout under a hand', () => {
  it('forbids an area in the layout, and the layout changes', async () => {
    const { page, station, look, toNested } = await visits.open();
    await toNested();
    const before = station.layoutHash();
    await page.getByRole('button', { name: 'Forbid area' }).tap();
    await drawCircle(page, 420, 360, 50);
    await expect.poll(() => station.layoutHash()).not.toBe(before);
    await look('forbidden');
  });

  it('locks, frees and drags pieces; a blocked place is felt at once and the piece slides beside it', async () => {
    const { page, station, complaints, main, step, look, toNested } = await visits.open();
    await toNested();
    const pieceOf = (label: string) => station.layout()!.pieces.find((p) => p.label === label)!;
    const placeOf = (label: string) => screenOf(page, pieceOf(label).outline);
    const at = await placeOf('Pocket 8');
    await page.touchscreen.tap(...at);
    const card = page.locator('.piece-card');
    await appears(card);
    await look('piece');
    await card.getByRole('button', { name: 'Lock' }).tap();
    await expect.poll(() => station.locked().length).toBe(1);
    expect(station.locked()[0]).toMatchObject({ piece: 'wallet-pocket', rotation: 0 });
    await expect.poll(() => main('Cut this').isEnabled()).toBe(true);

    await page.touchscreen.tap(...at);
    await card.getByRole('button', { name: 'Free' }).tap();
    await expect.poll(() => station.locked().length).toBe(0);
    await card.waitFor({ state: 'detached' });

    // Onto its neighbour: red, then beside it.
    const other = await placeOf('Front 6');
    const before = pieceOf('Pocket 8');
    await page.touchscreen.tap(...at);
    await appears(card);
    await page.mouse.move(...at);
    await page.mouse.down();
    await page.mouse.move(at[0] + 0.5 * (other[0] - at[0]), at[1] + 0.5 * (other[1] - at[1]), { steps: 5 });
    await page.waitForTimeout(150);
    await keepPicture(page, 'held');
    const isRed = await page.evaluate(() => {
      const canvas = document.querySelector('canvas')!;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      let red = 0;
      for (let i = 0; i < data.length; i += 4) if (data[i]! > 140 && data[i + 1]! < 90 && data[i + 2]! < 90) red += 1;
      return red > 400;
    });
    expect(isRed).toBe(true);
    await page.mouse.up();
    await expect.poll(() => station.locked().length).toBe(1);
    expect(station.locked()[0]!.piece).toBe(before.id);
    expect(Math.hypot(station.locked()[0]!.x - before.x, station.locked()[0]!.y - before.y)).toBeGreaterThan(5);
    await expect.poll(() => main('Cut this').isEnabled()).toBe(true);
    const cut = station.layoutHash();
    await main('Cut this').tap();
    await appears(step('Cut'));
    expect(station.approvals).toEqual([cut]);
    expect(complaints).toEqual([]);
  });

  it.each([false, true])(
    'takes a drag back to where the piece lay, over a reload, says what it takes back, and does it again; large: %s',
    async (isLarge) => {
      const { page, station, complaints, main, look, toNested } = await visits.open({ isLarge });
      await toNested();
      const pieceOf = (label: string) => station.layout()!.pieces.find((p) => p.label === label)!;
      const [before, hash] = [pieceOf('Pocket 8'), station.layoutHash()];
      const at = await screenOf(page, before.outline);
      await page.touchscreen.tap(...at);
      await appears(page.locator('.piece-card'));
      const other = await screenOf(page, pieceOf('Front 6').outline);
      await page.mouse.move(...at);
      await page.mouse.down();
      await page.mouse.move(at[0] + 0.5 * (other[0] - at[0]), at[1] + 0.5 * (other[1] - at[1]), { steps: 5 });
      await page.mouse.up();
      await expect.poll(() => station.locked().length).toBe(1);
      const after = station.layoutHash();
      expect(after).not.toBe(hash);
      const undo = page.getByRole('button', { name: 'Undo', exact: true });
      const redo = page.getByRole('button', { name: 'Redo', exact: true });
      await appears(page.getByText(/^Undo: Pocket \d+ (moved|turned)$/));
      await look(`dragged-${isLarge}`);
      await page.reload();
      await undo.tap();
      await expect.poll(() => station.layoutHash()).toBe(hash);
      expect(station.locked()).toEqual([]);
      expect([pieceOf('Pocket 8').x, pieceOf('Pocket 8').y]).toEqual([before.x, before.y]);
      await appears(page.getByText(/^Redo: Pocket/));
      expect(await undo.isDisabled()).toBe(true);
      await look(`drag-undone-${isLarge}`);
      await redo.tap();
      await expect.poll(() => station.layoutHash()).toBe(after);
      await expect.poll(() => main('Cut this').isEnabled()).toBe(true);
      expect(complaints).toEqual([]);
    },
  );

  it.each(['plain', 'large', 'small'] as const)(
    'has room for what an undo takes back in the fullest rail, in every language, beside tools that stand still; %s',
    async (panel) => {
      const { page, station, toNested } = await visits.open({ isLarge: panel === 'large', isSmall: panel === 'small' });
      await toNested();
      await page.evaluate(() => document.fonts.ready);
      const toolsTop = async () => (await page.getByRole('button', { name: 'Stop here' }).boundingBox())!.y;
      const before = await toolsTop();
      // One lock after the other is taken back: the longest words name two pieces and count the rest.
      await page.evaluate(
        ([id, locked]) =>
          fetch(`/api/v1/jobs/${id}/locked`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ locked, banned: [], by: 'ann' }),
          }),
        [
          station.status().job!.id,
          station
            .layout()!
            .pieces.filter(({ label }) => ['Pocket 8', 'Front 6', 'Strap 1', 'Body 2'].includes(label))
            .map(({ id, x, y, rotation, mirrored }) => ({ piece: id, x, y, rotation, mirrored })),
        ] as const,
      );
      await expect.poll(() => page.locator('.undo-note').innerText()).toMatch(/^Undo: /);
      expect(await toolsTop()).toBe(before);
      for (const [language] of LANGUAGES) {
        await page.evaluate((tag) => localStorage.setItem('kerf.language', tag), language);
        await page.reload();
        await page.waitForFunction((tag) => document.documentElement.lang === tag, language);
        await appears(page.locator('.undo-note'));
        await page.evaluate(() => document.fonts.ready);
        // Before the layout is there its pieces are named by their ids, which may be longer.
        await page.waitForFunction(() =>
          /(Pocket|Front|Strap|Body) \d/.test(document.querySelector('.undo-note')?.textContent ?? ''),
        );
        const isWhole = await page
          .locator('.undo-note')
          .evaluate((note) => note.scrollWidth <= note.clientWidth && note.scrollHeight <= note.clientHeight);
        const off = [await cutOff(page), await smallTargets(page, LEAST_PX[panel])];
        expect.soft([language, isWhole, await outOfRail(page), ...off]).toEqual([language, true, [], [], []]);
        await keepPicture(page, `undo-note-${language}-${panel}`);
      }
    },
  );

  it('turns a piece about its middle to its next allowed angle, and locks it there', async () => {
    const { page, station, complaints, toNested } = await visits.open();
    await toNested();
    const before = station.layout()!.pieces.find((p) => p.label === 'Pocket 8')!;
    await page.touchscreen.tap(...(await screenOf(page, before.outline)));
    const card = page.locator('.piece-card');
    await card.getByRole('button', { name: 'Turn' }).tap();
    await expect.poll(() => station.locked().length).toBe(1);
    const turned = station.locked()[0]!;
    const allowed = before.turns ?? Array.from({ length: 8 }, (_, i) => (before.rotation + 45 * i) % 360);
    expect(turned.piece).toBe(before.id);
    expect(turned.rotation).not.toBeCloseTo(before.rotation, 3);
    expect(allowed.map((angle) => Math.round(angle))).toContain(Math.round(turned.rotation));
    expect(complaints).toEqual([]);
  });

  it('swaps two pieces: each lies about where the other lay, both locked', async () => {
    const { page, station, complaints, toNested } = await visits.open();
    await toNested();
    const [one, other] = ['Back 3', 'Back 9'].map((label) => station.layout()!.pieces.find((p) => p.label === label)!);
    await page.touchscreen.tap(...(await screenOf(page, one!.outline)));
    await page.locator('.piece-card').getByRole('button', { name: 'Swap' }).tap();
    await page.locator('.piece-card').waitFor({ state: 'detached' });
    await page.touchscreen.tap(...(await screenOf(page, other!.outline)));
    await expect.poll(() => station.locked().length).toBe(2);
    const middle = (p: typeof one) => labelPlace(p!.outline).at;
    const places = station.layout()!.pieces.filter((p) => p.isLocked);
    for (const [piece, at] of [
      [one, middle(other)],
      [other, middle(one)],
    ] as const) {
      const nearest = Math.min(
        ...places.filter((p) => p.id === piece!.id).map((p) => Math.hypot(middle(p)[0] - at[0], middle(p)[1] - at[1])),
      );
      expect(nearest).toBeLessThan(60);
    }
    expect(complaints).toEqual([]);
  });

  it('keeps a banned piece off the hide, over a reload, until it is allowed again or taken back', async () => {
    const { page, station, complaints, main, look, toNested } = await visits.open();
    await toNested();
    const copies = () => station.layout()!.pieces.filter((p) => p.id === 'wallet-pocket').length;
    const wanted = copies();
    const ban = async () => {
      await page.touchscreen.tap(
        ...(await screenOf(page, station.layout()!.pieces.find((p) => p.id === 'wallet-pocket')!.outline)),
      );
      await page.locator('.piece-card').getByRole('button', { name: 'Not here' }).tap();
      await appears(page.getByText('Kept off this hide: Pocket'));
    };
    await ban();
    expect([station.banned(), copies()]).toEqual([['wallet-pocket'], 0]);
    await look('banned');
    await page.getByRole('button', { name: 'Undo', exact: true }).tap();
    await expect.poll(copies).toBe(wanted);
    await page.getByText('Kept off this hide').waitFor({ state: 'detached' });
    await ban();
    await page.reload();
    await appears(page.getByText('Kept off this hide: Pocket'));
    await main('Allow again').tap();
    await expect.poll(copies).toBe(wanted);
    expect(complaints).toEqual([]);
  });

  it('lays alternatives side by side while the search runs; the one chosen is shown, cut, or taken back', async () => {
    const { page, station, complaints, main, step, look, toNested } = await visits.open();
    await toNested(4);
    await main('Compare').tap();
    const panel = page.getByRole('region', { name: 'Alternatives' });
    await expect.poll(() => panel.getByRole('listitem').count()).toBe(3);
    await look('compare');
    const best = await page.locator('.figure-104').innerText();
    const other = panel.getByRole('button', { name: /left|Shorter/ }).last();
    await other.tap();
    await appears(page.getByText('An alternative is shown'));
    await expect.poll(() => page.locator('.figure-104').innerText()).not.toBe(best);
    const chosen = await page.locator('.figure-104').innerText();
    await look('chosen');
    // A better one that comes does not take its place.
    station.nest(5);
    await page.waitForTimeout(300);
    expect(await page.locator('.figure-104').innerText()).toBe(chosen);
    await page.getByRole('button', { name: 'Undo', exact: true }).tap();
    await appears(page.getByText('Search finished'));
    expect(await page.locator('.figure-104').innerText()).not.toBe(chosen);
    await main('Compare').tap();
    await expect.poll(() => panel.getByRole('listitem').count()).toBe(3);
    await panel.getByRole('button').last().tap();
    await appears(page.getByText('An alternative is shown'));
    await main('Cut this').tap();
    await appears(step('Cut'));
    expect(station.approvals).toHaveLength(1);
    expect(station.approvals[0]).not.toBe(station.best());
    expect(complaints).toEqual([]);
  });

  it('cuts the layout that lay under the finger at touch down, not a better one that came meanwhile', async () => {
    const { page, station, main, step, toReview } = await visits.open();
    await toReview();
    await main(/Accept/).tap();
    await appears(step('Nest'));
    station.nest(2);
    await expect.poll(() => main('Cut this').isEnabled()).toBe(true);
    const seen = station.layoutHash();
    const box = (await main('Cut this').boundingBox())!;
    await page.mouse.move(box.x + 100, box.y + 60);
    await page.mouse.down();
    station.nest(4);
    await page.waitForTimeout(200);
    await page.mouse.up();
    await appears(step('Cut'));
    expect(station.approvals).toEqual([seen]);
  });

  it('does nothing when the finger leaves "Cut this" before it lifts', async () => {
    const { page, station, main, toNested } = await visits.open();
    await toNested();
    const box = (await main('Cut this').boundingBox())!;
    await page.mouse.move(box.x + 100, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(300, 300, { steps: 4 });
    await page.mouse.up();
    await page.waitForTimeout(200);
    expect(station.approvals).toEqual([]);
  });

  it('says a refusal in the operator’s words and lets it be pressed again', async () => {
    const { page, station, main, step, look, toNested } = await visits.open();
    await toNested();
    station.refuseNext('STATION_PLC_NOT_READY');
    await main('Cut this').tap();
    await page
      .getByRole('alert')
      .getByText(/The cutter is not ready/)
      .waitFor();
    await look('refused');
    await main('Cut this').tap();
    await appears(step('Cut'));
    expect(station.approvals).toHaveLength(1);
  });
});
