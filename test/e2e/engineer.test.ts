import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../src/ui/languages.ts';
import { sampleOrder } from '../../src/orders/sample-order.ts';
import { JobFolder } from '../../src/station/job-folder.node.ts';
import type { RunningStation } from '../../src/station/start-station.node.ts';
import { SMALL_ORDER, smallRooms } from '../station/small-rooms.ts';
import { startSmallStation, temporaryDir, type TemporaryDir } from '../station/small-station.ts';
import { cutHide, SLOW_PLC, stoppedUncut, toState } from '../station/small-steps.ts';
import { testBrowser, type TestBrowser } from './browser.ts';
import { buildScreens } from './build-screens.ts';
import { LARGE_TARGET_PX, complaintsOf } from './page-visit.ts';
import { appears, cutOff, keepPicture, lookAt, smallTargets } from './page-checks.ts';

/** The engineer's screens on a true station whose rooms are small ones. */

let uiDir = '';
let browser: TestBrowser;
let dir: TemporaryDir;
let running: RunningStation;
let page: Page;
let complaints: readonly string[] = [];
/** The small rooms lay the first piece only. */
let isWithSample = false;

beforeAll(async () => {
  uiDir = await buildScreens();
  browser = await testBrowser();
});
beforeEach(async () => {
  dir = await temporaryDir();
  running = await startSmallStation(dir.path, {
    order: isWithSample ? { name: 'sample', order: sampleOrder() } : { name: 'patches', order: SMALL_ORDER },
    rooms: smallRooms(),
    http: { port: 0, listen: '127.0.0.1', uiDir },
  });
  page = await browser.context.newPage();
  page.setDefaultTimeout(30_000);
  complaints = complaintsOf(page);
});
afterEach(async () => {
  await page.close();
  await running.close();
  await dir[Symbol.asyncDispose]();
});
afterAll(async () => {
  await browser?.close();
});

const button = (name: string | RegExp) => page.getByRole('button', { name });
const open = async (path: string) => {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.goto(`${running.http!.url}${path}`);
};
/** Another screen in the page that is open, as the browser's way back brings it. */
const goTo = (path: string) =>
  page.evaluate((to) => {
    history.pushState(null, '', to);
    dispatchEvent(new PopStateEvent('popstate'));
  }, path);
const look = (name: string) => lookAt(page, name);

const cutOneHide = (sheet: Parameters<typeof cutHide>[1] = {}) => cutHide(running.station, sheet);

/** Of the layout that the job has. */
async function nestedPlacements(id: string) {
  const { result } = await new JobFolder(dir.path, id).layout();
  return result.layouts[0]!.placements;
}

const RING = JSON.stringify([
  [0, 0],
  [100, 0],
  [100, 100],
  [0, 100],
]);
const FLAP = '<svg width="4in" height="3in" viewBox="0 0 4 3"><path d="M0 3 L0 1 A2 1 0 0 1 4 1 L4 3 Z"/></svg>';
const FILES = [
  {
    name: 'spring.csv',
    text: 'id,file,quantity,quality,grainAngle,kit,label\npatch,patch.json,90,B,90,bag,Patch\nflap,flap.svg,2,A,,bag,Flap',
  },
  { name: 'patch.json', text: RING },
  { name: 'flap.svg', text: FLAP },
].map(({ name, text }) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) }));

