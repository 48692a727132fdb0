import { randomUUID } from 'node:crypto';
import { isAbsolute, join, resolve } from 'node:path';
import type { StationEvent } from '#api/events.ts';
import type { CutView, StatusView } from '#api/views.ts';
import { LEATHER_GRADING, type Grading } from '#domain/grading.ts';
import type { Defect, Inspection } from '#domain/inspection.ts';
import { finalJobStates, type Job, type StationState } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Machine } from '#domain/machine.ts';
import type { NestResult } from '#domain/nest-result.ts';
import { PLC_CODES, type JobAck } from '#domain/plc-messages.ts';
import type { Clock, Logger, Random } from '#domain/ports.ts';
import { orderedQuantities } from '#domain/ordered-quantity.ts';
import type { Order } from '#domain/problem.ts';
import type { Ring } from '#domain/ring.ts';
import type { Settings } from '#domain/settings.ts';
import { isFinalResult } from '#publish/plc-memory.ts';
import { Publisher } from '#publish/publisher.node.ts';
import { RETAINED_TOPICS, TOPICS, type RetainedTopic } from '#publish/topics.ts';
import type { Timers } from '#publish/timers.ts';
import { readFileChecked, writeFileSynced } from '#store/job-files.node.ts';
import type { EndOutbox, NewOutboxRow, Step, StepEvent } from '#store/records.ts';
import type { Store } from '#store/store.node.ts';
import { AlarmBook } from './alarm-book.node.ts';
import { demoRefusal, GUARDS, type GuardContext } from './guards.ts';
import { topicsAnsweredBy, type Wish } from './answered-topics.ts';
import { blankJob } from './blank-job.ts';
import { JobFolder } from './job-folder.node.ts';
import { layoutStream } from './layout-stream.ts';
import { drawnDefect, withChangedDefect } from './person-defects.ts';
import { codeOf, notYet, wrongState } from './station-errors.ts';
import { LayoutArtist } from './layout-artist.node.ts';
import { doubtfulCount, problemOf } from './problem-of.ts';
import type { Rooms } from './rooms.ts';
import {
  RESUME_EFFECTS,
  STATES_FOR_NEXT_JOB,
  STATION_STATE_OF,
  transitionOf,
  type EffectName,
  type JobEvent,
  type Transition,
} from './transitions.ts';
import {
  layoutPayload,
  releasePayload,
  requestPayload,
  sheetPayload,
  statePayload,
  yieldPayload,
} from './wire-messages.ts';

export interface StationOptions {
  readonly version: string;
  readonly settings: Settings;
  readonly machine: Machine;
  readonly order: { readonly name: string; readonly order: Order };
  /** Where a hide comes from when nobody says otherwise. */
  readonly source: string;
  readonly store: Store;
  readonly broker: { readonly url: string; readonly user?: string | undefined; readonly password?: string | undefined };
  readonly rooms: Rooms;
  readonly grading?: Grading;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly logger: Logger;
  /** The other side is `SimulatedPlc`: shown to people. */
  readonly isPlcSimulated: boolean;
  /** Called at every point between two of which the process may die; tests die there. */
  readonly onPoint?: (point: string) => void;
}

/** What windows hear: an event, or one whose JSON was made in another thread. */
export type StationMessage = { readonly event: StationEvent } | { readonly json: string };

interface Work {
  readonly kind: 'acquire' | 'inspect' | 'nest' | 'release';
  /** Its outcome is wanted no more. */
  readonly dropped: AbortController;
  /** Nesting only: keep the best so far. */
  readonly stopped: AbortController;
  ended: Promise<void>;
}

/** Windows get states no faster than people can see them. */
const STATUS_PERIOD_MS = 100;
const BROKER_AWAY_MS = 5000;

/** One cutting station: joins the rooms by the table in transitions.ts. Every step is one transaction; what follows is
 *  done after the commit, and again when the process died before it was done. */
