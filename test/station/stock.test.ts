import { describe, expect, test } from 'vitest';
import { ROUTES } from '#api/routes.ts';
import { runMainJob } from '#station/main-job.node.ts';
import { startSmallStation, temporaryDir } from './small-station.ts';
import { brokenOff, codeOf, cutHide, sheetIsKept, SLOW_PLC, toNested, toState } from './small-steps.ts';

describe('the stock of remnants', () => {
  test(
    'gets what a cut hide leaves, gives it as a sheet, and is rid of it once it is cut',
    { timeout: 30_000 },
    async () => {
      await using dir = await temporaryDir();
      await using running = await startSmallStation(dir.path);
      const { station } = running;
      expect(await codeOf(station.stock.sheets())).toBe('STATION_STOCK_EMPTY');
      const first = await cutHide(station, { hide: 'H-0042' });
      const remnants = ROUTES.remnants.answer.parse(await station.stock.list('free', 100));
      expect(remnants).toHaveLength(1);
      const remnant = remnants[0]!;
      expect(remnant).toMatchObject({
        id: `${first}-r1`,
        job: first,
        hide: 'H-0042',
        state: 'free',
        sheet: { margin: 3 },
      });
      // Twelve squares and their gap are gone from the hide, no more than the waste beside them besides.
      expect(remnant.areaMm2).toBeLessThan(800_000 - 120_000);
      expect(remnant.areaMm2).toBeGreaterThan(560_000);
      const sheets = ROUTES.stockSheets.answer.parse(await station.stock.sheets());
      expect(sheets.sheets).toMatchObject([{ id: remnant.id, quantity: 1 }]);

      // A job of the remnant itself.
      expect(await codeOf(station.startJob({ remnant: 'nothing' }))).toBe('STATION_REMNANT_UNKNOWN');
      const second = await cutHide(station, { remnant: remnant.id });
      expect(await station.jobById(second)).toMatchObject({ hide: 'H-0042', remnant: remnant.id });
      expect(await station.stock.list('used', 100)).toMatchObject([{ id: remnant.id, endedBy: second }]);
      expect(await codeOf(station.startJob({ remnant: remnant.id }))).toBe('STATION_REMNANT_GONE');
      const [own] = await station.stock.list('free', 100);
      expect(own).toMatchObject({ id: `${second}-r1`, hide: 'H-0042' });
      expect(await station.stock.end(own!.id, { state: 'discarded', by: 'ann' })).toMatchObject({ endedBy: 'ann' });
      expect(await station.stock.end(own!.id, { state: 'discarded', by: 'ann' })).toMatchObject({ endedBy: 'ann' });
      expect(await codeOf(station.stock.end(own!.id, { state: 'used', by: 'ann' }))).toBe('STATION_REMNANT_GONE');
      expect(await station.stock.list('free', 100)).toEqual([]);
      // Thrown away by mistake; what was cut stays cut.
      expect(await station.stock.keep(own!.id, 'bea')).toMatchObject({ state: 'free', endedBy: null });
      expect(await station.stock.keep(own!.id, 'bea')).toMatchObject({ state: 'free' });
      expect(await codeOf(station.stock.keep(remnant.id, 'bea'))).toBe('STATION_REMNANT_GONE');
      expect(await codeOf(station.stock.keep('nothing', 'bea'))).toBe('STATION_REMNANT_UNKNOWN');
      expect((await station.auditRows(50)).filter(({ kind }) => kind.startsWith('remnant'))).toMatchObject([
        { kind: 'remnant kept', by: 'bea', details: { remnant: own!.id } },
        { kind: 'remnant discarded', by: 'ann' },
      ]);
    },
  );

  test('counts of a hide that was broken off what the cutter had counted, and what it may have begun', async () => {
    await using dir = await temporaryDir();
    await using running = await startSmallStation(dir.path, { plc: SLOW_PLC });
    const { station } = running;
    const { id, counted } = await brokenOff(station);
    await sheetIsKept(station, id);
    const [remnant] = await station.stock.list('free', 100);
    expect(remnant?.areaMm2).toBeGreaterThan(800_000 - (counted + 3) * 103 * 103 - 20_000);
    expect(remnant?.areaMm2).toBeLessThan(800_000 - (counted + 1) * 100 * 100);
  });

  test('does not bring back what was said to be thrown away and has been cut since', { timeout: 60_000 }, async () => {
    await using dir = await temporaryDir();
    await using running = await startSmallStation(dir.path, { plc: SLOW_PLC });
    const { station } = running;
    const { id } = await brokenOff(station);
    await sheetIsKept(station, id);
    await station.stock.end(`${id}-r1`, { state: 'discarded', by: 'ann' });
    const after = await cutHide(station, { follows: { job: id } });
    expect(await station.stock.list('used', 10)).toMatchObject([{ id: `${id}-r1`, endedBy: after }]);
    expect(await codeOf(station.stock.keep(`${id}-r1`, 'bea'))).toBe('STATION_REMNANT_GONE');
    expect((await station.stock.sheets()).sheets.map((sheet) => sheet.id)).toEqual([`${after}-r1`]);
    // The same while a job of the remnant itself lies on the table.
    const next = toNested(station, { remnant: `${after}-r1` });
    await station.until(() => station.job?.remnant === `${after}-r1`, AbortSignal.timeout(20_000));
    await station.stock.end(`${after}-r1`, { state: 'discarded', by: 'ann' });
    const last = await next;
    await station.approve(last, { layoutSha256: station.job?.layoutSha256 ?? '', by: 'ann' });
    await toState(station, 'done');
    await sheetIsKept(station, last);
    expect(await codeOf(station.stock.keep(`${after}-r1`, 'bea'))).toBe('STATION_REMNANT_GONE');
  });

  test('is empty after a hide that was given up before anything was cut', async () => {
    await using dir = await temporaryDir();
    await using running = await startSmallStation(dir.path);
    const { station } = running;
    await station.cancel(await toNested(station));
    const { job } = await runMainJob(station, { release: { by: 'demo' } });
    await sheetIsKept(station, job.id);
    expect((await station.stock.list('free', 100)).map((r) => r.job)).toEqual([job.id]);
  });
});
