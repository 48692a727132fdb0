import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** What axe finds, what is too small for a glove, what runs out of its box; and a picture of it.
 *  @param leastPx a glove's target: 20 mm of the panel */
export async function lookAt(page: Page, name: string, path: string, leastPx = 80): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path });
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  expect
    .soft(violations.map((v) => `${name}: ${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`))
    .toEqual([]);
  expect.soft(await smallTargets(page, leastPx), name).toEqual([]);
  expect.soft(await nearTargets(page), name).toEqual([]);
  expect.soft(await cutOff(page), name).toEqual([]);
}

/** Buttons, links and fields smaller than a target either way. */
export function smallTargets(page: Page, leastPx = 80): Promise<string[]> {
  return page.evaluate(
    (least) =>
      [...document.querySelectorAll('button, input:not([type=file]), select, a')]
        .filter((e) => e.checkVisibility() && !e.closest('[aria-hidden=true], [inert]'))
        // For screen readers only: react-aria's way out of a dialog.
        .filter((e) => e.getBoundingClientRect().width > 8)
        .map((e) => ({ name: e.textContent || e.className, box: e.getBoundingClientRect() }))
        .filter(({ box }) => box.width < least - 0.5 || box.height < least - 0.5)
        .map(({ name, box }) => `${name} ${box.width} x ${box.height}`),
    leastPx,
  );
}

/** Buttons nearer than 8 px to each other; what scrolls is closed to the finger where it is cut off. */
function nearTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const targets = [...document.querySelectorAll('button, input:not([type=file])')]
      .filter((e) => e.checkVisibility() && !e.closest('[aria-hidden=true], [inert], .scroll'))
      .filter((e) => e.getBoundingClientRect().width > 8)
      .map((e) => ({ name: e.textContent || e.className, box: e.getBoundingClientRect() }));
    return targets.flatMap((a, i) =>
      targets.slice(i + 1).flatMap((b) => {
        const dx = Math.max(a.box.left - b.box.right, b.box.left - a.box.right);
        const dy = Math.max(a.box.top - b.box.bottom, b.box.top - a.box.bottom);
        return Math.max(dx, dy) < 7.5 ? [`${a.name} and ${b.name}`] : [];
      }),
    );
  });
}

/** Text that runs out of its box or off the screen: wider than its button, below the panel's edge, under the ellipsis. */
export function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const shown = [...document.querySelectorAll('body *')].filter(
      (e) =>
        e.checkVisibility() && !e.closest('.sr-only, svg, [aria-hidden=true]') && e.getBoundingClientRect().width > 2,
    );
    const scrolls = (e: Element) => e.closest('.scroll, .sheet') !== null;
    const off = shown.filter((e) => {
      const box = e.getBoundingClientRect();
      return box.right > innerWidth + 1 || (!scrolls(e) && box.bottom > innerHeight + 1);
    });
    const wide = shown.filter((e) => {
      const isSmall = e.matches('button, .figure-104, .header, .header-end, dd, dt');
      return (
        isSmall && (e.scrollWidth > e.clientWidth + 1 || (e.matches('button') && e.scrollHeight > e.clientHeight + 2))
      );
    });
    const lower = shown.filter((e) => {
      const rail = e.closest('.rail-top');
      return (
        rail && e !== rail && !scrolls(e) && e.getBoundingClientRect().bottom > rail.getBoundingClientRect().bottom + 1
      );
    });
    return [...new Set([...off, ...wide, ...lower])].map(
      (e) => `${e.tagName.toLowerCase()}.${e.getAttribute('class') ?? ''}: ${e.textContent?.slice(0, 50)}`,
    );
  });
}
