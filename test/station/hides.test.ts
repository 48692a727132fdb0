import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { ROUTES } from '#api/routes.ts';
import { problemSchema } from '#domain/problem.ts';
import { runMainJob } from '#station/main-job.node.ts';
import { SMALL_SETTINGS, startSmallStation, temporaryDir } from './small-station.ts';
import { smallRooms } from './small-rooms.ts';
import { codeOf, plcIsHeard, toNested, toState } from './small-steps.ts';

describe('a hide with a code', () => {
  test('has a passport that outlives jobs: what was seen, cut and left each time', { timeout: 60_000 }, async () => {
    await using dir = await temporaryDir();
    await using running = await startSmallStation(dir.path, {
      settings: { ...SMALL_SETTINGS, readsHideCodes: true },
      rooms: { ...smallRooms(), readCodes: () => Promise.resolve(['H-7', 'https://example.com']) },
    });
    const { station } = running;
    expect(await codeOf(station.hide('H-7'))).toBe('STATION_HIDE_UNKNOWN');
    const { job } = await runMainJob(station, { release: { by: 'demo' } });
    // Read from the scan: of two codes one can be a hide's.
    expect(job.hide).toBe('H-7');
    await expect.poll(() => codeOf(station.sheet(job.id)), { timeout: 10_000 }).toBe('no error');
    expect(await codeOf(station.nameHide(job.id, { code: 'H-8', by: 'ann' }))).toBe('STATION_WRONG_STATE');

    // A typed code counts more than one that is read, and can be typed later.
    const second = await station.startJob({ hide: 'H-9' });
    await toState(station, 'inspected');
    expect(station.job?.hide).toBe('H-9');
    expect((await station.nameHide(second.id, { code: 'H-7', by: 'ann' })).hide).toBe('H-7');
    await station.cancel(second.id);

    const passport = ROUTES.hide.answer.parse(await station.hide('H-7'));
    expect(passport.jobs).toMatchObject([
      { job: second.id, state: 'cancelled', pieceCount: 0 },
      { job: job.id, state: 'done', pieceCount: 12, defects: [{ id: 'd1', class: 'hole' }] },
    ]);
    expect(passport.remnants).toMatchObject([{ job: job.id, hide: 'H-7', state: 'free' }]);
    expect((await station.engineer.events(second.id)).map((e) => [e.kind, e.by])).toContainEqual(['hide named', 'ann']);
  });
});

describe('after a stop', () => {
  test(
    'the sheet is scanned again, what was cut is kept off, and the rest of the order is nested',
    { timeout: 60_000 },
    async () => {
      await using dir = await temporaryDir();
      await using running = await startSmallStation(dir.path, {
        plc: { answerMs: 1, startMs: 1, cutMs: 4000, progressCount: 12, heartbeatMs: 100, repeatMs: 100 },
      });
      const { station } = running;
      const first = await toNested(station);
      expect(await codeOf(station.startJob({ follows: { job: first } }))).toBe('STATION_BUSY');
      await plcIsHeard(station);
      await station.approve(first, { layoutSha256: station.job?.layoutSha256 ?? '', by: 'ann' });
      await station.until(() => (station.job?.cutCount ?? 0) >= 2, AbortSignal.timeout(20_000));
      await station.request(first, 'cancel');
      await toState(station, 'cancelled');
      const counted = station.job?.cutCount ?? 0;
      expect(await codeOf(station.startJob({ follows: { job: 'j1' } }))).toBe('STATION_NOTHING_TO_FOLLOW');
      expect(await codeOf(station.startJob({ follows: { job: first, cut: [99] } }))).toBe('STATION_REQUEST_REFUSED');

      // As the cutter counted: the piece after the last one may have been begun.
      const { id } = await station.startJob({ follows: { job: first } });
      expect(station.job).toMatchObject({ follows: first, cutBefore: { pieces: { patch: counted } } });
      await toState(station, 'inspected');
      const cuts = station.inspection?.defects.filter((d) => d.class === 'cut') ?? [];
      expect(cuts).toHaveLength(counted + 1);
      expect(cuts[0]).toMatchObject({ quality: 0, by: first, areaMm2: 10_000 });
      await station.review(id, { by: 'ann', waive: true });
      await toState(station, 'nested');
      const problem = problemSchema.parse(JSON.parse(await readFile(`${station.jobDir(id)}/problem.json`, 'utf8')));
      expect(problem.pieces[0]?.quantity).toBe(12 - counted);
      expect(problem.sheets?.[0]?.zones).toHaveLength(1 + cuts.length);
      await station.cancel(id);
      // Given up before anything was cut: what was broken off is still the job before.
      expect(await codeOf(station.startJob({ follows: { job: id } }))).toBe('STATION_NOTHING_TO_FOLLOW');
      expect(await station.startJob({ follows: { job: first, cut: [0] } })).toMatchObject({
        cutBefore: { placements: [0], pieces: { patch: 1 } },
      });
    },
  );
});
