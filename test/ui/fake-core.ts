import type { WebSocket } from 'ws';
import { eventSchema, type StationEvent } from '../../src/api/events.ts';
import { LookedAt } from '../../src/station/looked-at.ts';
import type { ActName, CutView, LayoutView, StatusView } from '../../src/api/views.ts';
import type { Arrangement } from '../../src/domain/arrangement.ts';
import type { Defect, Inspection } from '../../src/domain/inspection.ts';
import type { Alarm, Job, StationState } from '../../src/domain/job.ts';
import type { Remnant } from '../../src/domain/remnant.ts';
import type { TilePlace } from '../../src/station/scan-tiles.node.ts';
import { DEFECTS, hash, hidePicture, inspectionOf } from './drawn-hide.ts';
import type { KeptCut } from './fake-after-cut.ts';
import { ORDER_COUNT, drawnSearch } from './drawn-layout.ts';
import { NOW, READY_PLC } from './page-fixtures.ts';

/** Searches by their defects: tests over one hide draw the same. */
const searches = new Map<string, readonly LayoutView[]>();

/** The hide that lies on the fake table. */
export interface FakeHide {
  readonly defects: readonly Defect[];
  readonly inspection: (defects: readonly Defect[]) => Inspection;
  readonly search: (job: string, defects: readonly Defect[]) => readonly LayoutView[];
  /** The scan as one JPEG of at most this size. */
  readonly picture: (maxPx: number) => Promise<Uint8Array>;
  readonly tile: (place: TilePlace) => Promise<Uint8Array>;
}

export const DRAWN_HIDE: FakeHide = {
  defects: DEFECTS,
  inspection: inspectionOf,
  search: drawnSearch,
  picture: hidePicture,
  tile: () => Promise.reject(new Error('the drawn hide has no tiles')),
};

export interface FakeStationOptions {
  readonly uiDir: string;
  readonly port?: number;
  readonly hide?: FakeHide;
}

/** What undo comes back to, and what it takes back. */
export interface FakeAct extends ActName {
  readonly defects: readonly Defect[];
  readonly arrangement: Arrangement;
  readonly layout: LayoutView | null;
}

/** What the double knows. */
export interface FakeMemory {
  readonly sockets: Set<WebSocket>;
  seq: number;
  n: number;
  state: StationState;
  job: Job | null;
  defects: readonly Defect[];
  layout: LayoutView | null;
  alarms: readonly Alarm[];
  plc: StatusView['plc'];
  progress: StatusView['progress'];
  done: FakeAct[];
  undone: FakeAct[];
  arrangement: Arrangement;
  readonly arranged: Map<string, LayoutView>;
  refusal: string | null;
  isDown: boolean;
  isCameraLive: boolean;
  isPlaying: boolean;
  version: string;
  nextDefect: number;
  remnants: readonly Remnant[];
  /** Placements that somebody has said are not good; null: nobody has looked. */
  rejected: readonly number[] | null;
  /** How it was said: by tap, or by which scan after cutting. */
  acceptedBy: string | null;
  /** The latest scan after cutting, and what ends one that is under way. */
  cutSeen: KeptCut | null;
  endCutScan: ((isDone: boolean) => void) | null;
  /** Bodies of what was asked to be scanned. */
  readonly starts: unknown[];
  readonly shelved: unknown[];
  readonly approvals: string[];
  readonly requests: string[];
  readonly reviews: { by: string; waive: boolean }[];
  readonly timers: Set<ReturnType<typeof setTimeout>>;
}

const named = (what: 'undo' | 'redo', act: FakeAct | undefined) =>
  act ? { [what]: { action: act.action, pieces: act.pieces } } : {};

export type FakeCore = ReturnType<typeof fakeCore>;

export function fakeCore(hide: FakeHide) {
  const m: FakeMemory = {
    version: '0.1.0',
    sockets: new Set(),
    seq: 2,
    n: 0,
    state: 'READY',
    job: null,
    defects: hide.defects,
    layout: null,
    alarms: [],
    plc: READY_PLC,
    progress: null,
    done: [],
    undone: [],
    arrangement: { locked: [], banned: [] },
    arranged: new Map(),
    refusal: null,
    isDown: false,
    isCameraLive: false,
    isPlaying: false,
    nextDefect: 100,
    remnants: [],
    rejected: null,
    acceptedBy: null,
    cutSeen: null,
    endCutScan: null,
    starts: [],
    shelved: [],
    approvals: [],
    requests: [],
    reviews: [],
    timers: new Set(),
  };

  const status = (): StatusView => ({
    version: m.version,
    state: m.state,
    n: m.n,
    job: m.job,
    corrections: {
      undoCount: m.done.length,
      redoCount: m.undone.length,
      ...named('undo', m.done.at(-1)),
      ...named('redo', m.undone.at(-1)),
    },
    progress: m.progress,
    alarms: m.alarms,
    plc: m.plc,
    broker: { url: 'mqtt://127.0.0.1:1883', isConnected: true, outboxCount: 0 },
    provider: { used: 'cpu', why: 'the only one there is' },
    order: {
      name: '4417',
      pieceCount: ORDER_COUNT,
      kits: [
        { id: 'Siena tote', quantity: 8 },
        { id: 'Lido wallet', quantity: 18 },
        { id: 'Nota holder', quantity: 24 },
      ],
    },
    language: 'en',
    now: NOW,
  });
  const lookedAt = new LookedAt();
  const send = (event: StationEvent) => {
    lookedAt.note(event);
    const text = JSON.stringify(eventSchema.parse(event));
    for (const socket of m.sockets) socket.send(text);
  };
  const tell = () => send({ kind: 'status', status: status() });
  const go = (next: StationState, change: Partial<Job> = {}) => {
    if (next !== m.state) m.n += 1;
    m.state = next;
    if (m.job) m.job = { ...m.job, ...change };
    tell();
  };
  const later = (ms: number, act: () => void) => {
    if (!m.isPlaying) return;
    const timer = setTimeout(() => {
      m.timers.delete(timer);
      act();
    }, ms);
    m.timers.add(timer);
  };
  const search = () => {
    const key = JSON.stringify(m.defects.map((d) => [d.id, d.quality]));
    const known = searches.get(key) ?? hide.search(m.job!.id, m.defects);
    searches.set(key, known);
    return known.map((l) => ({ ...l, job: m.job!.id, inspectionSha256: m.job!.inspectionSha256 }));
  };
  const cutView = (): CutView => ({
    job: m.job!.id,
    order: m.layout!.pieces.map((p) => p.placement),
    cutLength: 48_200,
    seconds: 640,
    file: 'jobs/1/cut.dxf',
    sha256: hash('cut'),
  });
  const stopTimers = () => {
    for (const timer of m.timers) clearTimeout(timer);
  };
  const inspection = (): Inspection => {
    const { banned } = m.arrangement;
    return { ...hide.inspection(m.defects), ...(banned.length > 0 ? { banned } : {}) };
  };
  return { lookedAt, m, hide, status, send, tell, go, later, stopTimers, search, cutView, inspection };
}
