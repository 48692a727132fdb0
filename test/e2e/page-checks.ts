import { join } from 'node:path';
import axe from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** What a theme changes is colours. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/** What axe finds in either theme, what is too small for a glove, what runs out of its box.
 *  @param leastPx a glove's target: 20 mm of the panel */
export async function lookAt(page: Page, name: string, leastPx = 80): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  expect.soft(await axeFindings(page), name).toEqual([]);
  expect.soft(await smallTargets(page, leastPx), name).toEqual([]);
  expect.soft(await nearTargets(page), name).toEqual([]);
  expect.soft(await cutOff(page), name).toEqual([]);
  await keepPicture(page, name);
}

/** A picture in either theme for a person to look at, in the folder that KERF_SHOTS names: taking one lasts half a second. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env['KERF_SHOTS'];
  if (folder === undefined) return;
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 100))));
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
  }
}

/** Axe's own builder sends its script anew for each look and sorts what it found in a blank page: seconds each time. */
async function axeFindings(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return page.evaluate(
    async ([rules, colourRules]) => {
      const { run } = (window as unknown as { axe: typeof axe }).axe;
      const root = document.documentElement;
      const findings = async (theme: string | null, runOnly: string[]) => {
        const { violations } = await run(document, { runOnly, resultTypes: ['violations'] });
        return violations.map((v) => `${theme}: ${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`);
      };
      const theme = root.getAttribute('data-theme');
      const other = theme === 'dark' ? 'light' : 'dark';
      const found = await findings(theme, rules);
      root.setAttribute('data-theme', other);
      const foundInOther = await findings(other, colourRules);
      root.setAttribute('data-theme', theme ?? other);
      return [...found, ...foundInOther];
    },
    [RULES, COLOUR_RULES] as const,
  );
}

/** Waits until it is seen, and looks every 30 ms: Playwright's own wait looks five times in a quarter of a second and then
 *  every half, and a hundred screens of a file come in between. */
export async function appears(locator: Locator): Promise<void> {
  await expect.poll(() => locator.first().isVisible(), { interval: 30, timeout: 30_000 }).toBe(true);
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
      const isSmall = e.matches('button, .figure-104, .float-card, .header, .header-end, dd, dt');
      return (
        isSmall && (e.scrollWidth > e.clientWidth + 1 || (e.matches('button') && e.scrollHeight > e.clientHeight + 2))
      );
    });
    const pen = document.createElement('canvas').getContext('2d')!;
    const short = [...document.querySelectorAll('select')].filter((select) => {
      const { font, paddingLeft, paddingRight } = getComputedStyle(select);
      pen.font = font;
      const { width } = pen.measureText(select.selectedOptions[0]?.text ?? '');
      const room = select.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
      return select.checkVisibility() && width > room + 1;
    });
    const lower = shown.filter((e) => {
      const rail = e.closest('.rail-top');
      return (
        rail && e !== rail && !scrolls(e) && e.getBoundingClientRect().bottom > rail.getBoundingClientRect().bottom + 1
      );
    });
    return [...new Set([...off, ...wide, ...short, ...lower])].map(
      (e) => `${e.tagName.toLowerCase()}.${e.getAttribute('class') ?? ''}: ${e.textContent?.slice(0, 50)}`,
    );
  });
}
