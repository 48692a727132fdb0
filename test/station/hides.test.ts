import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROUTES } from '#api/routes.ts';
import { SIMULATED_MACHINE } from '#domain/machine.ts';
import { problemSchema } from '#domain/problem.ts';
import { flatRing, pointsOf, type Ring } from '#domain/ring.ts';
import { ringBounds } from '#geometry/ring-bounds.ts';
import { placeRing } from '#geometry/transform-ring.ts';
import { runMainJob } from '#station/main-job.node.ts';
import { SMALL_SETTINGS, startSmallStation, temporaryDir } from './small-station.ts';
import { SMALL_ORDER, smallRooms } from './small-rooms.ts';
import { brokenOff, codeOf, sheetIsKept, SLOW_PLC, toState } from './small-steps.ts';

describe('a hide with a code', () => {
  test('has a passport that outlives jobs: what was seen, cut and left each time', { timeout: 60_000 }, async () => {
    await using dir = await temporaryDir();
    await using running = await startSmallStation(dir.path, {
      settings: { ...SMALL_SETTINGS, readsHideCodes: true },
      rooms: { ...smallRooms(), readCodes: () => Promise.resolve(['H-7', 'https://example.com']) },
    });
    const { station } = running;
    expect(await codeOf(station.ledger.hide('H-7'))).toBe('STATION_HIDE_UNKNOWN');
    const { job } = await runMainJob(station, { release: { by: 'demo' } });
    // Read from the scan: of two codes one can be a hide's.
    expect(job.hide).toBe('H-7');
    await sheetIsKept(station, job.id);
    expect(await codeOf(station.nameHide(job.id, { code: 'H-8', by: 'ann' }))).toBe('STATION_WRONG_STATE');

    // A typed code counts more than one that is read, and can be typed later.
    const second = await station.startJob({ hide: 'H-9' });
    await toState(station, 'inspected');
    expect(station.job?.hide).toBe('H-9');
    expect((await station.nameHide(second.id, { code: 'H-7', by: 'ann' })).hide).toBe('H-7');
    await station.cancel(second.id);

    expect((await station.jobs(9, { hide: 'H-7' })).map((j) => j.id)).toEqual([second.id, job.id]);
    expect(await station.hides('h-', 9)).toMatchObject([{ code: 'H-7', jobCount: 2 }]);
    const passport = ROUTES.hide.answer.parse(await station.ledger.hide('H-7'));
    expect(passport.jobs).toMatchObject([
      { job: second.id, state: 'cancelled', pieceCount: 0 },
      { job: job.id, state: 'done', pieceCount: 12, defects: [{ id: 'd1', class: 'hole' }] },
    ]);
    expect(passport.remnants).toMatchObject([{ job: job.id, hide: 'H-7', state: 'free' }]);
    expect((await station.engineer.events(second.id)).map((e) => [e.kind, e.by])).toContainEqual(['hide named', 'ann']);
  });
});

test('a scan allows for how thick gauge or order say that the hide is; nothing of it is nested', async () => {
  await using dir = await temporaryDir();
  await using running = await startSmallStation(dir.path, {
    order: { name: 'thick', order: { ...SMALL_ORDER, thickness: 1.4 } },
  });
  const { station } = running;
  const seen = async (sheet: Parameters<typeof station.startJob>[0]) => {
    const { id, thickness } = await station.startJob(sheet);
    await toState(station, 'inspected');
    const scan = JSON.parse(await readFile(join(dir.path, 'jobs', id, 'scan', 'scan.json'), 'utf8')) as object;
    return { id, thickness, scan };
  };
  const gauged = await seen({ thickness: 2.25 });
  expect(gauged).toMatchObject({ thickness: { mm: 2.25, by: 'gauge' }, scan: { thickness: 2.25 } });
  await station.cancel(gauged.id);
  const { id, ...ordered } = await seen({});
  expect(ordered).toMatchObject({ thickness: { mm: 1.4, by: 'order' }, scan: { thickness: 1.4 } });
  await station.review(id, { by: 'ann', waive: true });
  await toState(station, 'nested');
  const problem: unknown = JSON.parse(await readFile(join(dir.path, 'jobs', id, 'problem.json'), 'utf8'));
  expect(problemSchema.parse(problem)).not.toHaveProperty('thickness');
});