export class Station {
  readonly #options: StationOptions;
  readonly #grading: Grading;
  readonly #artist = new LayoutArtist();
  readonly #listeners = new Set<(message: StationMessage) => void>();
  readonly #waiters = new Set<() => void>();
  #publisher!: Publisher;
  #alarms!: AlarmBook;
  #job: Job | null = null;
  #state: StationState = 'STARTING';
  #stateN = 0;
  #inspection: Inspection | null = null;
  #openDoubtCount = 0;
  #best: { job: string; result: NestResult } | null = null;
  #layoutJson: { job: string; json: string } | null = null;
  #unplacedCount = 0;
  #work: Work | null = null;
  #progress: StatusView['progress'] = null;
  #provider: StatusView['provider'] = null;
  #plcAnswer: { result: string | null; code: number | null; answeredInMs: number | null } = {
    result: null,
    code: null,
    answeredInMs: null,
  };
  #asked: Wish | null = null;
  #releasedAtMs: number | null = null;
  #lastError: unknown = null;
  #stuckBy: unknown = null;
  #steps: Promise<unknown> = Promise.resolve();
  #corrections: Promise<unknown> = Promise.resolve();
  #stopStatus: (() => void) | null = null;
  #stopBrokerAlarm: (() => void) | null = null;
  #unknownAckCount = 0;
  #closing: Promise<void> | null = null;

  private constructor(options: StationOptions) {
    this.#options = options;
    this.#grading = options.grading ?? LEATHER_GRADING;
  }

  /** Reads the store, takes up what was left unfinished, connects to the broker (which may be away). */
  static async open(options: StationOptions): Promise<Station> {
    const station = new Station(options);
    try {
      await station.#open();
    } catch (cause) {
      await station.close();
      throw cause;
    }
    return station;
  }

  get job(): Job | null {
    return this.#job;
  }
  get state(): StationState {
    return this.#state;
  }
  get inspection(): Inspection | null {
    return this.#inspection;
  }
  get unplacedCount(): number {
    return this.#unplacedCount;
  }
  get publisher(): Publisher {
    return this.#publisher;
  }
  /** Why the job can be neither gone on with nor ended: its step could not be written. It goes on where it was when the
   *  station starts again. Null while all is well. */
  get stuckBy(): unknown {
    return this.#stuckBy;
  }
  /** Why the latest job failed, as it was thrown. */
  get lastError(): unknown {
    return this.#lastError;
  }

  status(): StatusView {
    const { version, settings, order, broker, clock, isPlcSimulated } = this.#options;
    return {
      version,
      state: this.#state,
      n: this.#stateN,
      job: this.#job,
      progress: this.#progress,
      alarms: this.#alarms.active,
      plc: {
        ...this.#publisher.plc,
        isSimulated: isPlcSimulated,
        lastResult: this.#plcAnswer.result,
        lastCode: this.#plcAnswer.code,
        answeredInMs: this.#plcAnswer.answeredInMs,
        asked: this.#asked,
      },
      broker: {
        url: broker.url.replace(/\/\/[^@/]*@/, '//'),
        isConnected: this.#publisher.isConnected,
        outboxCount: this.#publisher.outboxCount,
      },
      provider: this.#provider,
      order: {
        name: order.name,
        pieceCount: orderedQuantities(order.order).reduce((sum, count) => sum + count, 0),
        kits: (order.order.kits ?? []).map((kit) => ({ id: kit.id, quantity: kit.quantity ?? 1 })),
      },
      language: settings.language,
      now: clock.now(),
    };
  }

  /** @returns a function that ends the subscription */
  subscribe(listener: (message: StationMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves once `isSo` holds; looked at after every change. */
  async until(isSo: () => boolean, signal?: AbortSignal): Promise<void> {
    while (!isSo()) {
      signal?.throwIfAborted();
      if (this.#closing) throw new KerfError('STATION_CLOSED', 'The station was closed.', { fault: 'device' });
      await new Promise<void>((wake) => {
        const done = () => {
          this.#waiters.delete(done);
          signal?.removeEventListener('abort', done);
          wake();
        };
        this.#waiters.add(done);
        signal?.addEventListener('abort', done, { once: true });
      });
    }
  }

  // ---- What people do ----

  /** @throws KerfError STATION_BUSY unless READY or DONE */
  async startJob({ source }: { source?: string | undefined } = {}): Promise<Job> {
    return this.#inOrder(async () => {
      if (!STATES_FOR_NEXT_JOB.has(this.#state))
        throw new KerfError(
          'STATION_BUSY',
          `The station is ${this.#state} with job ${this.#job?.id ?? ''}; end or cancel that first.`,
          { fault: 'answer', details: { state: this.#state } },
        );
      await this.#alarms.clear('STATION_JOB_FAILED');
      await this.#alarms.clear('PLC_REJECTED_JOB');
      await this.#alarms.clear('PLC_JOB_FAILED');
      const { clock, store, machine, order } = this.#options;
      const at = clock.now();
      this.#point('new before commit');
      const job = await store.createJob(
        blankJob({ source: source ?? this.#options.source, order: order.name, machine: machine.id, createdAt: at }),
        { kind: 'new', at, by: null, details: {} },
        {},
      );
      this.#point('new committed');
      this.#forgetJob();
      this.#job = job;
      await this.#showState();
      await this.#effect('acquire', job);
      return job;
    });
  }

  /** "Looks right". `by` null: nobody has looked (`kerf run`); doubtful regions then block the release later on.
   *  @throws KerfError STATION_DOUBT_OPEN */
  async review(id: string, { by, waive }: { by: string | null; waive: boolean }): Promise<Job> {
    const doubtful = this.#openDoubtCount;
    const isWaived = waive && by !== null && doubtful > 0;
    return this.#must(
      await this.#take(id, 'reviewed', {
        by,
        change: isWaived ? { waivedCount: doubtful, waivedBy: by } : {},
        details: isWaived ? { waivedCount: doubtful } : {},
        // Nobody is asked where nobody is there; approve asks again.
        context: { openDoubtCount: isWaived || by === null ? 0 : doubtful },
      }),
    );
  }

  async addDefect(
    id: string,
    { outline, class: name, quality, by }: { outline: Ring; class: string; quality: number; by: string },
  ): Promise<Inspection> {
    const at = this.#options.clock.now();
    const defect = drawnDefect({ id: `p${randomUUID().slice(0, 8)}`, outline, class: name, quality, by, at });
    return this.#correct(id, by, { drawn: defect.id }, (defects) => [...defects, defect]);
  }

  /** `quality` null takes the defect away. @throws KerfError STATION_DEFECT_UNKNOWN */
  async changeDefect(
    id: string,
    defectId: string,
    { quality, by }: { quality: number | null; by: string },
  ): Promise<Inspection> {
    const at = this.#options.clock.now();
    return this.#correct(id, by, { changed: defectId }, (defects) =>
      withChangedDefect(defects, defectId, { quality, by, at }),
    );
  }

  /** Keeps the best layout so far. @throws KerfError STATION_WRONG_STATE */
  stopNest(id: string): void {
    const job = this.#current(id);
    if (job.state === 'nested') return;
    if (job.state !== 'reviewed' || this.#work?.kind !== 'nest') throw wrongState(job, 'stop nesting');
    this.#work.stopped.abort();
  }

  /** "Cut this": approves and releases exactly the layout with this hash, or nothing. The same approval again gives the
   *  job as it is. @throws KerfError STATION_LAYOUT_CHANGED, STATION_DEMO_RELEASE_REFUSED, STATION_PLC_NOT_READY,
   *  STATION_DOUBT_OPEN */
  async approve(id: string, { layoutSha256, by }: { layoutSha256: string; by: string }): Promise<Job> {
    const job = this.#current(id);
    const refusal = demoRefusal(by, this.#options.machine, id);
    if (refusal) throw refusal;
    const isSame = (now: Job) => now.approvedBy !== null && now.layoutSha256 === layoutSha256;
    if (isSame(job)) return job;
    try {
      return this.#must(
        await this.#take(id, 'approved', {
          by,
          change: { approvedBy: by },
          details: { layoutSha256 },
          context: { layoutSha256, openDoubtCount: job.waivedBy === null ? this.#openDoubtCount : 0 },
        }),
      );
    } catch (cause) {
      // Two taps at once: the second finds the step taken by the first.
      const now = this.#current(id);
      if (isSame(now)) return now;
      throw cause;
    }
  }

  /** A wish; the PLC decides. */
  async request(id: string, req: Wish): Promise<void> {
    const job = this.#current(id);
    await this.#take(id, 'asked', {
      details: { req },
      outbox: [{ job: id, topic: TOPICS.jobRequest, payload: requestPayload(job, req), endsWith: 'answer' }],
      endOutbox: [{ job: id, topics: [TOPICS.jobRequest], by: 'superseded' }],
      after: () => {
        this.#asked = req;
      },
    });
  }

  /** Gives the job up before release. */
  async cancel(id: string): Promise<Job> {
    return this.#must(await this.#take(id, 'given up', { change: { reason: 'STATION_GIVEN_UP' } }));
  }

  async acknowledgeAlarm(id: string): Promise<void> {
    await this.#alarms.acknowledge(id);
  }

  // ---- What people look at ----

  async jobById(id: string): Promise<Job> {
    if (this.#job?.id === id) return this.#job;
    const job = await this.#options.store.job(id);
    if (!job) throw new KerfError('STATION_JOB_UNKNOWN', `There is no job ${id}.`, { details: { job: id } });
    return job;
  }

  jobs(limit: number): Promise<Job[]> {
    return this.#options.store.jobs(limit);
  }

  /** The bytes of inspection.json. */
  async inspectionJson(id: string): Promise<Uint8Array> {
    return this.#folder(id).inspectionBytes(await this.jobById(id));
  }

  /** A LayoutView as JSON text: the best so far while the search runs. */
  async layoutJson(id: string): Promise<string> {
    const job = await this.jobById(id);
    return this.#layoutJson?.job === id ? this.#layoutJson.json : this.#folder(id).layoutJson(job);
  }

  async cutView(id: string): Promise<CutView> {
    return this.#folder(id).cutView(await this.jobById(id));
  }

  async cutFile(id: string): Promise<{ name: string; bytes: Uint8Array }> {
    return this.#folder(id).cutFile(await this.jobById(id));
  }

  async scanJpeg(id: string, maxPx: number): Promise<Uint8Array> {
    const job = await this.jobById(id);
    if (job.scanSha256 === null) throw notYet(job, 'scan');
    return this.#options.rooms.scanJpeg(this.#path(id, 'scan'), maxPx);
  }

  /** Where the files of a job are. */
  jobDir(id: string): string {
    return this.#path(id);
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  // ---- Steps ----

  async #open(): Promise<void> {
    const { store, settings, broker, clock, timers, random, logger } = this.#options;
    const meta = await store.meta();
    const job = await store.latestJob();
    this.#stateN = Number(meta['stateN'] ?? 0);
    this.#unplacedCount = Number(meta['unplacedCount'] ?? 0);
    const retained = new Map<RetainedTopic, string>();
    for (const topic of RETAINED_TOPICS) {
      const payload = meta[`retained/${topic}`];
      if (payload !== undefined) retained.set(topic, payload);
    }
    const logFailure = (cause: unknown) => {
      // What was under way when the station was closed is sent at the next start.
      if (!this.#closing) logger.warn('publish.error', { code: codeOf(cause) });
    };
    this.#alarms = new AlarmBook({
      store,
      clock,
      active: await store.activeAlarms(),
      lastNumber: Number(meta['alarmNumber'] ?? 0),
      onOutbox: () => void this.#publisher.wake().catch(logFailure),
      show: (topic, payload) => this.#publisher.setRetained(topic, payload),
      onChange: () => this.#changed(),
    });
    this.#publisher = new Publisher({
      url: broker.url,
      user: broker.user,
      password: broker.password,
      site: settings.site,
      station: settings.station,
      allowedVerbs: settings.mqtt.allowedVerbs,
      outbox: store,
      timers,
      now: () => clock.now(),
      random,
      retained,
      onAck: (ack) => this.#onAck(ack),
      onCommand: (command) => this.#onCommand(command),
      onPlc: () => this.#onPlc(),
      onConnection: (isConnected) => this.#onConnection(isConnected),
      onUnanswered: (message) => void this.#raise('PLC_NO_ANSWER', { topic: message.topic }),
      onError: logFailure,
    });
    this.#onConnection(false);
    if (job && !finalJobStates.has(job.state)) {
      this.#job = job;
      await this.#takeUp(job);
    } else if (job && STATION_STATE_OF[job.state] === 'DONE') this.#job = job;
    await this.#showState();
    await this.#publisher.wake();
    logger.info('station.opened', { job: this.#job?.id ?? '', state: this.#state });
    for (const effect of this.#job ? RESUME_EFFECTS[this.#job.state] : []) await this.#effect(effect, this.#job as Job);
  }

  /** Memory of an unfinished job, from its files. */
  async #takeUp(job: Job): Promise<void> {
    if (job.inspectionSha256 !== null) this.#setInspection(await this.#folder(job.id).inspection(job));
    if (job.layoutSha256 !== null)
      await this.layoutJson(job.id).then((json) => (this.#layoutJson = { job: job.id, json }));
    for (const row of await this.#options.store.openOutbox())
      if (row.job === job.id && row.topic === TOPICS.jobRequest)
        this.#asked = /"req":"(pause|resume|cancel)"/.exec(row.payload)?.[1] as Wish;
  }

  async #close(): Promise<void> {
    this.#work?.dropped.abort();
    this.#work?.stopped.abort();
    await this.#work?.ended;
    this.#stopStatus?.();
    this.#stopBrokerAlarm?.();
    await this.#steps.catch(() => undefined);
    await this.#alarms?.settle();
    await this.#publisher?.close();
    await this.#artist.close();
    for (const wake of [...this.#waiters]) wake();
  }

  /** Takes the table's row for this event: guards, one transaction, then the effects. Null when nothing happens because
   *  the event is the PLC's and leads nowhere, or because its work was dropped meanwhile. */
  #take(
    id: string,
    event: JobEvent,
    {
      by = null,
      change = {},
      details = {},
      context = {},
      outbox = [],
      endOutbox = [],
      step = {},
      after,
      unless,
    }: {
      by?: string | null;
      change?: Partial<Job>;
      details?: StepEvent['details'];
      context?: Partial<GuardContext>;
      outbox?: readonly NewOutboxRow[];
      endOutbox?: readonly EndOutbox[];
      step?: Pick<Step, 'scan' | 'layout' | 'meta'>;
      after?: () => void;
      unless?: AbortSignal;
    } = {},
  ): Promise<Job | null> {
    return this.#inOrder(async () => {
      if (unless?.aborted) return null;
      const job = this.#current(id);
      const row = transitionOf(job.state, event);
      if (!row) {
        if (event.startsWith('plc ')) return null;
        throw wrongState(job, event);
      }
      const refusal = this.#refusal(row, job, by, context);
      if (refusal) {
        if (event.startsWith('plc ')) return null;
        throw refusal;
      }
      const at = this.#options.clock.now();
      const next: Job = { ...job, ...change, state: row.to, updatedAt: at };
      const shown = this.#stateRecord(next, at);
      const point = `${job.state} ${event}`;
      this.#point(`${point}: before commit`);
      await this.#options.store.commitStep({
        job: next,
        expectedState: job.state,
        event: { kind: event, at, by, details },
        outbox,
        endOutbox,
        ...step,
        meta: { ...step.meta, ...shown.meta },
      });
      this.#point(`${point}: committed`);
      this.#job = next;
      shown.apply();
      after?.();
      this.#options.logger.info('job.step', { job: id, event, state: next.state });
      for (const effect of row.effects) {
        await this.#effect(effect, next);
        this.#point(`${point}: ${effect} done`);
      }
      this.#changed();
      return next;
    });
  }

  #refusal(row: Transition, job: Job, by: string | null, context: Partial<GuardContext>): KerfError | null {
    const whole: GuardContext = {
      job,
      machine: this.#options.machine,
      plc: this.#publisher.plc,
      openDoubtCount: this.#openDoubtCount,
      by,
      layoutSha256: null,
      cutCount: null,
      ...context,
    };
    for (const guard of row.guards) {
      const refusal = GUARDS[guard](whole);
      if (refusal) return refusal;
    }
    return null;
  }

  async #effect(effect: EffectName, job: Job): Promise<void> {
    switch (effect) {
      case 'acquire':
        return this.#begin('acquire', (work) => this.#acquire(job, work));
      case 'inspect':
        return this.#begin('inspect', (work) => this.#inspect(job, work));
      case 'nest':
        return this.#begin('nest', (work) => this.#nest(job, work));
      case 'release':
        return this.#begin('release', (work) => this.#release(job, work));
      case 'stopWork':
        this.#work?.dropped.abort();
        this.#work?.stopped.abort();
        return;
      case 'showSheet': {
        if (!this.#inspection) return;
        await this.#show(TOPICS.sheet, sheetPayload(job, this.#inspection, this.#options.clock.now()));
        this.#tell({ kind: 'inspection', job: job.id });
        return;
      }
      case 'showLayout':
        return this.#show(TOPICS.layout, layoutPayload(job, this.#unplacedCount, this.#options.clock.now()));
      case 'showYield':
        return this.#show(TOPICS.yield, yieldPayload(job, this.#options.clock.now()));
      case 'deliver':
        return this.#publisher.wake();
      case 'closeAtPlc':
        if (job.state === 'done' || job.state === 'rejected' || job.state === 'failed' || job.state === 'cancelled')
          this.#publisher.closeJob({ id: job.id, seq: job.seq, result: job.state });
        return;
    }
  }

  /** Runs long work beside the steps. Work that was dropped ends first; a failure becomes the job's. */
  #begin(kind: Work['kind'], run: (work: Work) => Promise<void>): void {
    const before = this.#work;
    before?.dropped.abort();
    before?.stopped.abort();
    const work: Work = {
      kind,
      dropped: new AbortController(),
      stopped: new AbortController(),
      ended: Promise.resolve(),
    };
    this.#work = work;
    work.ended = (async () => {
      await before?.ended;
      if (work.dropped.signal.aborted) return;
      try {
        await run(work);
      } catch (cause) {
        if (!work.dropped.signal.aborted) await this.#fail(cause);
      } finally {
        if (this.#work === work) {
          this.#progress = null;
          this.#changed();
        }
      }
    })();
  }

  async #fail(cause: unknown): Promise<void> {
    const job = this.#job;
    if (!job) return;
    const code = codeOf(cause);
    this.#options.logger.error('job.failed', { job: job.id, state: job.state, code });
    try {
      await this.#raise('STATION_JOB_FAILED', { ...(cause instanceof KerfError ? cause.details : {}), reason: code });
      this.#lastError = cause;
      await this.#take(job.id, 'failed', { change: { reason: code }, details: { reason: code } });
    } catch (second) {
      // The store itself may be what failed: then the job stays where it was committed, for the next start.
      this.#options.logger.error('job.failure.not.written', { job: job.id, code: codeOf(second) });
      this.#stuckBy = cause;
      this.#changed();
    }
  }

  // ---- The rooms ----

  async #acquire(job: Job, work: Work): Promise<void> {
    const start = this.#options.clock.monotonicMs();
    const dir = this.#path(job.id, 'scan');
    const scan = await this.#options.rooms.acquireScan({
      source: job.source,
      dir,
      signal: work.dropped.signal,
      onProgress: (progress) => this.#progressed(work, progress),
    });
    await this.#take(job.id, 'scanned', {
      change: { scanSha256: scan.sha256, seconds: { ...job.seconds, scan: this.#since(start) } },
      step: {
        scan: {
          sha256: scan.sha256,
          job: job.id,
          path: join('jobs', job.id, 'scan'),
          takenAt: scan.takenAt,
          widthPx: scan.widthPx,
          heightPx: scan.heightPx,
        },
      },
      unless: work.dropped.signal,
    });
  }

  async #inspect(job: Job, work: Work): Promise<void> {
    const start = this.#options.clock.monotonicMs();
    const dir = this.#path(job.id, 'scan');
    const scan = await this.#folder(job.id).scan();
    const inspection = await this.#options.rooms.inspectScan({
      dir,
      scan,
      signal: work.dropped.signal,
      onProgress: (progress) => this.#progressed(work, progress),
      onTile: (tile) => this.#tell({ kind: 'tile', job: job.id, ...tile }),
      onDefects: (defects) => this.#tell({ kind: 'defects', job: job.id, defects }),
    });
    if (work.dropped.signal.aborted) return;
    this.#point('inspected: before file');
    const inspectionSha256 = await writeFileSynced(this.#path(job.id, 'inspection.json'), JSON.stringify(inspection), {
      keepPrevious: true,
    });
    await this.#take(job.id, 'inspected', {
      change: { inspectionSha256, seconds: { ...job.seconds, inspect: this.#since(start) } },
      details: { defectCount: inspection.defects.length },
      after: () => this.#setInspection(inspection),
      unless: work.dropped.signal,
    });
  }

  #correct(
    id: string,
    by: string,
    details: StepEvent['details'],
    edit: (defects: readonly Defect[]) => readonly Defect[],
  ): Promise<Inspection> {
    const corrected = this.#corrections.then(async () => {
      const job = this.#current(id);
      const before = this.#inspection;
      if (!before || !transitionOf(job.state, 'corrected')) throw wrongState(job, 'correct the inspection');
      const inspection = await this.#options.rooms.withDefects(before, edit(before.defects));
      this.#point('corrected: before file');
      const inspectionSha256 = await writeFileSynced(this.#path(id, 'inspection.json'), JSON.stringify(inspection), {
        keepPrevious: true,
      });
      await this.#take(id, 'corrected', {
        by,
        // A new inspection ends what was made of the old one.
        change: {
          inspectionSha256,
          layoutSha256: null,
          cutFile: null,
          cutSha256: null,
          pieceCount: null,
          nestedYieldBp: null,
        },
        details: { ...details, inspectionSha256 },
        after: () => {
          this.#setInspection(inspection);
          this.#layoutJson = null;
        },
      });
      return inspection;
    });
    this.#corrections = corrected.catch(() => undefined);
    return corrected;
  }

  async #nest(job: Job, work: Work): Promise<void> {
    const { rooms, settings, order, clock, machine } = this.#options;
    const begun = clock.monotonicMs();
    const inspection = this.#inspection;
    if (!inspection) throw new KerfError('STATION_INSPECTION_MISSING', `Job ${job.id} has no inspection.`);
    const problem = problemOf(inspection, order.order, settings);
    await writeFileSynced(this.#path(job.id, 'order.json'), JSON.stringify(order.order));
    await writeFileSynced(this.#path(job.id, 'problem.json'), JSON.stringify(problem));
    const key = `${job.id}@${job.inspectionSha256 ?? ''}`;
    this.#artist.setProblem(key, problem);
    const stream = layoutStream({
      timers: this.#options.timers,
      draw: (best) => this.#artist.draw(key, best, { job: job.id, sha256: null, isFinal: false }),
      show: (json) => this.#setLayout(job.id, json),
      isWanted: () => !work.dropped.signal.aborted,
      onError: (cause) => this.#options.logger.warn('layout.not.drawn', { code: codeOf(cause) }),
    });
    const start = this.#best?.job === job.id ? this.#best.result : undefined;
    const { seconds, threads, seed } = settings.nest;
    this.#progressed(work, { what: 'nest', done: 0, total: seconds });
    const result = await rooms
      .nest({
        problem,
        seconds,
        threads,
        seed,
        start,
        signal: work.stopped.signal,
        onLayout: (best) => {
          this.#best = { job: job.id, result: best };
          this.#progressed(work, { what: 'nest', done: Math.min(best.seconds, seconds), total: seconds });
          stream.offer(best);
        },
      })
      .finally(() => stream.close());
    if (work.dropped.signal.aborted) return;
    this.#best = { job: job.id, result };
    if (result.layouts.every((layout) => layout.placements.length === 0))
      throw new KerfError(
        'STATION_NOTHING_PLACED',
        result.unplaced.every((u) => u.reason === 'NEST_PIECE_EXCEEDS_SHEETS')
          ? `Job ${job.id}: every piece of ${order.name} is larger than what this hide has of its grade. Take another hide, or lower the pieces' grades.`
          : `Job ${job.id}: no piece of ${order.name} found a place on this hide. Give the search more time, lower the pieces' grades, or take another hide.`,
        { fault: 'answer', details: { job: job.id } },
      );
    const verdict = await rooms.judgeLayout(problem, result);
    if (!verdict.isValid)
      throw new KerfError(
        'STATION_LAYOUT_INVALID',
        `Job ${job.id}: the check refuses the layout (${verdict.breaches.slice(0, 3).join('; ')}). Nothing was released; this is a defect of the solver, report it with the job's folder.`,
        { fault: 'device', details: { job: job.id, breachCount: verdict.breaches.length } },
      );
    const nestSeconds = this.#since(begun);
    if (work.dropped.signal.aborted) return;
    this.#point('nested: before files');
    const layoutSha256 = await writeFileSynced(this.#path(job.id, 'layout.json'), JSON.stringify(result), {
      keepPrevious: true,
    });
    const cut = await rooms.cut({ problem, result, machine, dir: this.#path(job.id) });
    const plan: CutView = {
      job: job.id,
      order: [...cut.order],
      cutLength: cut.cutLength,
      seconds: cut.seconds,
      file: cut.file,
      sha256: cut.sha256,
    };
    await writeFileSynced(this.#path(job.id, 'cut-plan.json'), JSON.stringify(plan));
    const drawn = await this.#artist.draw(key, result, { job: job.id, sha256: layoutSha256, isFinal: true });
    await this.#take(job.id, 'nested', {
      change: {
        layoutSha256,
        cutFile: cut.file,
        cutSha256: cut.sha256,
        pieceCount: drawn.pieceCount,
        nestedYieldBp: drawn.nestedYieldBp,
        seconds: { ...job.seconds, nest: nestSeconds, cut: this.#since(begun) - nestSeconds },
      },
      details: { layoutSha256, pieceCount: drawn.pieceCount, unplacedCount: drawn.unplacedCount },
      step: {
        layout: {
          sha256: layoutSha256,
          job: job.id,
          at: clock.now(),
          pieceCount: drawn.pieceCount,
          nestedYieldBp: drawn.nestedYieldBp,
        },
        meta: { unplacedCount: String(drawn.unplacedCount) },
      },
      after: () => {
        this.#unplacedCount = drawn.unplacedCount;
        this.#setLayout(job.id, drawn.json);
      },
      unless: work.dropped.signal,
    });
  }

  /** Puts the cut file where the machine reads it, reads it back, and only then writes the release down. */
  async #release(job: Job, work: Work): Promise<void> {
    const { machine, store, clock } = this.#options;
    if (machine.send.to !== 'folder')
      throw new KerfError(
        'STATION_SEND_NOT_SUPPORTED',
        `Machine profile "${machine.id}" wants its file by ${machine.send.to}; this Kerf sends to folders only.`,
        { details: { machine: machine.id } },
      );
    const { name, bytes } = await this.cutFile(job.id);
    const file = `${job.id}/${name}`;
    const share = isAbsolute(machine.send.address) ? machine.send.address : resolve(store.dir, machine.send.address);
    const path = join(share, file);
    this.#point('released: before file');
    if (path !== this.#path(job.id, name)) await writeFileSynced(path, bytes);
    await readFileChecked(path, job.cutSha256 ?? '');
    const at = clock.now();
    await this.#take(job.id, 'released', {
      outbox: [
        {
          job: job.id,
          topic: TOPICS.jobReleased,
          payload: releasePayload(job, this.#inspection?.sheet.id ?? job.id, file, at),
          endsWith: 'answer',
        },
      ],
      details: { file },
      after: () => {
        this.#releasedAtMs = clock.monotonicMs();
      },
      unless: work.dropped.signal,
    });
  }

  // ---- What the PLC says ----

  async #onAck(ack: JobAck): Promise<void> {
    const job = this.#job;
    const subject = job?.id === ack.id ? job : await this.#options.store.job(ack.id);
    if (!subject || subject.seq !== ack.seq) {
      this.#unknownAckCount += 1;
      this.#options.logger.warn('plc.unknown.job', { unknownAckCount: this.#unknownAckCount });
      return;
    }
    if (!finalJobStates.has(subject.state)) await this.#answered(subject, ack);
    // The PLC repeats a final result until it hears that it is written down here.
    else if (isFinalResult(ack.result)) this.#publisher.closeJob(ack);
  }

  async #answered(job: Job, ack: JobAck): Promise<void> {
    const isRefusedWish = ack.result === 'rejected' && job.state !== 'released';
    const taken = await this.#take(job.id, `plc ${ack.result}`, {
      change: {
        code: ack.code,
        ...(ack.cutCount === undefined || isRefusedWish ? {} : { cutCount: Math.max(job.cutCount ?? 0, ack.cutCount) }),
      },
      details: { code: ack.code, ...(ack.cutCount === undefined ? {} : { cutCount: ack.cutCount }) },
      context: { cutCount: ack.cutCount ?? null },
      endOutbox: [
        { job: job.id, topics: topicsAnsweredBy(ack, job.state === 'released', this.#asked), by: ack.result },
      ],
      after: () => {
        const { clock } = this.#options;
        const answeredInMs =
          this.#releasedAtMs === null ? this.#plcAnswer.answeredInMs : clock.monotonicMs() - this.#releasedAtMs;
        this.#releasedAtMs = null;
        this.#plcAnswer = { result: ack.result, code: ack.code, answeredInMs };
        if (topicsAnsweredBy(ack, false, this.#asked).includes(TOPICS.jobRequest)) this.#asked = null;
      },
    });
    if (!taken) return;
    if (ack.cutCount !== undefined && !isRefusedWish)
      this.#tell({ kind: 'cut', job: job.id, cutCount: taken.cutCount ?? 0 });
    await this.#alarms.clear('PLC_NO_ANSWER');
    if (taken.state === 'rejected') await this.#raise('PLC_REJECTED_JOB', { code: ack.code });
    if (taken.state === 'failed') await this.#raise('PLC_JOB_FAILED', { code: ack.code });
  }

  async #onCommand({ verb, id }: { verb: string; id: string }): Promise<number> {
    const { store, clock } = this.#options;
    const at = clock.now();
    const dayAgo = new Date(Date.parse(at) - 24 * 3600 * 1000).toISOString();
    const code = verb === 'sync' ? PLC_CODES.ok : PLC_CODES.notAllowed;
    const known = await store.rememberCommand({ id, verb, code, at }, dayAgo);
    if (known) return known.verb === verb ? known.code : PLC_CODES.idReused;
    if (verb === 'sync') await this.#publisher.sync();
    return code;
  }

  #onPlc(): void {
    const { isConnected, mode } = this.#publisher.plc;
    const changes = [
      isConnected ? this.#alarms.clear('PLC_SILENT') : this.#raise('PLC_SILENT', {}),
      isConnected && mode !== 'auto'
        ? this.#raise('PLC_NOT_AUTOMATIC', { mode })
        : this.#alarms.clear('PLC_NOT_AUTOMATIC'),
    ];
    this.#alongside(Promise.all(changes));
    this.#changed();
  }

  #onConnection(isConnected: boolean): void {
    this.#stopBrokerAlarm?.();
    this.#stopBrokerAlarm = null;
    if (isConnected) this.#alongside(this.#alarms.clear('PUBLISH_BROKER_AWAY'));
    else if (!this.#closing)
      this.#stopBrokerAlarm = this.#options.timers.after(BROKER_AWAY_MS, () =>
        this.#alongside(this.#raise('PUBLISH_BROKER_AWAY', {})),
      );
    this.#changed();
  }

  // ---- What is shown ----

  #setLayout(job: string, json: string): void {
    this.#layoutJson = { job, json };
    const message = { json: `{"kind":"layout","layout":${json}}` };
    for (const listener of this.#listeners) listener(message);
  }

  #setInspection(inspection: Inspection): void {
    this.#inspection = inspection;
    this.#openDoubtCount = doubtfulCount(inspection, this.#grading.doubt);
    this.#provider = { used: inspection.provider.used, why: inspection.provider.why };
  }

  #forgetJob(): void {
    this.#inspection = null;
    this.#openDoubtCount = 0;
    this.#best = null;
    this.#layoutJson = null;
    this.#lastError = null;
    this.#stuckBy = null;
    this.#asked = null;
    this.#releasedAtMs = null;
    this.#plcAnswer = { result: null, code: null, answeredInMs: null };
    this.#unplacedCount = 0;
  }

  #stateRecord(job: Job | null, at: string): { meta: Record<string, string>; apply: () => void } {
    const state = job ? STATION_STATE_OF[job.state] : 'READY';
    const n = this.#stateN + 1;
    if (state === this.#state && job?.id === this.#job?.id) return { meta: {}, apply: () => undefined };
    const payload = statePayload(state, job, n, at);
    return {
      meta: { stateN: String(n), [`retained/${TOPICS.state}`]: payload },
      apply: () => {
        this.#state = state;
        this.#stateN = n;
        this.#publisher.setStateName(state);
        this.#publisher.setRetained(TOPICS.state, payload);
      },
    };
  }

  /** Writes and shows the state outside a step: at start, and of a job just made. */
  async #showState(): Promise<void> {
    const state = this.#job ? STATION_STATE_OF[this.#job.state] : 'READY';
    const at = this.#options.clock.now();
    const n = this.#stateN + 1;
    const payload = statePayload(state, this.#job, n, at);
    await this.#options.store.setMeta({ stateN: String(n), [`retained/${TOPICS.state}`]: payload });
    this.#state = state;
    this.#stateN = n;
    this.#publisher.setStateName(state);
    this.#publisher.setRetained(TOPICS.state, payload);
    this.#changed();
  }

  async #show(topic: RetainedTopic, payload: string): Promise<void> {
    await this.#options.store.setMeta({ [`retained/${topic}`]: payload });
    this.#publisher.setRetained(topic, payload);
  }

  #progressed(work: Work, progress: NonNullable<StatusView['progress']>): void {
    if (this.#work !== work) return;
    this.#progress = { ...progress };
    this.#changed();
  }

  /** Wakes who waits, and tells windows the status soon: at most ten times a second. */
  #changed(): void {
    for (const wake of [...this.#waiters]) wake();
    if (this.#closing || this.#stopStatus || this.#listeners.size === 0) return;
    this.#stopStatus = this.#options.timers.after(STATUS_PERIOD_MS, () => {
      this.#stopStatus = null;
      this.#tell({ kind: 'status', status: this.status() });
    });
  }

  #tell(event: StationEvent): void {
    for (const listener of this.#listeners) listener({ event });
  }

  async #raise(code: Parameters<AlarmBook['raise']>[0], details: Parameters<AlarmBook['raise']>[2]): Promise<void> {
    await this.#alarms.raise(code, this.#job?.id ?? null, details);
  }

  // ---- Small things ----

  #alongside(work: Promise<unknown>): void {
    work.catch((cause: unknown) => this.#options.logger.error('alarm.not.written', { code: codeOf(cause) }));
  }

  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#steps.then(work);
    this.#steps = done.catch(() => undefined);
    return done;
  }

  #current(id: string): Job {
    const job = this.#job;
    if (!job || job.id !== id)
      throw new KerfError(
        'STATION_NOT_THE_CURRENT_JOB',
        `Job ${id} is not the one on the table (${job?.id ?? 'none'}).`,
        { fault: 'answer', details: { job: id, current: job?.id ?? null } },
      );
    return job;
  }

  #must(job: Job | null): Job {
    if (!job) throw new KerfError('STATION_WRONG_STATE', 'The step was overtaken by another.', { fault: 'answer' });
    return job;
  }

  #point(name: string): void {
    this.#options.onPoint?.(name);
  }

  #folder(id: string): JobFolder {
    return new JobFolder(this.#options.store.dir, id);
  }

  #path(id: string, ...names: string[]): string {
    return this.#folder(id).path(...names);
  }

  #since(startMs: number): number {
    return Math.round(this.#options.clock.monotonicMs() - startMs) / 1000;
  }
}
