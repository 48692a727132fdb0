import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { FakeHide } from '../ui/fake-core.ts';
import { fakeStation, type FakeStation } from '../ui/fake-station.ts';
import { testBrowser, type TestBrowser } from './browser.ts';
import { buildScreens } from './build-screens.ts';
import { appears, lookAt } from './page-checks.ts';

/** One window on a fake station, and what a person does at it. */
export interface Visit {
  readonly page: Page;
  readonly station: FakeStation;
  /** Warnings and errors of the browser's console since the window opened. */
  readonly complaints: readonly string[];
  main(name: string | RegExp): Locator;
  step(name: string): Locator;
  /** Checks the screen, its colours in either theme. */
  look(name: string): Promise<void>;
  changesPicture(act: () => unknown): Promise<void>;
  /** Through READY to REVIEWING, with every mark on the screen. */
  toReview(): Promise<void>;
  /** Through REVIEWING to the search, which shows layout number `i`; 5 is its last. */
  toNested(i?: number): Promise<void>;
}

export interface VisitOptions {
  readonly hide?: FakeHide;
  readonly reducedMotion?: 'reduce' | 'no-preference';
  readonly language?: string;
  /** 1920 x 1080 on 15.6 inches, where 20 mm are 111 px. */
  readonly isLarge?: boolean;
  /** 1280 x 800 on 12.1 inches: enlarged as far as words have room, which leaves the least of it. */
  readonly isSmall?: boolean;
  /** A second window on the same station. */
  readonly station?: FakeStation;
}

export interface Visits {
  readonly uiDir: string;
  readonly browser: TestBrowser;
  open(options?: VisitOptions): Promise<Visit>;
}

/** Builds the screens and starts a browser for this file's tests; each window and station is closed after its test.
 *  Each station has an address of its own, and so each test an empty local storage. */
export function pageVisits(): Visits {
  let uiDir = '';
  let browser: TestBrowser;
  const pages: Page[] = [];
  const stations: FakeStation[] = [];

  beforeAll(async () => {
    uiDir = await buildScreens();
    browser = await testBrowser();
  });
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.close();
    for (const station of stations.splice(0)) await station.close();
  });
  afterAll(async () => {
    await browser?.close();
  });

  return {
    get uiDir() {
      return uiDir;
    },
    get browser() {
      return browser;
    },
    async open({ hide, reducedMotion = 'reduce', language, isLarge = false, isSmall = false, station: given } = {}) {
      const station = given ?? (await fakeStation({ uiDir, ...(hide ? { hide } : {}) }));
      if (!given) stations.push(station);
      const page = await browser.context.newPage();
      pages.push(page);
      await page.emulateMedia({ colorScheme: 'light', reducedMotion });
      if (language !== undefined)
        await page.addInitScript((tag) => localStorage.setItem('kerf.language', tag), language);
      if (isLarge) {
        await page.setViewportSize({ width: 1920, height: 1080 });
        await page.addInitScript(() => localStorage.setItem('kerf.panelInches', '15.6'));
      }
      if (isSmall) await page.addInitScript(() => localStorage.setItem('kerf.panelInches', '12.1'));
      const complaints = complaintsOf(page);
      await page.goto(station.address);
      return visitOf(page, station, {
        complaints,
        leastPx: isLarge ? LARGE_TARGET_PX : isSmall ? SMALL_TARGET_PX : 80,
      });
    },
  };
}

/** 20 mm at 1920 x 1080 on 15.6 inches. */
export const LARGE_TARGET_PX = 111;
/** 80 px at the largest scale that 1280 x 800 has room for. */
export const SMALL_TARGET_PX = 86;

function visitOf(
  page: Page,
  station: FakeStation,
  { complaints, leastPx }: Pick<Visit, 'complaints'> & { readonly leastPx: number },
): Visit {
  const main = (name: string | RegExp) => page.getByRole('button', { name });
  const step = (name: string) => page.getByRole('heading', { level: 1, name });
  const visit: Visit = {
    page,
    station,
    complaints,
    main,
    step,
    look: (name) => lookAt(page, name, leastPx),
    async changesPicture(act) {
      const before = await canvasSum(page);
      await act();
      await expect.poll(() => canvasSum(page), { timeout: 5000 }).not.toBe(before);
    },
    async toReview() {
      await main('Scan').tap();
      await expect.poll(() => station.status().state).toBe('SCANNING');
      station.look(12);
      station.showInspection();
      await appears(step('Review'));
      await appears(page.locator('.defect-row').first());
    },
    async toNested(i = 5) {
      await visit.toReview();
      await main(/^(Accept|Looks right)/).tap();
      await appears(step('Nest'));
      station.nest(i);
      await appears(page.getByText(i === 5 ? 'Search finished' : 'Still improving'));
    },
  };
  return visit;
}

/** What the page's console says against it, from now on. */
export function complaintsOf(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    // Canvas2D's advice is about a test, which reads the picture back.
    const isOwn = message.text().startsWith('Canvas2D: Multiple readback');
    if ((message.type() === 'error' || message.type() === 'warning') && !isOwn)
      complaints.push(`${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return complaints;
}

/** Mean colour of the hide's canvas: that there is a picture at all, and that it changes. */
function canvasSum(page: Page): Promise<number> {
  return page.evaluate(() => {
    const canvas = document.querySelector('canvas')!;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    let sum = 0;
    for (let i = 0; i < data.length; i += 64) sum += data[i]! + 3 * data[i + 1]! + 7 * data[i + 2]!;
    return sum;
  });
}
