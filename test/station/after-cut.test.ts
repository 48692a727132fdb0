import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventSchema, type StationEvent } from '#api/events.ts';
import { ROUTES } from '#api/routes.ts';
import { flatRing, pointsOf, type Point, type Ring } from '#domain/ring.ts';
import { placeRing } from '#geometry/transform-ring.ts';
import type { PieceWord } from '#station/after-cut.node.ts';
import type { Rooms } from '#station/rooms.ts';
import { runMainJob } from '#station/main-job.node.ts';
import { openStore } from '#store/store.node.ts';
import { smallDefect, smallRooms, SQUARE, type SmallCut } from './small-rooms.ts';
import { startSmallStation, temporaryDir } from './small-station.ts';
import { brokenOff, codeOf, sheetIsKept, SLOW_PLC, toNested } from './small-steps.ts';

const PIECE = SQUARE * SQUARE;

/** The square of a placement: rows of nine from (5, 5), none over the hole at (450, 20). */
function corner(layout: { layouts: { placements: { x: number; y: number }[] }[] }, placement: number): Point {
  const { x, y } = layout.layouts[0]!.placements[placement]!;
  return [x, y];
}
const isIn = ([left, bottom]: Point, x: number, y: number) =>
  x > left && x < left + SQUARE && y > bottom && y < bottom + SQUARE;

/** Rooms whose look at a cut table takes as long as something else meanwhile. */
function lookedAt(): { readonly rooms: Rooms; meanwhile: () => Promise<unknown> } {
  const plain = smallRooms({ afterCut: () => ({ isMaterial: () => true }) });
  const look = {
    meanwhile: (): Promise<unknown> => Promise.resolve(),
    rooms: {
      ...plain,
      judgeCut: async (question: Parameters<Rooms['judgeCut']>[0]) => {
        await look.meanwhile();
        return plain.judgeCut(question);
      },
    },
  };
  return look;
}

