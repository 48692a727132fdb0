import { LEATHER_GRADING, type Grading } from '#domain/grading.ts';
import type { Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Publisher } from '#publish/publisher.node.ts';
import type { AlarmBook, AlarmCode } from './alarm-book.node.ts';
import { JobFolder } from './job-folder.node.ts';
import { LayoutArtist } from './layout-artist.node.ts';
import { codeOf } from './station-errors.ts';
import { emptyMemory, type StationMemory, type Work } from './station-memory.node.ts';
import type { StationOptions } from './station-options.node.ts';
import type { EffectName } from './transitions.ts';
import type { Windows } from './windows.node.ts';
import type { WriteWatch } from './write-watch.ts';

/** What the station's files share: what it was opened with, what it knows, and whom it tells. */
export interface StationCore {
  readonly options: StationOptions;
  readonly grading: Grading;
  readonly memory: StationMemory;
  readonly artist: LayoutArtist;
  readonly windows: Windows;
  readonly publisher: Publisher;
  readonly alarms: AlarmBook;
  /** Steps are taken one after another. */
  readonly inOrder: InOrder;
  /** Corrections of an inspection too: each is made of the one before. */
  readonly correctionsInOrder: InOrder;
  readonly approvalsInOrder: InOrder;
  /** What follows a step: effects.node.ts. */
  readonly runEffect: (effect: EffectName, job: Job) => Promise<void>;
  /** Looks whether a failure is the disk's: disk-watch.node.ts. */
  readonly noteDisk: (cause: unknown) => void;
  /** Watches the folder that the cutter reads: share.node.ts. */
  readonly share: WriteWatch;
  readonly isClosing: () => boolean;
}

export type InOrder = <T>(work: () => Promise<T>) => Promise<T>;

/** The parts of a core that need nothing but the options. */
export function coreParts(
  options: StationOptions,
): Pick<
  StationCore,
  'options' | 'grading' | 'memory' | 'artist' | 'inOrder' | 'correctionsInOrder' | 'approvalsInOrder'
> {
  return {
    options,
    grading: options.grading ?? LEATHER_GRADING,
    memory: emptyMemory(options.order),
    artist: new LayoutArtist(options.openLayoutThread),
    inOrder: queue(),
    correctionsInOrder: queue(),
    approvalsInOrder: queue(),
  };
}

function queue(): InOrder {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
}

/** The job on the table. @throws KerfError STATION_NOT_THE_CURRENT_JOB */
export function currentJob({ memory }: StationCore, id: string): Job {
  const { job } = memory;
  if (!job || job.id !== id)
    throw new KerfError(
      'STATION_NOT_THE_CURRENT_JOB',
      `Job ${id} is not the one on the table (${job?.id ?? 'none'}).`,
      { fault: 'answer', details: { job: id, current: job?.id ?? null } },
    );
  return job;
}

export function atPoint({ options }: StationCore, name: string): void {
  options.onPoint?.(name);
}

export function folderOf({ options }: StationCore, id: string): JobFolder {
  return new JobFolder(options.store.dir, id);
}

export function pathOf(core: StationCore, id: string, ...names: readonly string[]): string {
  return folderOf(core, id).path(...names);
}

export function secondsSince({ options }: StationCore, startMs: number): number {
  return Math.round(options.clock.monotonicMs() - startMs) / 1000;
}

export async function raiseAlarm(
  { alarms, memory }: StationCore,
  code: AlarmCode,
  details: Parameters<AlarmBook['raise']>[2],
): Promise<void> {
  await alarms.raise(code, memory.job?.id ?? null, details);
}

/** For work that nobody waits for. */
export function alongside({ options }: StationCore, work: Promise<unknown>): void {
  work.catch((cause: unknown) => options.logger.error('alarm.not.written', { code: codeOf(cause) }));
}

export function progressed(
  { memory, windows }: StationCore,
  work: Work,
  progress: NonNullable<StationMemory['progress']>,
): void {
  if (memory.work !== work) return;
  memory.progress = { ...progress };
  windows.changed();
}

export function setLayout({ memory, windows }: StationCore, job: string, json: string): void {
  memory.layoutJson = { job, json };
  windows.tellLayout(json);
}