describe('orders', () => {
  beforeAll(() => {
    isWithSample = true;
  });
  afterAll(() => {
    isWithSample = false;
  });
  it('are looked at, imported, chosen and followed over hides', async () => {
    await open('/');
    await button('Menu').tap();
    await button('Orders').tap();
    await appears(page.getByRole('heading', { level: 1, name: 'Orders' }));
    await appears(page.getByRole('cell', { name: 'T front' }));
    await look('orders-1-sample');

    await page.locator('input[type=file]').setInputFiles(FILES.slice(0, 1));
    await page
      .getByRole('alert')
      .getByText(/drawing/)
      .waitFor();
    // It stands where the pieces would, and nothing is read any more.
    expect(await page.getByText('Reading the files').count()).toBe(0);
    expect(await button('Take this order').isDisabled()).toBe(true);
    await look('orders-refused');
    // The same names and as long: another file all the same.
    const [spring, ...drawings] = FILES;
    const ordered = () => page.getByRole('row', { name: 'Flap' }).getByRole('cell').last().innerText();
    const three = spring!.buffer.toString().replace('flap.svg,2,', 'flap.svg,3,');
    await page.locator('input[type=file]').setInputFiles([{ ...spring!, buffer: Buffer.from(three) }, ...drawings]);
    await expect.poll(ordered).toBe('3');
    await page.locator('input[type=file]').setInputFiles(FILES);
    await expect.poll(ordered).toBe('2');
    await appears(page.getByText('Unit of the files: in'));
    await appears(page.getByText('101.6 × 76.2 mm'));
    await look('orders-2-preview');
    await page.getByRole('button', { name: 'm', exact: true }).tap();
    await appears(page.getByText('A piece is larger than any hide'));
    await look('orders-3-doubt');
    await page.getByRole('button', { name: 'mm', exact: true }).tap();
    await appears(page.getByText('101.6 × 76.2 mm'));
    // The same file, its columns set by hand.
    const columns = page.getByLabel('Columns', { exact: true });
    await columns.selectOption('Set them');
    await appears(page.getByLabel('What “kit” means'));
    await look('orders-columns');
    await page.getByLabel('What “label” means').selectOption('');
    await button('Read it so').tap();
    await appears(page.getByRole('cell', { name: 'patch', exact: true }));
    await page.getByPlaceholder('Name of the other program').fill('erp');
    await look('orders-mapped');
    await button('Keep the columns').tap();
    await expect.poll(() => columns.inputValue()).toBe('erp');
    expect((await running.station.mappings.read('order', 'erp')).columns).not.toContainEqual(
      expect.objectContaining({ name: 'label' }),
    );
    await columns.selectOption('As Kerf writes them');
    await appears(page.getByText('101.6 × 76.2 mm'));
    await button('Take this order').tap();
    await button('Cut this order next').tap();
    await appears(button('The next hide is cut for this order'));
    expect(running.station.status().order).toMatchObject({ name: 'spring', pieceCount: 92, isCounted: true });
    await cutOneHide();
    await page.getByRole('button', { name: 'Hides', exact: true }).tap();
    await appears(page.getByRole('cell', { name: 'cut', exact: true }));
    await look('orders-4-hides');
    await page.getByRole('button', { name: 'Pieces', exact: true }).tap();
    await look('orders-5-left');
    await button('Operator').tap();
    await appears(button(/Next hide/));
    // The small station's picture is a name only.
    expect(complaints.filter((line) => !/scan\.jpg|\/tiles\/| 400 /.test(line))).toEqual([]);
  });
});