describe('a scan after cutting', () => {
  test(
    'accepts what lies there whole, refuses what is missing or marked, and leaves a torn one to a person',
    { timeout: 30_000 },
    async () => {
      await using dir = await temporaryDir();
      let table: SmallCut = { isMaterial: () => true };
      await using running = await startSmallStation(dir.path, { rooms: smallRooms({ afterCut: () => table }) });
      const { station } = running;
      const { afterCut } = station;
      expect(await codeOf(afterCut.compare('nothing', { by: 'ann', pieces: 'inPlace' }))).toBe('STATION_JOB_UNKNOWN');
      const { job } = await runMainJob(station, { release: { by: 'demo' } });
      await sheetIsKept(station, job.id);
      const layout = JSON.parse(await readFile(`${station.jobDir(job.id)}/layout.json`, 'utf8')) as Parameters<
        typeof corner
      >[0];
      const at = (placement: number) => corner(layout, placement);
      expect(await codeOf(afterCut.latest(job.id))).toBe('STATION_COMPARISON_UNKNOWN');
      expect(await codeOf(afterCut.latest('../other'))).toBe('STATION_JOB_UNKNOWN');

      // 1 is missing, of 2 a strip is torn off, 3 has a new hole and 4 a doubtful one, 5 lies beside the old hole.
      const [torn, hole, doubtful] = [at(2), at(3), at(4)];
      table = {
        isMaterial: (x, y) => !isIn(at(1), x, y) && !(isIn(torn, x, y) && y > torn[1] + 70),
        defects: [
          smallDefect('n1', hole[0] + 40, hole[1] + 40),
          smallDefect('n2', doubtful[0] + 40, doubtful[1] + 40, 20, { doubt: 0.9 }),
          // Seen before cutting as well, two millimetres beside.
          smallDefect('n3', 452, 21),
          // Along a cut: the knife's own line.
          smallDefect('n4', at(6)[0], at(6)[1] + 30, 2.5),
        ],
      };
      const { sha256, comparison } = ROUTES.compareCut.answer.parse(
        await afterCut.compare(job.id, { by: 'ann', pieces: 'inPlace' }),
      );
      expect(comparison).toMatchObject({ job: job.id, by: 'ann', slip: null });
      expect(comparison.sights.map(({ state }) => state)).toEqual([
        ...[
          'there',
          'gone',
          'partly',
          'marked',
          'marked',
          'there',
          'there',
          'there',
          'there',
          'there',
          'there',
          'there',
        ],
      ]);
      expect(comparison.sights.slice(0, 5).map(({ verdict }) => verdict)).toEqual([
        ...['accepted', 'rejected', 'doubtful', 'rejected', 'doubtful'],
      ]);
      expect(comparison.sights[3]?.marks).toMatchObject([{ class: 'hole', quality: 0 }]);
      // Cells of a piece's 64th: some percent of a mark of 20 x 20.
      expect(Math.abs((comparison.sights[3]?.marks[0]?.areaMm2 ?? 0) - 400)).toBeLessThan(60);
      expect(comparison.sights[2]?.share).toBeCloseTo(0.7, 1);
      expect(await afterCut.latest(job.id)).toEqual({ sha256, comparison, decisions: [] });
      // Small, by its hash: the next scan of the table takes the place of this one.
      expect(await readdir(join(station.jobDir(job.id), 'kept'))).toEqual([`${comparison.scan.sha256}.jpg`]);
      // Nothing is accepted by looking.
      expect((await station.ledger.sheet(job.id)).accepted).toBeNull();

      const accept = (decision: { rejected?: number[]; accepted?: number[]; comparison?: string }) =>
        afterCut.accept(job.id, { by: 'ann', rejected: [], ...decision });
      expect(await codeOf(accept({ comparison: sha256 }))).toBe('STATION_PIECES_DOUBTFUL');
      expect(await codeOf(accept({ comparison: sha256, rejected: [2] }))).toBe('STATION_PIECES_DOUBTFUL');
      expect(await codeOf(accept({ comparison: sha256, rejected: [2, 4], accepted: [4] }))).toBe(
        'STATION_REQUEST_REFUSED',
      );
      expect(await codeOf(accept({ comparison: '0'.repeat(64) }))).toBe('STATION_COMPARISON_UNKNOWN');
      // She takes the doubtful one, and one that the scan refused; of what it accepted she refuses one.
      const record = await accept({ comparison: sha256, rejected: [2, 11], accepted: [3, 4] });
      expect(record.accepted).toMatchObject({
        how: 'scan',
        by: 'ann',
        rejected: [1, 2, 11],
        areaMm2: 9 * PIECE,
        scan: { comparisonSha256: sha256, scanSha256: comparison.scan.sha256, decided: [2, 3, 4, 11] },
      });
      expect(await station.ledger.sheet(job.id)).toEqual(record);
      // By hand again it takes the scan's place.
      expect((await accept({ rejected: [0] })).accepted).toEqual({
        ...{ by: 'ann', how: 'tap', rejected: [0], areaMm2: 11 * PIECE, at: expect.any(String) as string },
      });
    },
  );

  test('of a table from which the good pieces were taken off refuses what was left', async () => {
    await using dir = await temporaryDir();
    let left: Point[] = [];
    const rooms = smallRooms({
      // The cutter's rows: nine squares each from (5, 5), so all below 205 mm but what was left.
      afterCut: () => ({ isMaterial: (x, y) => y > 210 || left.some((square) => isIn(square, x, y)) }),
    });
    await using running = await startSmallStation(dir.path, { plc: SLOW_PLC, rooms });
    const { station } = running;
    const { id, counted } = await brokenOff(station);
    await sheetIsKept(station, id);
    const layout = JSON.parse(await readFile(`${station.jobDir(id)}/layout.json`, 'utf8')) as Parameters<
      typeof corner
    >[0];
    left = [corner(layout, 1)];
    const { sha256, comparison } = await station.afterCut.compare(id, { by: 'ann', pieces: 'takenOff' });
    // Only what the cutter has counted.
    expect(comparison.sights.map((s) => s.placement)).toEqual(Array.from({ length: counted }, (_, k) => k));
    expect(comparison.sights.slice(0, 2)).toMatchObject([
      { state: 'gone', verdict: 'accepted' },
      { state: 'there', verdict: 'rejected' },
    ]);
    const record = await station.afterCut.accept(id, { by: 'ann', rejected: [], comparison: sha256 });
    expect(record.accepted).toMatchObject({ how: 'scan', rejected: [1], areaMm2: (counted - 1) * PIECE });
    // Before anything is cut there is nothing to hold it against; while a job is under way the table is not free.
    const next = await toNested(station);
    expect(await codeOf(station.afterCut.compare(next, { by: 'ann', pieces: 'inPlace' }))).toBe('STATION_NOT_YET');
    expect(await codeOf(station.afterCut.compare(id, { by: 'ann', pieces: 'inPlace' }))).toBe('STATION_BUSY');
  });

  test('ends when the table is wanted for a hide, and leaves nothing behind', async () => {
    await using dir = await temporaryDir();
    const look = lookedAt();
    await using running = await startSmallStation(dir.path, { rooms: look.rooms });
    const { station } = running;
    const { job } = await runMainJob(station, { release: { by: 'demo' } });
    look.meanwhile = () => station.startJob();
    expect(await codeOf(station.afterCut.compare(job.id, { by: 'ann', pieces: 'inPlace' }))).toBe('STATION_BUSY');
    expect(await codeOf(station.afterCut.latest(job.id))).toBe('STATION_COMPARISON_UNKNOWN');
    expect(station.job?.id).not.toBe(job.id);
  });

  test('is ended by its own job alone, and a new hide that is refused ends none', async () => {
    await using dir = await temporaryDir();
    const look = lookedAt();
    await using running = await startSmallStation(dir.path, { rooms: look.rooms });
    const { station } = running;
    const { afterCut } = station;
    const [first, second] = [
      (await runMainJob(station, { release: { by: 'demo' } })).job.id,
      (await runMainJob(station, { release: { by: 'demo' } })).job.id,
    ];
    const compare = () => codeOf(afterCut.compare(second, { by: 'ann', pieces: 'inPlace' }));
    const told: unknown[] = [];
    look.meanwhile = async () => {
      told.push(await codeOf(afterCut.end(first)), await codeOf(afterCut.end('nobody')));
      told.push(await codeOf(station.startJob({ remnant: 'nobody' })));
    };
    expect(await compare()).toBe('no error');
    expect(told).toEqual(['STATION_OTHER_CUT_SCAN', 'STATION_JOB_UNKNOWN', 'STATION_REMNANT_UNKNOWN']);
    look.meanwhile = () => afterCut.end(second);
    expect(await compare()).toBe('STATION_BUSY');
    // Nothing is under way: whoever presses a moment too late is told nothing.
    await afterCut.end(second);
  });

  test('keeps what people decide piece by piece over its own end, and tells every window', async () => {
    await using dir = await temporaryDir();
    const word = { by: 'ann', placement: 2, isGood: false };
    const { id, sha256 } = await (async () => {
      await using running = await startSmallStation(dir.path, { rooms: smallRooms() });
      const { station } = running;
      const { job } = await runMainJob(station, { release: { by: 'demo' } });
      const told: unknown[] = [];
      station.subscribe((message) => 'event' in message && told.push(message.event));
      const compared = await station.afterCut.compare(job.id, { by: 'ann', pieces: 'inPlace' });
      const { sha256: comparison } = compared;
      expect(compared.decisions).toEqual([]);
      const decide = (change: Partial<PieceWord>) =>
        station.afterCut.decide(job.id, { ...word, comparison, ...change });
      const first = ROUTES.decideCut.answer.parse(await decide({}));
      await decide({ placement: 7 });
      const last = await decide({ by: 'ben', isGood: true });
      expect(first).toMatchObject(word);
      expect(await codeOf(decide({ placement: 99 }))).toBe('STATION_REQUEST_REFUSED');
      expect(await codeOf(decide({ comparison: '0'.repeat(64) }))).toBe('STATION_COMPARISON_UNKNOWN');
      expect(await codeOf(station.afterCut.decide('nobody', { ...word, comparison }))).toBe('STATION_JOB_UNKNOWN');
      const scans = told.filter((event) => (event as StationEvent).kind === 'cut-scan');
      expect(scans).toHaveLength(4);
      expect(scans.at(0)).toEqual({ kind: 'cut-scan', job: job.id, comparison, decision: null });
      expect(eventSchema.parse(scans.at(-1))).toMatchObject({ decision: last });
      // Killed in this very moment: the files as they stand, with the store still open.
      const killed = join(dir.path, 'killed');
      await mkdir(killed);
      for (const name of await readdir(dir.path))
        if (name.startsWith('kerf.sqlite')) await copyFile(join(dir.path, name), join(killed, name));
      await using store = await openStore(killed);
      expect(await store.cutDecisions(job.id, comparison)).toHaveLength(2);
      // Nothing is accepted by deciding, and each word is in the audit log.
      expect((await station.ledger.sheet(job.id)).accepted).toBeNull();
      const rows = (await station.auditRows(20)).filter(({ kind }) => kind === 'piece decided');
      expect(rows.map(({ by, details }) => [by, details['placement'], details['isGood']])).toEqual([
        ['ben', 2, true],
        ['ann', 7, false],
        ['ann', 2, false],
      ]);
      await station.afterCut.accept(job.id, { by: 'ann', rejected: [7], comparison });
      expect(told.at(-1)).toEqual({ kind: 'sheet', job: job.id });
      return { id: job.id, sha256: comparison };
    })();
    await using again = await startSmallStation(dir.path, { rooms: smallRooms() });
    const { decisions } = await again.station.afterCut.latest(id);
    expect(decisions.map(({ placement, isGood, by }) => [placement, isGood, by])).toEqual([
      [2, true, 'ben'],
      [7, false, 'ann'],
    ]);
    // A new scan is looked at anew.
    const next = await again.station.afterCut.compare(id, { by: 'ann', pieces: 'takenOff' });
    expect(next.sha256).not.toBe(sha256);
    expect(next.decisions).toEqual([]);
  });

  test('follows a sheet that slipped, and refuses another one', { timeout: 30_000 }, async () => {
    const before: Ring = [
      [2, 2],
      [420, 4],
      [960, 4],
      [930, 500],
      [760, 740],
      [120, 720],
    ].map(([x, y]) => [x! + 4, y! + 4] as const);
    const slip = { x: 12, y: 25, rotation: -1, mirrored: false };
    const after = pointsOf(placeRing(flatRing(before), slip));
    const gone = pointsOf(placeRing(Float64Array.of(5, 5, 105, 5, 105, 105, 5, 105), slip));
    const [a, c] = [gone[0]!, gone[2]!];
    let outline: Ring = after;
    const rooms = smallRooms({
      outlines: [before],
      // The square turned by a degree: its box less its corners' millimetres is close enough to be gone.
      afterCut: () => ({
        outline,
        isMaterial: (x, y) => !(x > a[0] - 1 && x < c[0] + 3 && y > a[1] - 3 && y < c[1] + 1),
      }),
    });
    await using dir = await temporaryDir();
    await using running = await startSmallStation(dir.path, { rooms });
    const { station } = running;
    const { job } = await runMainJob(station, { release: { by: 'demo' } });
    await sheetIsKept(station, job.id);
    const { comparison } = await station.afterCut.compare(job.id, { by: 'ann', pieces: 'inPlace' });
    expect(comparison.slip?.rotation).toBeCloseTo(-1, 1);
    expect(comparison.slip?.residual).toBeLessThan(0.5);
    expect(comparison.sights[0]).toMatchObject({ state: 'gone', verdict: 'rejected' });
    expect(comparison.sights[5]).toMatchObject({ state: 'there', verdict: 'accepted' });
    outline = [
      [100, 100],
      [500, 120],
      [300, 600],
    ];
    expect(await codeOf(station.afterCut.compare(job.id, { by: 'ann', pieces: 'inPlace' }))).toBe(
      'STATION_SHEET_MOVED',
    );
  });
});