describe('after a stop', () => {
  test(
    'the sheet is scanned again, what was cut is kept off, and the rest of the order is nested',
    { timeout: 60_000 },
    async () => {
      await using dir = await temporaryDir();
      await using running = await startSmallStation(dir.path, { plc: SLOW_PLC });
      const { station } = running;
      const broken = brokenOff(station, { thickness: 2.5 });
      await station.until(() => station.job !== null, AbortSignal.timeout(20_000));
      expect(await codeOf(station.startJob({ follows: { job: station.job?.id ?? '' } }))).toBe('STATION_BUSY');
      const { id: first, counted } = await broken;
      expect(await codeOf(station.startJob({ follows: { job: 'j1' } }))).toBe('STATION_NOTHING_TO_FOLLOW');
      expect(await codeOf(station.startJob({ follows: { job: first, cut: [99] } }))).toBe('STATION_REQUEST_REFUSED');

      // As the cutter counted: the piece after the last one may have been begun.
      const { id } = await station.startJob({ follows: { job: first } });
      // It is the same hide: as thick as it was.
      expect(station.job).toMatchObject({
        ...{ follows: first, cutBefore: { pieces: { patch: counted } } },
        thickness: { mm: 2.5, by: 'gauge' },
      });
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

  test('what a beam took round the pieces is kept off with them', { timeout: 60_000 }, async () => {
    await using dir = await temporaryDir();
    const machine = { ...SIMULATED_MACHINE, kerfWidth: 2 };
    await using running = await startSmallStation(dir.path, { plc: SLOW_PLC, machine });
    const { station } = running;
    const { id: first } = await brokenOff(station);
    await station.startJob({ follows: { job: first, cut: [0] } });
    await toState(station, 'inspected');
    const [cut] = station.inspection?.defects.filter((d) => d.class === 'cut') ?? [];
    const sides = ringBounds(flatRing(cut?.outline ?? []));
    expect(sides).toEqual({ minX: 3, minY: 3, maxX: 107, maxY: 107 });
    expect(cut?.areaMm2).toBeCloseTo(104 ** 2 - (4 - Math.PI) * 2 ** 2, 0);
  });

  test(
    'a sheet that slipped takes its cuts along; one that lies elsewhere is refused',
    { timeout: 60_000 },
    async () => {
      const first: Ring = [
        [60, 40],
        [420, 70],
        [900, 30],
        [930, 500],
        [760, 740],
        [120, 720],
      ];
      const slip = { x: 22, y: -6, rotation: 1.5, mirrored: false };
      const second = pointsOf(placeRing(flatRing(first), slip));
      const elsewhere = pointsOf(placeRing(flatRing(first), { x: 700, y: 40, rotation: 60, mirrored: false }));
      await using dir = await temporaryDir();
      await using running = await startSmallStation(dir.path, {
        plc: SLOW_PLC,
        rooms: smallRooms({ outlines: [first, elsewhere, second] }),
      });
      const { station } = running;
      const { id: before } = await brokenOff(station);
      await station.startJob({ follows: { job: before, cut: [0, 1] } });
      await toState(station, 'failed');
      expect(station.job).toMatchObject({ reason: 'STATION_SHEET_MOVED' });

      await station.startJob({ follows: { job: before, cut: [0, 1] } });
      await toState(station, 'inspected');
      const { slip: told } = station.job ?? {};
      expect(told?.rotation).toBeCloseTo(1.5, 1);
      expect(told?.residual).toBeLessThan(0.2);
      expect(told?.farthest).toBeGreaterThan(10);
      const [cut] = station.inspection?.defects.filter((d) => d.class === 'cut') ?? [];
      // The first square was cut with its corner at (5, 5).
      const [x, y] = cut?.outline[0] ?? [];
      const [truth] = pointsOf(placeRing(Float64Array.of(5, 5), slip));
      expect(Math.hypot((x ?? 0) - truth![0], (y ?? 0) - truth![1])).toBeLessThan(0.5);
    },
  );
});
