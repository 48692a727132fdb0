import { describe, expect, it } from 'vitest';
import { fakeRemnants } from '../ui/fake-stock.ts';
import { screenOf } from './page-hand.ts';
import { appears } from './page-checks.ts';
import { pageVisits, type Visit } from './page-visit.ts';

const visits = pageVisits();

describe('the whole job', () => {
  it('goes from READY to DONE by tapping the one big button', async () => {
    const { page, station, complaints, main, step, look, changesPicture } = await visits.open();
    await appears(main('Scan'));
    for (const theme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await expect.poll(() => page.evaluate(() => document.documentElement.dataset['theme'])).toBe(theme);
    }
    await look('job-01-ready');

    await main('Scan').tap();
    await appears(main('Cancel'));
    await look('job-02-scanning');
    await changesPicture(() => station.look(5));
    await appears(page.getByText('5 of 12 parts seen'));
    await look('job-03-inspecting');

    await changesPicture(() => station.showInspection());
    await appears(step('Review'));
    await appears(page.locator('.defect-row').first());
    await look('job-04-reviewing');

    await main(/Accept 3 doubtful \(249 cm²\)/).tap();
    await appears(step('Nest'));
    expect(station.reviews).toEqual([{ by: 'operator', waive: true }]);
    await changesPicture(() => station.nest(0));
    await look('job-05-nesting');
    expect(await main('Cut this').isDisabled()).toBe(true);
    await changesPicture(() => station.nest(5));
    await appears(page.getByText('Search finished'));
    // Why not, for eyes too.
    await appears(page.getByText('no room left:'));
    await look('job-06-nested');

    const seen = station.layoutHash();
    await main('Cut this').tap();
    await appears(step('Cut'));
    expect(station.approvals).toEqual([seen]);
    await look('job-07-released');
    station.answer('accepted');
    await appears(page.getByText('Cutter accepted the job'));
    await appears(page.getByText('Answered in 0.2 s'));
    station.answer('started');
    await changesPicture(() => station.cut(31));
    await expect.poll(() => page.locator('.figure-104').innerText()).toMatch(/^31/);
    await look('job-08-cutting');

    await main('Ask the cutter to pause').tap();
    await appears(main(/Asked/));
    expect(station.requests).toEqual(['pause']);
    await look('job-09-asked');
    station.answer('paused');
    await appears(main('Ask the cutter to go on'));
    await look('job-10-paused');
    await main('Ask the cutter to go on').tap();
    await expect.poll(() => station.requests).toEqual(['pause', 'resume']);
    station.answer('resumed');
    station.answer('done');
    await appears(main('Next hide'));
    await look('job-11-done');
    await main('Next hide').tap();
    await main('Cancel').tap();
    await appears(main('Scan'));
    expect(complaints).toEqual([]);
  });
});

/** Where a finger meets a piece of the layout. @param hasCards cards lie at the picture's foot */
async function onPiece({ page, station }: Visit, label: string, hasCards: boolean): Promise<[number, number]> {
  return screenOf(page, station.layout()!.pieces.find((p) => p.label === label)!.outline, undefined, hasCards);
}

