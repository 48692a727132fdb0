import { mkdtemp, readFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { HIDE } from '../ui/drawn-hide.ts';
import { fakeStation, type FakeStation } from '../ui/fake-station.ts';
import { testBrowser, type TestBrowser } from './browser.ts';
import { buildScreens } from './build-screens.ts';

/** Limit of script and style, kB gzip; fonts apart. */
const BUNDLE_LIMIT_KB = 600;
/** Of the run screen alone. */
const RUN_SCREEN_LIMIT_KB = 300;

let uiDir = '';
let shots = '';
let station: FakeStation;
let browser: TestBrowser;
let page: Page;
let complaints: string[] = [];

beforeAll(async () => {
  uiDir = await buildScreens();
  browser = await testBrowser();
  shots = process.env['KERF_SHOTS'] ?? (await mkdtemp(join(tmpdir(), 'kerf-shots-')));
});

async function open(theme: 'light' | 'dark'): Promise<void> {
  station = await fakeStation({ uiDir });
  page = await browser.context.newPage();
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  complaints = [];
  page.on('console', (message) => {
    // Canvas2D's advice is about this test, which reads the picture back.
    const isOwn = message.text().startsWith('Canvas2D: Multiple readback');
    if ((message.type() === 'error' || message.type() === 'warning') && !isOwn) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(station.address);
}

afterEach(async () => {
  // Each station has an address of its own, and so each test an empty local storage.
  await page?.close();
  await station?.close();
});
afterAll(async () => {
  await browser?.close();
  console.log(`screenshots: ${shots}`);
});

const main = (name: string | RegExp) => page.getByRole('button', { name });
const step = (name: string) => page.getByRole('heading', { level: 1, name });

/** What axe finds, what is too small for a glove, and a picture of it. */
async function look(name: string): Promise<void> {
  await page.screenshot({ path: join(shots, `${name}.png`) });
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  expect(violations.map((v) => `${name}: ${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)).toEqual([]);
  expect(await smallTargets(), name).toEqual([]);
  expect(await cutOff(), name).toEqual([]);
}

/** Buttons under 80 px either way, or nearer than 8 px to another. */
function smallTargets(): Promise<string[]> {
  return page.evaluate(() => {
    const targets = [...document.querySelectorAll('button, input')]
      .filter((e) => e.checkVisibility() && !e.closest('[aria-hidden=true], [inert]'))
      // For screen readers only: react-aria's way out of a dialog.
      .filter((e) => e.getBoundingClientRect().width > 8)
      .map((e) => ({
        name: e.textContent || e.className,
        box: e.getBoundingClientRect(),
        scrolls: e.closest('.scroll'),
      }));
    const small = targets
      .filter((t) => t.box.width < 80 || t.box.height < 80)
      .map((t) => `${t.name} ${t.box.width} x ${t.box.height}`);
    const near = targets.flatMap((a, i) =>
      targets.slice(i + 1).flatMap((b) => {
        const dx = Math.max(a.box.left - b.box.right, b.box.left - a.box.right);
        const dy = Math.max(a.box.top - b.box.bottom, b.box.top - a.box.bottom);
        return Math.max(dx, dy) < 7.5 && !a.scrolls && !b.scrolls ? [`${a.name} and ${b.name}`] : [];
      }),
    );
    return [...small, ...near];
  });
}

/** Text that runs out of its box or off the screen. */
function cutOff(): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('.rail *, .header *, .cards *')]
      .filter((e) => e.checkVisibility() && !e.closest('.sr-only, .scroll, svg'))
      .filter((e) => {
        const box = e.getBoundingClientRect();
        const rail = e.closest('.rail-top')?.getBoundingClientRect();
        return (
          box.right > innerWidth + 1 ||
          box.bottom > innerHeight + 1 ||
          (rail !== undefined && box.bottom > rail.bottom + 1)
        );
      })
      .map((e) => `${e.className}: ${e.textContent?.slice(0, 40)}`),
  );
}

/** Mean colour of the hide's canvas: that there is a picture at all, and that it changes. */
function canvasSum(): Promise<number> {
  return page.evaluate(() => {
    const canvas = document.querySelector('canvas')!;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    let sum = 0;
    for (let i = 0; i < data.length; i += 64) sum += data[i]! + 3 * data[i + 1]! + 7 * data[i + 2]!;
    return sum;
  });
}

async function changesPicture(act: () => unknown): Promise<void> {
  const before = await canvasSum();
  await act();
  await expect.poll(canvasSum, { timeout: 5000 }).not.toBe(before);
}

/** Draws a circle with the pointer, as a finger would. */
async function drawCircle(x: number, y: number, r: number): Promise<void> {
  const box = (await page.locator('canvas').boundingBox())!;
  const at = (a: number) => [box.x + x + r * Math.cos(a), box.y + y + r * Math.sin(a)] as const;
  await page.mouse.move(...at(0));
  await page.mouse.down();
  for (let i = 1; i <= 24; i += 1) await page.mouse.move(...at((i / 24) * 2 * Math.PI));
  await page.mouse.up();
}

const marks = () => page.getByRole('list', { name: 'Marks on the hide' }).locator('li').count();

async function toReview(): Promise<void> {
  await main('Scan').tap();
  await expect.poll(() => station.status().state).toBe('SCANNING');
  station.look(12);
  station.showInspection();
  await step('Review').waitFor();
  await page.locator('.defect-row').first().waitFor();
}

async function toNested(): Promise<void> {
  await toReview();
  await main(/Accept 3 doubtful/).tap();
  await step('Nest').waitFor();
  station.nest(5);
  await page.getByText('Search finished').waitFor();
}

describe.each(['light', 'dark'] as const)('the whole job in %s', (theme) => {
  it('goes from READY to DONE by tapping the one big button', async () => {
    await open(theme);
    await main('Scan').waitFor();
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe(theme);
    await look(`${theme}-01-ready`);

    await main('Scan').tap();
    await main('Cancel').waitFor();
    await look(`${theme}-02-scanning`);
    await changesPicture(() => station.look(5));
    await page.getByText('5 of 12 parts seen').waitFor();
    await look(`${theme}-03-inspecting`);

    await changesPicture(() => station.showInspection());
    await step('Review').waitFor();
    await page.locator('.defect-row').first().waitFor();
    await look(`${theme}-04-reviewing`);

    await main(/Accept 3 doubtful \(249 cm²\)/).tap();
    await step('Nest').waitFor();
    expect(station.reviews).toEqual([{ by: 'operator', waive: true }]);
    await changesPicture(() => station.nest(0));
    await look(`${theme}-05-nesting`);
    expect(await main('Cut this').isDisabled()).toBe(true);
    await changesPicture(() => station.nest(5));
    await page.getByText('Search finished').waitFor();
    await look(`${theme}-06-nested`);

    const seen = station.layoutHash();
    await main('Cut this').tap();
    await step('Cut').waitFor();
    expect(station.approvals).toEqual([seen]);
    await look(`${theme}-07-released`);
    station.answer('accepted');
    await page.getByText('Cutter accepted the job').waitFor();
    await page.getByText('Answered in 0.2 s').waitFor();
    station.answer('started');
    await changesPicture(() => station.cut(31));
    await expect.poll(() => page.locator('.figure-104').innerText()).toMatch(/^31/);
    await look(`${theme}-08-cutting`);

    await main('Ask the cutter to pause').tap();
    await main(/Asked/).waitFor();
    expect(station.requests).toEqual(['pause']);
    await look(`${theme}-09-asked`);
    station.answer('paused');
    await main('Ask the cutter to go on').waitFor();
    await look(`${theme}-10-paused`);
    await main('Ask the cutter to go on').tap();
    await expect.poll(() => station.requests).toEqual(['pause', 'resume']);
    station.answer('resumed');
    station.answer('done');
    await main('Next hide').waitFor();
    await look(`${theme}-11-done`);
    await main('Next hide').tap();
    await main('Cancel').tap();
    await main('Scan').waitFor();
    expect(complaints).toEqual([]);
  });
});

describe('the page', () => {
  it('is small: script and style under 300 kB gzip, with every page under 600', async () => {
    const assets = join(uiDir, 'assets');
    const kb = async (files: readonly string[]) => {
      const sizes = await Promise.all(files.map(async (f) => gzipSync(await readFile(join(assets, f))).length));
      return sizes.reduce((a, b) => a + b, 0) / 1000;
    };
    const all = (await readdir(assets)).filter((f) => /\.(js|css)$/.test(f));
    // What the page itself names; the rest comes when an engineer's page or another language is opened.
    const html = await readFile(join(uiDir, 'index.html'), 'utf8');
    const first = all.filter((f) => html.includes(f));
    const [firstKb, allKb] = [await kb(first), await kb(all)];
    console.log(`bundle ${firstKb.toFixed(1)} kB gzip for the run screen, ${allKb.toFixed(1)} kB with all pages`);
    expect(firstKb).toBeGreaterThan(50);
    expect(firstKb).toBeLessThan(RUN_SCREEN_LIMIT_KB);
    expect(allKb).toBeLessThan(BUNDLE_LIMIT_KB);
  });

  it('regrades a mark by a tap, draws one with a finger, and takes both back', async () => {
    await open('light');
    await toReview();
    expect(await page.getByRole('button', { name: 'Undo' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: /^Scar/ }).tap();
    await page.getByRole('button', { name: 'Grade D', exact: true }).tap();
    await main(/Accept 2 doubtful/).waitFor();
    await look('light-12-regraded');
    await page.getByRole('button', { name: 'Undo' }).tap();
    await main(/Accept 3 doubtful/).waitFor();
    await page.getByRole('button', { name: 'Close' }).tap();

    await page.getByRole('button', { name: 'Area' }).tap();
    await page.getByText('Draw round the area with a finger').waitFor();
    await drawCircle(620, 420, 45);
    await look('light-13-draft');
    await changesPicture(() => page.getByRole('button', { name: 'Grade C', exact: true }).tap());
    await expect.poll(marks).toBe(16);
    await page.getByRole('button', { name: 'Undo' }).tap();
    await expect.poll(marks).toBe(15);
    expect(complaints).toEqual([]);
  });

  it('draws by pen and line, erases by a tap, and takes all of it back and again over a reload', async () => {
    await open('light');
    await toReview();
    const drag = async (...points: readonly (readonly [number, number])[]) => {
      const box = (await page.locator('canvas').boundingBox())!;
      await page.mouse.move(box.x + points[0]![0], box.y + points[0]![1]);
      await page.mouse.down();
      for (const [x, y] of points.slice(1)) await page.mouse.move(box.x + x, box.y + y, { steps: 6 });
      await page.mouse.up();
    };
    await page.getByRole('button', { name: 'Pen' }).tap();
    await drag([300, 300], [380, 340], [420, 300]);
    await page.getByRole('region', { name: 'Which grade is this?' }).waitFor();
    await look('light-20-pen');
    await page.getByRole('button', { name: 'Grade D', exact: true }).tap();
    await expect.poll(marks).toBe(16);
    await page.getByRole('button', { name: 'Line' }).tap();
    await drag([500, 200], [640, 260]);
    await page.getByRole('button', { name: 'Hole' }).tap();
    await expect.poll(marks).toBe(17);
    await page.getByRole('button', { name: 'Erase' }).tap();
    await page.getByText('Tap what is no mark').waitFor();
    const box = (await page.locator('canvas').boundingBox())!;
    await page.touchscreen.tap(box.x + 462, box.y + 490);
    await expect.poll(marks).toBe(16);
    await page.reload();
    await page.locator('.defect-row').first().waitFor();
    for (const count of [17, 16, 15]) {
      await page.getByRole('button', { name: 'Undo' }).tap();
      await expect.poll(marks).toBe(count);
    }
    expect(await page.getByRole('button', { name: 'Undo' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Redo' }).tap();
    await expect.poll(marks).toBe(16);
    expect(complaints).toEqual([]);
  });

  it('puts first what costs most', async () => {
    await open('light');
    await toReview();
    const rows = page.getByRole('list', { name: /dearest first/ }).locator('.defect-row');
    await expect.poll(() => rows.allInnerTexts()).toHaveLength(3);
    const percents = (await rows.allInnerTexts()).map((text) => Number(/−([\d.]+) %/.exec(text)![1]));
    expect(percents).toEqual([...percents].sort((a, b) => b - a));
  });

  it('selects the mark under the finger', async () => {
    await open('light');
    await toReview();
    // The middle of the doubtful stain, as the list's row would open it.
    await page.getByRole('button', { name: /^Stain B\?/ }).tap();
    await page.getByRole('region', { name: 'Stain' }).waitFor();
    await page.getByRole('button', { name: 'Close' }).tap();
    const box = (await page.locator('canvas').boundingBox())!;
    await page.touchscreen.tap(box.x + 462, box.y + 490);
    await page.getByRole('region', { name: 'Stain' }).waitFor();
  });

  it('forbids an area in the layout, and the layout changes', async () => {
    await open('light');
    await toNested();
    const before = station.layoutHash();
    await page.getByRole('button', { name: 'Forbid area' }).tap();
    await drawCircle(420, 360, 50);
    await expect.poll(() => station.layoutHash()).not.toBe(before);
    await look('light-14-forbidden');
  });

  it('locks, turns, drags and swaps pieces; a blocked place is felt at once and the piece slides beside it', async () => {
    await open('light');
    await toNested();
    const canvas = (await page.locator('canvas').boundingBox())!;
    const screenOf = async (index: number) => {
      const outline = station.layout()!.pieces[index]!.outline;
      const frame = HIDE;
      const of = (ring: typeof frame, k: 0 | 1) => ring.map((p) => p[k]);
      const [minX, maxX] = [Math.min(...of(frame, 0)), Math.max(...of(frame, 0))];
      const [minY, maxY] = [Math.min(...of(frame, 1)), Math.max(...of(frame, 1))];
      const scale = Math.min((canvas.width - 40) / (maxX - minX), (canvas.height - 40) / (maxY - minY));
      const [x, y] = [
        (Math.min(...of(outline, 0)) + Math.max(...of(outline, 0))) / 2,
        (Math.min(...of(outline, 1)) + Math.max(...of(outline, 1))) / 2,
      ];
      return [
        canvas.x + canvas.width / 2 + scale * (x - (minX + maxX) / 2),
        canvas.y + canvas.height / 2 - scale * (y - (minY + maxY) / 2),
      ] as const;
    };
    const indexOf = (label: string) => station.layout()!.pieces.findIndex((p) => p.label === label);
    const index = indexOf('Pocket 8');
    const at = await screenOf(index);
    await page.touchscreen.tap(...at);
    const card = page.locator('.piece-card');
    await card.waitFor();
    await look('light-21-piece');
    await card.getByRole('button', { name: 'Lock' }).tap();
    await expect.poll(() => station.locked().length).toBe(1);
    expect(station.locked()[0]).toMatchObject({ piece: 'wallet-pocket', rotation: 0 });
    await expect.poll(() => main('Cut this').isEnabled()).toBe(true);

    await page.touchscreen.tap(...at);
    await card.getByRole('button', { name: 'Free' }).tap();
    await expect.poll(() => station.locked().length).toBe(0);
    await card.waitFor({ state: 'detached' });

    // Onto its neighbour: red, then beside it.
    const other = await screenOf(indexOf('Front 6'));
    const before = station.layout()!.pieces[index]!;
    await page.touchscreen.tap(...at);
    await card.waitFor();
    await page.mouse.move(...at);
    await page.mouse.down();
    await page.mouse.move(at[0] + 0.5 * (other[0] - at[0]), at[1] + 0.5 * (other[1] - at[1]), { steps: 5 });
    await page.waitForTimeout(150);
    await page.screenshot({ path: join(shots, 'light-22-held.png') });
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
    await step('Cut').waitFor();
    expect(station.approvals).toEqual([cut]);
    expect(complaints).toEqual([]);
  });

  it('cuts the layout that lay under the finger at touch down, not a better one that came meanwhile', async () => {
    await open('light');
    await toReview();
    await main(/Accept/).tap();
    await step('Nest').waitFor();
    station.nest(2);
    await expect.poll(() => main('Cut this').isEnabled()).toBe(true);
    const seen = station.layoutHash();
    const box = (await main('Cut this').boundingBox())!;
    await page.mouse.move(box.x + 100, box.y + 60);
    await page.mouse.down();
    station.nest(4);
    await page.waitForTimeout(200);
    await page.mouse.up();
    await step('Cut').waitFor();
    expect(station.approvals).toEqual([seen]);
  });

  it('does nothing when the finger leaves "Cut this" before it lifts', async () => {
    await open('light');
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
    await open('light');
    await toNested();
    station.refuseNext('STATION_PLC_NOT_READY');
    await main('Cut this').tap();
    await page
      .getByRole('alert')
      .getByText(/The cutter is not ready/)
      .waitFor();
    await look('light-15-refused');
    await main('Cut this').tap();
    await step('Cut').waitFor();
    expect(station.approvals).toHaveLength(1);
  });

  it('brings the same screen back after a reload, in every state', async () => {
    await open('light');
    const reloads = async (heading: string) => {
      // What the rail fetches (the cut plan) comes a moment after the state.
      let before = '';
      const isAtRest = async () => {
        const now = await page.locator('.rail').innerText();
        const same = now === before;
        before = now;
        return same;
      };
      await expect.poll(isAtRest, { interval: 500, timeout: 15_000 }).toBe(true);
      await page.reload();
      await step(heading).waitFor();
      await expect.poll(() => page.locator('.rail').innerText()).toBe(before);
    };
    await main('Scan').waitFor();
    await reloads('Scan');
    await toReview();
    await reloads('Review');
    await main(/Accept/).tap();
    await step('Nest').waitFor();
    station.nest(5);
    await page.getByText('Search finished').waitFor();
    await reloads('Nest');
    await main('Cut this').tap();
    station.answer('accepted');
    station.answer('started');
    station.cut(12);
    await expect.poll(() => page.locator('.figure-104').innerText()).toMatch(/^12/);
    await reloads('Cut');
    station.answer('done');
    await main('Next hide').waitFor();
    await reloads('Done');
    expect(complaints).toEqual([]);
  });

  it('shows an alarm with what to do, keeps it in the header once seen, and loses it with its cause', async () => {
    await open('light');
    await toNested();
    await main('Cut this').tap();
    await step('Cut').waitFor();
    const alarm = station.raise({ code: 'PLC_SILENT', severity: 2 });
    await page.getByRole('heading', { level: 1, name: 'Alarm: the cutter is silent' }).waitFor();
    await page
      .getByRole('alert')
      .getByText(/Look whether the cutter is on/)
      .waitFor();
    await look('light-16-alarm');
    await main('I have seen it').tap();
    await page.getByRole('button', { name: '1 alarm' }).tap();
    await page.getByText(/Look whether the cutter is on/).waitFor();
    station.clear(alarm);
    await step('Cut').waitFor();
    expect(await page.getByRole('button', { name: '1 alarm' }).count()).toBe(0);
  });

  it('says when the station is away and comes back by itself', async () => {
    await open('light');
    await main('Scan').waitFor();
    station.drop();
    await page.getByText(/No connection to the station/).waitFor();
    await look('light-17-lost');
    station.restore();
    await expect.poll(() => page.getByText(/No connection/).count(), { timeout: 8000 }).toBe(0);
    await toReview();
  });

  it('keeps look and name on this panel', async () => {
    await open('light');
    await main('Menu').tap();
    await page.getByRole('dialog').waitFor();
    await look('light-18-menu');
    await page.getByRole('button', { name: 'Dark' }).tap();
    await page.getByLabel('Your name').fill('Ana');
    await page.getByRole('button', { name: 'Close' }).tap();
    await page.reload();
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
    await toReview();
    await main(/Accept/).tap();
    await step('Nest').waitFor();
    expect(station.reviews.at(-1)?.by).toBe('Ana');
  });

  it('works by keyboard alone', async () => {
    await open('light');
    await main('Scan').waitFor();
    for (let i = 0; i < 10; i += 1) {
      await page.keyboard.press('Tab');
      if (await main('Scan').evaluate((e) => e === document.activeElement)) break;
    }
    await page.keyboard.press('Enter');
    await main('Cancel').waitFor();
    expect(station.status().state).toBe('SCANNING');
  });

  it('zooms by two fingers and shows all again by one tap', async () => {
    await open('light');
    await toReview();
    const session = await browser.context.newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...xs: readonly number[]) =>
      session.send('Input.dispatchTouchEvent', { type, touchPoints: xs.map((x, id) => ({ x, y: 400, id })) });
    await changesPicture(async () => {
      await touch('touchStart', 400, 500);
      for (let i = 1; i <= 8; i += 1) await touch('touchMove', 400 - 15 * i, 500 + 15 * i);
      await touch('touchEnd');
    });
    await look('light-19-zoomed');
    await page.getByRole('button', { name: 'Show all' }).tap();
    expect(await page.getByRole('button', { name: 'Show all' }).count()).toBe(0);
  });
});
