import type { StatusView, LayoutView } from '../../src/api/views.ts';
import type { Job, StationState } from '../../src/domain/job.ts';
import type { Point, Ring } from '../../src/domain/ring.ts';
import { blankJob } from '../../src/station/blank-job.ts';
import { reducePage, type PageAction } from '../../src/ui/state/reduce-page.ts';
import { EMPTY_PAGE, type PageState } from '../../src/ui/state/page-state.ts';

export const NOW = '2026-01-01T12:00:00.000Z';
export const HASH = 'a'.repeat(64);
export const OTHER_HASH = 'b'.repeat(64);

export const READY_PLC: StatusView['plc'] = {
  isConnected: true,
  isSimulated: true,
  mode: 'auto',
  lastResult: null,
  lastCode: null,
  answeredInMs: null,
  asked: null,
};

export function jobOf(change: Partial<Job> = {}): Job {
  return {
    ...blankJob({ source: 'camera', order: 'bags', machine: 'simulated', createdAt: NOW }),
    id: 'job-1',
    seq: 1,
    state: 'inspected',
    scanSha256: HASH,
    inspectionSha256: HASH,
    layoutSha256: HASH,
    cutFile: 'cut.dxf',
    cutSha256: HASH,
    ...change,
  };
}

export function statusOf(state: StationState, change: Partial<StatusView> = {}): StatusView {
  return {
    version: '0.1.0',
    state,
    n: 1,
    job: jobOf(),
    progress: null,
    alarms: [],
    plc: READY_PLC,
    broker: { url: 'mqtt://127.0.0.1', isConnected: true, outboxCount: 0 },
    provider: null,
    order: { name: 'bags', pieceCount: 4, kits: [{ id: 'bag', quantity: 1 }] },
    language: 'en',
    now: NOW,
    ...change,
  };
}

export function square(x: number, y: number, side: number): Ring {
  const points: Point[] = [
    [x, y],
    [x + side, y],
    [x + side, y + side],
    [x, y + side],
  ];
  return points;
}

export function layoutOf(places: readonly Ring[], change: Partial<LayoutView> = {}): LayoutView {
  return {
    job: 'job-1',
    inspectionSha256: HASH,
    sha256: HASH,
    isFinal: true,
    pieces: places.map((outline, placement) => ({
      placement,
      piece: 0,
      id: 'flap',
      label: 'Flap',
      kit: 'bag',
      quality: 4,
      outline,
      holes: [],
      isLocked: false,
      x: 0,
      y: 0,
      rotation: 0,
      mirrored: false,
      turns: null,
    })),
    spacing: 2,
    margin: 3,
    pieceCount: places.length,
    kitCount: 0,
    bestLeftMm2: 0,
    cutLength: 0,
    unplaced: [],
    nestedYieldBp: 7000,
    value: 0.7,
    bound: 1,
    boundBy: null,
    seconds: 4,
    trace: [{ seconds: 1, nestedYieldBp: 7000 }],
    ...change,
  };
}

/** The state after these actions, from an empty window whose link is open. */
export function pageAfter(...actions: readonly PageAction[]): PageState {
  return actions.reduce(reducePage, reducePage(EMPTY_PAGE, { kind: 'link', link: 'open' }));
}

export function statusEvent(state: StationState, change: Partial<StatusView> = {}): PageAction {
  return { kind: 'event', event: { kind: 'status', status: statusOf(state, change) } };
}