describe('the other screens', () => {
  it('commission ticks what a first hide proves', async () => {
    await open('/commission');
    await appears(page.getByText('Eyes', { exact: true }));
    const row = (name: string) => page.locator('.check-row', { has: page.getByText(name, { exact: true }) });
    expect(await row('Cutter answers').getAttribute('data-state')).toBe('open');
    expect(await row('Message server').getAttribute('data-state')).toBe('ok');
    // The small station's picture is a name only.
    expect(await row('Pictures').getAttribute('data-state')).toBe('check');
    await look('commission-1-new');
    await cutOneHide();
    await expect.poll(() => row('Cutter answers').getAttribute('data-state'), { timeout: 30_000 }).toBe('ok');
    await expect.poll(() => row('Eyes').getAttribute('data-state'), { timeout: 30_000 }).toBe('ok');
    expect(await row('Straightness').getAttribute('data-state')).toBe('open');
    // The small station's picture is a name only: no broken one is shown.
    await expect.poll(() => page.locator('.straightened').count()).toBe(0);
    await look('commission-2-cut');
    expect(await row('Test square').getAttribute('data-state')).toBe('open');
    await button('Cut a test square').tap();
    await expect.poll(() => running.station.status().order).toMatchObject({ name: 'test-square-1', pieceCount: 1 });
    await appears(button(/Next hide/));
    await cutOneHide();
    await goTo('/commission');
    await expect.poll(() => row('Test square').getAttribute('data-state')).toBe('ok');
    expect(complaints.filter((line) => !/scan\.jpg|\/tiles\//.test(line))).toEqual([]);
  });

  it('system shows health and log', async () => {
    await cutOneHide();
    await open('/system');
    await appears(page.getByText('station.opened'));
    await appears(page.getByText('Hides in the records'));
    await look('system');
    await button('Alarms').tap();
    await appears(page.getByText('In the worst ten minutes'));
    await look('system-alarms');
    await button('Language').tap();
    await appears(button('中文'));
    await look('system-language');
    expect(complaints).toEqual([]);
  });

  it('system makes, checks and gives away a backup, and shows the settings it runs by', async () => {
    await cutOneHide();
    await open('/system');
    await button('Backup').tap();
    await appears(page.getByText('No backup yet.'));
    await button('Back up now').tap();
    const row = page.locator('.backup-row[data-state=done]');
    await appears(row);
    await button('Check').tap();
    await appears(page.getByText(/It can be restored/));
    await look('system-backup');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download' }).tap();
    const given = await download;
    expect(given.suggestedFilename()).toMatch(/^kerf-\d{8}T\d{6}Z\.tar$/);
    expect(await given.failure()).toBeNull();
    await button('Settings').tap();
    await appears(page.getByText('kerf/v1/'));
    await look('system-settings');
    expect(await page.getByText(/^Kiosk/).count()).toBe(0);
    // In Electron: no file is saved there, and this is the one way out.
    await page.evaluate(() => {
      const quit = async () => document.documentElement.setAttribute('data-ended', 'yes');
      Object.assign(window, { kerf: { version: '0.1.0', quit } });
    });
    await button('Backup').tap();
    await appears(page.getByText(/at another computer/));
    expect(await page.getByRole('link', { name: 'Download' }).count()).toBe(0);
    await page.getByRole('button', { name: /Take the backup/ }).tap();
    await appears(page.getByText('No backup yet.'));
    await button('Settings').tap();
    await button('Close the screens').tap();
    await page.getByText('The station ends too').scrollIntoViewIfNeeded();
    await look('system-settings-kiosk');
    await button('Stay here').tap();
    expect(await page.evaluate(() => document.documentElement.getAttribute('data-ended'))).toBeNull();
    await button('Close the screens').tap();
    await button('Close now').tap();
    expect(await page.evaluate(() => document.documentElement.getAttribute('data-ended'))).toBe('yes');
    expect(complaints).toEqual([]);
  });

  it('stock has what the hide left, gives it to the next scan, and shows the hide by its code', async () => {
    await cutOneHide({ hide: 'H-2291' });
    await open('/stock');
    await appears(button('Cut from it next'));
    await look('stock-1');
    await page.getByRole('button', { name: 'Hides', exact: true }).tap();
    await appears(page.locator('.passport-job'));
    await look('stock-2-hide');
    await page.getByLabel('Find a code').fill('h-3');
    await appears(page.getByText('No hide has this code.'));
    await page.getByLabel('Find a code').fill('229');
    await appears(button(/H-2291/));
    await button('Remnants').tap();
    await button('Cut from it next').tap();
    await button(/Scan the remnant/).tap();
    await expect.poll(() => running.station.job?.remnant).toMatch(/-r1$/);
    expect(running.station.job?.hide).toBe('H-2291');
    expect(complaints.filter((line) => !/scan\.jpg|\/tiles\//.test(line))).toEqual([]);
  });

  it('stock asks what became of a hide that was stopped with nothing counted', async () => {
    await running.close();
    running = await startSmallStation(dir.path, {
      ...{ rooms: smallRooms(), http: { port: 0, listen: '127.0.0.1', uiDir } },
      plc: { ...SLOW_PLC, startMs: 1500 },
    });
    const { station } = running;
    for (let k = 0; k < 2; k += 1) {
      await stoppedUncut(station);
    }
    await open('/stock');
    await button('Open hides').tap();
    await appears(page.getByText(/2 hides, 1.6 m²/));
    await button(/^Hide 1,/).tap();
    await look('stock-3-open');
    await button('Scanned again as hide 2').tap();
    await appears(page.getByText(/1 hide, 0.8 m²/));
    await button('Lies uncut with the others').tap();
    await appears(page.getByText(/No hide is open/));
    const [first, second] = (await station.jobs(2)).toReversed();
    expect((await station.ledger.sheet(first!.id)).fate).toMatchObject({ sheet: 'again', job: second!.id });
    expect((await station.ledger.sheet(second!.id)).fate).toMatchObject({ sheet: 'unused', by: 'operator' });
    await open('/');
    await appears(button(/What was cut/));
    await button(/What was cut/).tap();
    await look('stock-4-after-cut');
  });

  it('replay calls by its name what people did, took back and did again', async () => {
    const { station } = running;
    const { id } = await station.startJob();
    await toState(station, 'inspected');
    const outline = [
      [800, 700],
      [830, 700],
      [815, 730],
    ] as const;
    await station.addDefect(id, { outline, class: 'person', quality: 2, by: 'ann' });
    await station.undo(id, { by: 'bob' });
    await station.redo(id, { by: 'ann' });
    await station.review(id, { by: 'ann', waive: true });
    await toState(station, 'nested');
    const { piece, x, y, rotation } = (await nestedPlacements(id))[0]!;
    await station.lockPieces(id, {
      locked: [{ piece: SMALL_ORDER.pieces[piece]!.id, x, y, rotation, mirrored: false }],
      ...{ banned: [], by: 'ann' },
    });
    await toState(station, 'nested');
    await station.undo(id, { by: 'ann' });
    await toState(station, 'nested');
    await open('/replay');
    await appears(button(/^Mark drawn/));
    await appears(button(/^Taken back: mark drawn.*by bob/));
    await appears(button(/^Done again: mark drawn/));
    await appears(button(/^(Patch|patch) locked/));
    await button(/^Taken back: (Patch|patch) locked/).tap();
    expect(await button(/Mark corrected/).count()).toBe(0);
    await look('replay-3-acts');
  });

  it('replay goes to any moment of a past hide', async () => {
    await cutOneHide();
    await open('/replay');
    await button(/Picture taken/).tap();
    await button(/^Layout found/).tap();
    await appears(page.getByText('Yield 15.0 %'));
    await look('replay-1-nested');
    await button(/^Cut(?!ting)/)
      .last()
      .tap();
    await appears(page.getByText(/pieces? cut/));
    await look('replay-2-cut');
    await page.getByRole('button', { name: 'Play', exact: true }).tap();
    await appears(button('Stop'));
    // Sixty hides later it is on the second page, and on the first of its day.
    const later = { ...running.station.job!, hide: 'H-99', createdAt: '2090-03-01T08:00:00.000Z' };
    const event = { kind: 'new', at: later.createdAt, by: null, details: {} };
    for (let k = 0; k < 60; k += 1) await running.store.createJob(later, event, {});
    await page.reload();
    await appears(button('Hide 61, patches'));
    expect(await button('Hide 1, patches').count()).toBe(0);
    // By keys: a list that is drawn as it is scrolled moves under the finger of a test, which scrolls all at once.
    await button('Earlier hides').press('Enter');
    await button('Hide 1, patches').press('Enter');
    await appears(button(/^Layout found/));
    expect(await button('Earlier hides').count()).toBe(0);
    await look('replay-3-all');
    await page.reload();
    await page.getByLabel('Up to day').fill('2090-02-28');
    await appears(button('Hide 1, patches'));
    expect(await button('Hide 61, patches').count()).toBe(0);
    expect(complaints.filter((line) => !line.includes('scan.jpg') && !line.includes('50'))).toEqual([]);
  });
});

describe('people', () => {
  it('the first admin is named at the station, signs in with a PIN, adds an engineer', async () => {
    await open('/system');
    await button('People').tap();
    await page.getByLabel('Name').fill('Ana');
    for (const digit of '4071982') await page.getByRole('button', { name: digit, exact: true }).tap();
    await page.getByRole('button', { name: 'Delete the last digit' }).tap();
    await look('people-1-first');
    await button('Keep').tap();
    await appears(page.getByText(/Admin, signed in until/));
    await button('Add a person').tap();
    await page.getByLabel('Name').fill('Ben');
    await page.getByLabel('PIN (six digits or more) or password').first().fill('581934');
    await button('Keep').tap();
    await appears(button('Take Ben away'));
    await look('people-2-admin');
    await button('Sign out').tap();
    await button(/Ben/).tap();
    await page.getByLabel('PIN or password').first().fill('000001');
    await look('people-3-sign-in');
    await button('Sign in').tap();
    await page
      .getByRole('alert')
      .getByText(/do not belong together/)
      .waitFor();
    await page.getByRole('button', { name: 'Close' }).tap();
    await page.getByLabel('PIN or password').first().fill('581934');
    await button('Sign in').tap();
    await appears(page.getByText(/Engineer, signed in until/));
    await button('Sign out').tap();
    await button('Backup').tap();
    await appears(page.getByText('Sign in as an engineer to see this.'));
    await look('people-4-closed');
    await button('Sign in').tap();
    await button(/Ben/).tap();
    await page.getByLabel('PIN or password').first().fill('581934');
    await button('Sign in').tap();
    await appears(page.getByText(/Engineer, signed in until/));
    expect(await button('Add a person').count()).toBe(0);
    expect(complaints.filter((line) => !line.includes('401'))).toEqual([]);
  });
});

describe('the projector', () => {
  it('has its corners dragged onto the table, keeps them, and draws the pieces with their names', async () => {
    await cutOneHide();
    await open('/projector');
    const corner = page.getByRole('button', { name: 'Corner 1, lower left' });
    const box = (await corner.boundingBox())!;
    await page.mouse.move(box.x + 48, box.y + 48);
    await page.mouse.down();
    await page.mouse.move(200, 700, { steps: 5 });
    await page.mouse.up();
    await look('projector-1-corners');
    await button('Keep it so').tap();
    await appears(button('Set the corners'));
    const kept = await running.station.engineer.projector();
    expect(kept.corners![0]![0]).toBeCloseTo(200 / 1280, 2);
    expect(kept.corners![0]![1]).toBeCloseTo(700 / 800, 2);
    expect(kept.setBy).toBe('operator');
    await page.reload();
    await page.locator('.projected text').first().waitFor({ state: 'attached' });
    const names = await page.locator('.projected text').allTextContents();
    expect(names).toHaveLength(12);
    expect(names.every((name) => name.startsWith('Patch'))).toBe(true);
    await page.getByRole('button', { name: 'Hide the buttons', exact: true }).tap();
    expect(await button('Set the corners').count()).toBe(0);
    await look('projector-2-pieces');
    await page.touchscreen.tap(40, 40);
    await appears(button('Set the corners'));
    expect(complaints).toEqual([]);
  });
});

/** What is there once a screen has its answers. */
const SCREENS = [
  ['/orders', '.table'],
  ['/stock', '.stock .list-button'],
  ['/commission', '.check-row'],
  ['/table', '.empty'],
  ['/replay', '.replay-picture'],
  ['/system', '.log li'],
  ['/projector', '.corner'],
] as const;

describe('the other screens', () => {
  it('fit at 1280 x 800 in the other languages, and at 1920 x 1080 in English', async () => {
    await cutOneHide();
    for (const [tag] of LANGUAGES.filter(([tag]) => tag !== 'en')) {
      await page.addInitScript((language) => localStorage.setItem('kerf.language', language), tag);
      await open('/');
      for (const [path, content] of SCREENS) {
        await goTo(path);
        await appears(page.locator(content));
        expect(await page.evaluate(() => document.documentElement.lang)).toBe(tag);
        await page.evaluate(() => document.fonts.ready);
        expect.soft(await cutOff(page), `${tag} ${path}`).toEqual([]);
        expect.soft(await smallTargets(page), `${tag} ${path}`).toEqual([]);
        await keepPicture(page, `${tag}${path.replace('/', '-')}`);
      }
    }
    await page.setViewportSize({ width: 1920, height: 1080 });
    await page.addInitScript(() => {
      localStorage.setItem('kerf.language', 'en');
      localStorage.setItem('kerf.panelInches', '15.6');
    });
    await open('/');
    for (const [path, content] of SCREENS) {
      await goTo(path);
      await appears(page.locator(content));
      // A projector is no panel: nothing on it is enlarged, or it would lie beside the leather.
      await lookAt(page, `large${path.replace('/', '-')}`, path === '/projector' ? 80 : LARGE_TARGET_PX);
    }
    expect(complaints).toEqual([]);
  });
});
