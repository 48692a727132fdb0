import { join } from 'node:path';
import type { LayoutView, StatusView } from '../../src/api/views.ts';
import type { LockedPiece } from '../../src/domain/arrangement.ts';
import type { Alarm } from '../../src/domain/job.ts';
import { TABLE, hash } from './drawn-hide.ts';
import { DRAWN_HIDE, fakeCore, type FakeCore, type FakeStationOptions } from './fake-core.ts';
import { NOW } from './page-fixtures.ts';
import { fakeRoutes } from './fake-routes.ts';

/** A double of the station for the page: the API of src/api over one drawn job. Nothing happens by itself: a test
 *  moves it with `step…` methods, or calls `play()` to let it run on timers for a person to look at. */
export interface FakeStation {
  readonly address: string;
  readonly approvals: readonly string[];
  readonly requests: readonly string[];
  readonly reviews: readonly { readonly by: string; readonly waive: boolean }[];
  status(): StatusView;
  /** SCANNING is over, tiles come; `upTo` of 12. */
  look(upTo: number): void;
  /** The inspection is there: REVIEWING. */
  showInspection(): void;
  /** The search's layout number `i` (0 to 5, the last is final). */
  nest(i: number): void;
  layoutHash(): string | null;
  layout(): LayoutView | null;
  /** Hash of the search's last layout. */
  best(): string | null;
  /** The locks that the last wish named. */
  locked(): readonly LockedPiece[];
  /** And its bans. */
  banned(): readonly string[];
  answer(result: 'accepted' | 'started' | 'paused' | 'resumed' | 'done' | 'rejected' | 'cancelled'): void;
  /** What was asked to be scanned, so far. */
  readonly starts: readonly unknown[];
  rejected(): readonly number[] | null;
  /** The comparison that was accepted; null: by tap. */
  acceptedBy(): string | null;
  /** Whether a scan after cutting is under way; it sees the table when it is told to. */
  isScanningCut(): boolean;
  seeCut(): void;
  /** Alarms that were put aside: which, and the wish. */
  shelved(): readonly unknown[];
  cut(count: number): void;
  raise(alarm: Partial<Alarm> & { readonly code: string; readonly severity: number }): string;
  clear(alarm: string): void;
  /** Somebody else corrects a mark while this hide is nested; the next layout comes by `nest`. */
  correctElsewhere(): void;
  /** The next call of a route is refused with this code. */
  refuseNext(code: string): void;
  /** Breaks every connection and refuses new ones until `restore`. */
  drop(): void;
  restore(): void;
  /** It was updated. */
  becomes(version: string): void;
  /** From now on hides come from a live camera. */
  showCamera(): void;
  play(): void;
  close(): Promise<void>;
}

const TILES = 12;

/** What moves the double: all of it but its address. */
export type FakeMoves = Omit<FakeStation, 'address'>;

export async function fakeStation({ uiDir, port = 0, hide = DRAWN_HIDE }: FakeStationOptions): Promise<FakeStation> {
  const core = fakeCore(hide);
  const moves = movesOf(core);
  const app = await fakeRoutes(core, moves, { uiDir, playOn: () => playOn(core, moves) });
  const address = await app.listen({ port, host: '127.0.0.1' });
  return {
    ...moves,
    address,
    async close() {
      await moves.close();
      await app.close();
    },
  };
}

