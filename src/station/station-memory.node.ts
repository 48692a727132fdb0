import type { StatusView } from '#api/views.ts';
import type { Grading } from '#domain/grading.ts';
import type { Inspection } from '#domain/inspection.ts';
import type { Job, StationState } from '#domain/job.ts';
import type { Order } from '#domain/problem.ts';
import type { NestResult } from '#domain/nest-result.ts';
import type { Act, Label } from '#store/records.ts';
import type { Wish } from './answered-topics.ts';
import type { NamedLayout } from './layout-before.node.ts';
import { doubtfulCount } from './problem-of.ts';
import type { LiveSearch } from './live-search.node.ts';
import type { ShownLayout, ShownLayouts } from './shown-layouts.ts';
import type { NamedOrder } from './station-options.node.ts';

/** Long work of one job, beside the steps. */
export interface Work {
  readonly kind: 'acquire' | 'inspect' | 'nest' | 'release';
  /** Its outcome is wanted no more. */
  readonly dropped: AbortController;
  /** Nesting only: keep the best so far. */
  readonly stopped: AbortController;
  ended: Promise<void>;
}

/** What one running station knows. All of it that matters is in the store and the job's files too: a station that
 *  starts again has the same. Written by the files of this room only. */
export interface StationMemory {
  /** What the next hide is cut for. */
  order: NamedOrder;
  job: Job | null;
  state: StationState;
  stateN: number;
  /** What the job on the table is cut for; null: there is none, or nobody can tell any more. */
  ordered: Order | null;
  inspection: Inspection | null;
  openDoubtCount: number;
  /** What people corrected of this job, in order. */
  labels: readonly Label[];
  /** What people did to its marks and pieces, in order. */
  acts: readonly Act[];
  /** The best layout of the search, which the next one starts from. */
  best: { readonly job: string; readonly result: NestResult } | null;
  /** The layout that an undo came back to, until its search shows it; `key` as in `shown`. */
  restored: { readonly key: string; readonly layout: NamedLayout } | null;
  /** The latest LayoutView as JSON text. */
  layoutJson: { readonly job: string; readonly json: string } | null;
  /** Layouts of the running search that can be cut. */
  shown: ShownLayouts | null;
  /** Of these the one that a person took. */
  chosen: ShownLayout | null;
  unplacedCount: number;
  work: Work | null;
  /** The search that runs, whoever follows it. */
  search: LiveSearch | null;
  progress: StatusView['progress'];
  provider: StatusView['provider'];
  /** Inference threads replaced since the model was loaded, as the last inspection said. */
  replacedThreads: number;
  plcAnswer: { readonly result: string | null; readonly code: number | null; readonly answeredInMs: number | null };
  asked: Wish | null;
  releasedAtMs: number | null;
  lastError: unknown;
  /** Why the approval was not carried out, as it was thrown; null: it was, or the station started anew. */
  lapsedBy: unknown;
  stuckBy: unknown;
  unknownAckCount: number;
  /** Jobs that the PLC names and the store does not have, with what was noted of each last; the oldest first. */
  readonly strangers: Map<string, string>;
}

export function emptyMemory(order: NamedOrder): StationMemory {
  return {
    order,
    ...withoutJob(),
    job: null,
    state: 'STARTING',
    stateN: 0,
    work: null,
    search: null,
    progress: null,
    provider: null,
    replacedThreads: 0,
    unknownAckCount: 0,
    strangers: new Map(),
  };
}

/** A new hide: nothing is left of the one before. */
export function forgetJob(memory: StationMemory): void {
  Object.assign(memory, withoutJob());
}

export function rememberInspection(memory: StationMemory, inspection: Inspection, { doubt }: Grading): void {
  memory.inspection = inspection;
  memory.openDoubtCount = doubtfulCount(inspection, doubt);
  memory.provider = { used: inspection.provider.used, why: inspection.provider.why };
}

function withoutJob() {
  return {
    ordered: null,
    inspection: null,
    openDoubtCount: 0,
    labels: [],
    acts: [],
    best: null,
    restored: null,
    layoutJson: null,
    shown: null,
    chosen: null,
    unplacedCount: 0,
    plcAnswer: { result: null, code: null, answeredInMs: null },
    asked: null,
    releasedAtMs: null,
    lastError: null,
    lapsedBy: null,
    stuckBy: null,
  };
}
