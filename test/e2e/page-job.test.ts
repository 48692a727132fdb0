import { describe, expect, it } from 'vitest';
import { pageVisits } from './page-visit.ts';

const visits = pageVisits();

describe.each(['light', 'dark'] as const)('the whole job in %s', (theme) => {
  it('goes from READY to DONE by tapping the one big button', async () => {
    const { page, station, complaints, main, step, look, changesPicture } = await visits.open({ theme });
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