function movesOf({ m, hide, status, send, tell, go, stopTimers, search }: FakeCore): FakeMoves {
  return {
    approvals: m.approvals,
    requests: m.requests,
    starts: m.starts,
    rejected: () => m.rejected,
    acceptedBy: () => m.acceptedBy,
    isScanningCut: () => m.endCutScan !== null,
    seeCut: () => m.endCutScan?.(true),
    shelved: () => m.shelved,
    reviews: m.reviews,
    status,
    look(upTo) {
      if (m.state === 'SCANNING') go('INSPECTING', { scanSha256: hash('scan'), state: 'scanned' });
      const columns = 4;
      const w = TABLE.width / columns;
      const h = TABLE.height / (TILES / columns);
      for (let i = 0; i < upTo; i += 1) {
        const x = (i % columns) * w;
        const y = TABLE.height - (Math.floor(i / columns) + 1) * h;
        send({
          kind: 'tile',
          job: m.job!.id,
          outline: [
            [x, y],
            [x + w, y],
            [x + w, y + h],
            [x, y + h],
          ],
          done: i + 1,
          total: TILES,
        });
        const here = hide.defects.filter(
          (d) => d.outline[0]![0] >= x && d.outline[0]![0] < x + w && d.outline[0]![1] >= y && d.outline[0]![1] < y + h,
        );
        if (here.length > 0) send({ kind: 'defects', job: m.job!.id, defects: here });
      }
    },
    showInspection() {
      go('REVIEWING', { inspectionSha256: hash(JSON.stringify(m.defects)), state: 'inspected' });
    },
    nest(i) {
      const all = search();
      m.layout = all[Math.min(i, all.length - 1)]!;
      send({ kind: 'layout', layout: m.layout });
      if (m.layout.sha256 !== null) {
        m.job = { ...m.job!, state: 'nested', layoutSha256: m.layout.sha256 };
        tell();
      }
    },
    layoutHash: () => m.layout?.sha256 ?? null,
    layout: () => m.layout,
    best: () => search().at(-1)!.sha256,
    locked: () => m.arrangement.locked,
    banned: () => m.arrangement.banned,
    answer(result) {
      m.plc = { ...m.plc, lastResult: result, lastCode: result === 'rejected' ? 5 : 0, answeredInMs: 214, asked: null };
      if (result === 'accepted') go('RELEASED', { state: 'accepted' });
      else if (result === 'started' || result === 'resumed') go('CUTTING', { state: 'cutting' });
      else if (result === 'paused') go('PAUSED', { state: 'paused' });
      else if (result === 'done') go('DONE', { state: 'done', cutCount: m.job!.pieceCount });
      else if (result === 'cancelled') {
        m.rejected = null;
        // Of whatever state it comes: another job's end, as far as the page can tell.
        m.n += 1;
        // As a station does: it is READY, and the job stays the latest.
        go('READY', { state: 'cancelled' });
      } else go('DONE', { state: 'rejected', code: 5 });
    },
    cut(count) {
      m.job = { ...m.job!, cutCount: count };
      send({ kind: 'cut', job: m.job.id, cutCount: count });
    },
    raise(alarm) {
      const id = `a${m.alarms.length + 1}`;
      m.alarms = [
        ...m.alarms,
        {
          id,
          isActive: true,
          isAcknowledged: false,
          n: 1,
          job: m.job?.id ?? null,
          details: {},
          raisedAt: NOW,
          clearedAt: null,
          ...alarm,
        },
      ];
      tell();
      return id;
    },
    clear(id) {
      m.alarms = m.alarms.filter((a) => a.id !== id);
      tell();
    },
    correctElsewhere() {
      m.done.push({ action: 'erase', pieces: [], defects: m.defects, arrangement: m.arrangement, layout: m.layout });
      m.defects = m.defects.slice(1);
      m.job = { ...m.job!, state: 'reviewed', layoutSha256: null, inspectionSha256: hash(JSON.stringify(m.defects)) };
      send({ kind: 'inspection', job: m.job.id });
      tell();
    },
    refuseNext(code) {
      m.refusal = code;
    },
    drop() {
      m.isDown = true;
      for (const socket of m.sockets) socket.terminate();
    },
    restore() {
      m.isDown = false;
    },
    becomes(version) {
      m.version = version;
      tell();
    },
    showCamera() {
      m.isCameraLive = true;
    },
    play() {
      m.isPlaying = true;
    },
    async close() {
      stopTimers();
      for (const socket of m.sockets) socket.terminate();
    },
  };
}

function playOn({ m, later }: FakeCore, station: FakeMoves): void {
  if (m.state === 'SCANNING') {
    for (let i = 1; i <= TILES; i += 1) later(400 + 250 * i, () => station.look(i));
    later(400 + 250 * (TILES + 2), () => station.showInspection());
  } else if (m.state === 'NESTING') for (let i = 0; i < 6; i += 1) later(400 + 1200 * i, () => station.nest(i));
  else if (m.state === 'RELEASED') {
    later(900, () => station.answer('accepted'));
    later(2500, () => station.answer('started'));
    for (let i = 1; i <= m.layout!.pieceCount; i += 1)
      later(2500 + 400 * i, () => m.state === 'CUTTING' && station.cut(i));
    later(2900 + 400 * m.layout!.pieceCount, () => station.answer('done'));
  }
}

/** `node test/ui/fake-station.ts` serves the built page over the drawn job, to look at by hand. */
if (process.argv[1]?.endsWith('fake-station.ts')) {
  const station = await fakeStation({ uiDir: join(import.meta.dirname, '../../dist/ui'), port: 8481 });
  station.play();
  console.log(station.address);
}