describe.each([
  { size: '1280 x 800', isLarge: false, isSmall: false },
  { size: '1920 x 1080', isLarge: true, isSmall: false },
  { size: '12.1 in', isLarge: false, isSmall: true },
] as const)('what becomes of a hide, at $size', ({ size, isLarge, isSmall }) => {
  it('takes its code, its bad pieces and its remnants, and goes on after a stop', async () => {
    const visit = await visits.open({ isLarge, isSmall });
    const { page, station, complaints, main, step } = visit;
    const look = (name: string) => visit.look(`${size.replaceAll(' ', '')}-${name}`);
    await appears(main('Scan'));
    await look('1-ready');
    // A hand scanner types, quicker than a test does by keys on a busy machine, and says Enter.
    await page.evaluate(() => {
      for (const key of [...'H-2291', 'Enter'])
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    });
    await main('H-2291').tap();
    await appears(page.getByText('This hide is new here'));
    for (const key of ['Delete the last digit', '7']) await main(key).tap();
    await look('2-code');
    await main('Take this code').tap();
    await appears(main('H-2297'));
    await page.reload();
    await appears(main('H-2297'));

    await main('Scan').tap();
    await appears(main('Cancel'));
    station.look(7);
    await appears(page.getByText('7 of 12 parts seen'));
    await look('3-inspecting');
    station.showInspection();
    await appears(step('Review'));
    await page.locator('.defect-row').first().tap();
    await look('3-reviewing');
    await main(/^Accept/).tap();
    await appears(step('Nest'));
    station.nest(5);
    await appears(page.getByText('Search finished'));
    expect(station.starts).toEqual([{ hide: 'H-2297' }]);
    await look('3-nested');
    await main('Compare').tap();
    await appears(page.locator('.alternative').nth(2));
    await look('3-compare');
    await page.getByRole('region', { name: 'Alternatives' }).getByRole('button', { name: 'Close' }).tap();
    await main('Cut this').tap();
    await appears(step('Cut'));
    await look('3-released');
    station.answer('accepted');
    station.answer('started');
    station.cut(20);

    const alarm = station.raise({ code: 'PLC_SILENT', severity: 2 });
    await appears(main('Put aside'));
    await look('4-alarm');
    await main('Put aside').tap();
    await main('Being repaired').tap();
    await look('4-shelf');
    await main('1 hour').tap();
    await page.locator('.main-button').tap();
    await appears(step('Cut'));
    await expect
      .poll(() => station.shelved())
      .toEqual([{ id: alarm, by: 'operator', reason: 'repairing', minutes: 60 }]);
    await look('5-cutting');
    station.answer('paused');
    await appears(main('Ask the cutter to go on'));
    await look('5-paused');
    station.drop();
    await appears(page.getByText(/No connection to the station/));
    await look('5-lost');
    // What was asked now would come to nobody.
    expect(
      await page.locator('.rail button').evaluateAll((all) => all.map((b) => (b as HTMLButtonElement).disabled)),
    ).toEqual([true, true]);
    await appears(page.getByText('Cutter unknown'));
    station.restore();
    await page.getByText(/No connection/).waitFor({ state: 'detached' });
    station.answer('resumed');

    station.answer('done');
    await main(/Are all pieces good/).tap();
    // By keys: arrows go through the pieces as they lie, Enter is a tap.
    await page.getByRole('listbox', { name: 'Pieces on the hide' }).focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
    await appears(page.getByText('1 piece not good'));
    await look('6-keys');
    await page.keyboard.press(' ');
    await appears(page.getByText('0 pieces not good'));
    for (const label of ['Pocket 8', 'Front 6', 'Front 6'])
      await page.touchscreen.tap(...(await onPiece(visit, label, true)));
    await appears(page.getByText('1 piece not good'));
    await look('6-marking');
    await main('Keep it so').tap();
    await appears(page.getByText(/74 good/));
    const bad = station.layout()!.pieces.find(({ label }) => label === 'Pocket 8')!.placement;
    expect(station.rejected()).toEqual([bad]);
    const remnant = main(/^R1/);
    expect(await remnant.getAttribute('aria-pressed')).toBe('true');
    await remnant.tap();
    await expect.poll(() => remnant.getAttribute('aria-pressed')).toBe('false');
    await remnant.tap();
    await expect.poll(() => remnant.getAttribute('aria-pressed')).toBe('true');
    await look('7-done');
    // There is room for two cards: the third comes by a tap on the hide, or by the button.
    expect(await main(/^R3/).count()).toBe(0);
    const [, , third] = fakeRemnants(station.status().job!.id);
    await page.touchscreen.tap(...(await screenOf(page, third!.sheet.outline, undefined, true)));
    await appears(main(/^R3/));
    // Thrown away, it is drawn otherwise.
    await visit.changesPicture(() => main(/^R3/).tap());
    await expect.poll(() => main(/^R3/).getAttribute('aria-pressed')).toBe('false');
    await look('7-done-third');
    await main(/more in the stock/).tap();
    await appears(remnant);

    // Again, by a scan of the table: dropped once, then gone through.
    const askForScan = async () => {
      await main('Look again').tap();
      await main('Scan the table').tap();
      await appears(page.getByText('How do the pieces lie?'));
    };
    await askForScan();
    await look('7-scan-asked');
    await main('All in place').tap();
    await appears(page.getByText('Looking at the table'));
    await expect.poll(() => station.isScanningCut()).toBe(true);
    await look('7-scan-looking');
    await main('Cancel').tap();
    await expect.poll(() => station.isScanningCut()).toBe(false);
    await askForScan();
    await main('All in place').tap();
    await expect.poll(() => station.isScanningCut()).toBe(true);
    station.seeCut();
    await appears(main('2 pieces to decide'));
    expect(await main('2 pieces to decide').isDisabled()).toBe(true);
    await look('7-scan-seen');
    await main(/^Body 2/).tap();
    for (let i = 0; i < 2; i += 1) await page.touchscreen.tap(...(await onPiece(visit, 'Front 6', true)));
    await look('7-scan-decided');
    expect(station.acceptedBy()).toBeNull();
    await appears(page.getByText(/^By operator, /).first());
    // What is decided is the station's: a reload brings back the same screen with it.
    await page.reload();
    await appears(main('Accept 73 pieces'));
    await main('Accept 73 pieces').tap();
    await appears(page.getByText(/73 good/));
    expect(station.acceptedBy()).toMatch(/^[0-9a-f]{64}$/);
    const placementOf = (label: string) => station.layout()!.pieces.find((p) => p.label === label)!.placement;
    expect(station.rejected()).toEqual([placementOf('Back 3'), placementOf('Front 6')]);

    station.cut(31);
    station.answer('cancelled');
    // The station is READY; what was cut is marked on a screen of its own, and there is a way back from it.
    await appears(main(/What was cut/));
    await appears(main('Go on with the rest'));
    await look('8-cancelled');
    await main(/What was cut/).tap();
    await appears(step('Cut'));
    await main('Next hide').tap();
    await appears(main('Scan'));
    expect(station.starts.length).toBe(1);
    await main(/What was cut/).tap();
    await appears(main(/44 pieces left/));
    await look('8-after-cut');
    // One of those that were counted is not good: it is wanted again.
    await main(/Are all pieces good/).tap();
    await page.touchscreen.tap(...(await onPiece(visit, 'Front 6', true)));
    await appears(page.getByText('1 piece not good'));
    await page.touchscreen.tap(...(await onPiece(visit, 'Pocket 10', true)));
    await appears(page.getByText('1 piece not good'));
    await look('8-bad-of-cut');
    await main('Keep it so').tap();
    await appears(main(/45 pieces left/));
    await appears(page.getByText(/30 good/));
    await main(/What was cut/).tap();
    await page.touchscreen.tap(...(await onPiece(visit, 'Pocket 10', true)));
    await appears(page.getByText('32 pieces were cut'));
    // What came of it, not what was planned.
    const percent = async (selector: string) =>
      Number.parseFloat((await page.locator(selector).first().innerText()).replace('−', '-'));
    await expect.poll(() => percent('.figure-104')).toBeLessThan(40);
    const planned = station.layout()!.nestedYieldBp / 100;
    expect(await percent('.figure-104')).toBeCloseTo(planned + (await percent('.facts .figure-40')), 0);
    await look('8-broken-off');
    await main(/Go on with the rest/).tap();
    await expect.poll(() => station.starts.length).toBe(2);
    const body = station.starts[1] as { follows: { job: string; cut: number[] } };
    expect([body.follows.job, body.follows.cut.length]).toEqual(['4417-03', 32]);
    // There was no scan after cutting at first, one was dropped, and the station was away.
    expect(complaints.filter((line) => !/(404|409).*after-cut$|WebSocket.*503/.test(line))).toEqual([]);
  });
});
