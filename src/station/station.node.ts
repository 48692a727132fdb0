import type { StationEvent } from '#api/events.ts';
import type { CutView, StatusView } from '#api/views.ts';
import type { Grading } from '#domain/grading.ts';
import type { Inspection } from '#domain/inspection.ts';
import type { Job, StationState } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Scan } from '#domain/scan.ts';
import type { Publisher } from '#publish/publisher.node.ts';
import type { KnownHide, Label, StoredEvent, WhichJobs } from '#store/records.ts';
import { alternatives } from './alternatives.ts';
import { keyOf } from './keep-layout.node.ts';
import { afterCutDesk, type AfterCutDesk } from './after-cut.node.ts';
import { AccessDesk } from './access-desk.node.ts';
import { BackupDesk } from './backup-desk.node.ts';
import type { AlarmBook, ShelfWish } from './alarm-book.node.ts';
import type { Wish } from './answered-topics.ts';
import { publishAuditHeads } from './audit-head.node.ts';
import { openAlarms, openPublisher, takeUpJob } from './connect-station.node.ts';
import { arrangePieces, type ArrangeWish } from './arrange-pieces.node.ts';
import { cameraDesk, type CameraDesk } from './camera-desk.node.ts';
import { raiseCameraAlarms } from './camera-alarms.node.ts';
import { changeDefect, drawDefect } from './correct-inspection.node.ts';
import { approveLayout, type Approval } from './cut-this.node.ts';
import { notingStore, watchDisk, type DiskCode } from './disk-watch.node.ts';
import { engineerDesk, type EngineerDesk } from './engineer-desk.node.ts';
import { logTail } from './log-tail.ts';
import { mappingDesk, type MappingDesk } from './mapping-desk.node.ts';
import { orderDesk, type OrderDesk } from './order-desk.node.ts';
import { takeUpOrder } from './load-order.node.ts';
import { heldRelease } from './held-release.node.ts';
import { runEffect } from './effects.node.ts';
import {
  askCutter,
  cancelJob,
  nameHide,
  reviewInspection,
  startJob,
  stopNest,
  type NewSheet,
} from './person-commands.node.ts';
import { keepForgottenSheets } from './keep-ledger.node.ts';
import { isForOrder } from './job-order.node.ts';
import { ledgerDesk, type LedgerDesk } from './ledger-desk.node.ts';
import { plcSide, type PlcSide } from './plc-side.node.ts';
import type { Rooms } from './rooms.ts';
import { settingsDesk, type SettingsDesk } from './settings-desk.node.ts';
import { isShareFailure, watchShare } from './share.node.ts';
import { showState } from './shown-state.node.ts';
import { scanPicture } from './keep-copies.node.ts';
import { alongside, coreParts, folderOf, pathOf, raiseAlarm, type StationCore } from './station-core.node.ts';
import { notYet } from './station-errors.ts';
import { stockDesk, type StockDesk } from './stock-desk.node.ts';
import { tableDesk, type TableDesk } from './table-desk.node.ts';
import type { StationMemory } from './station-memory.node.ts';
import {
  lookAtShare,
  rememberCounts,
  resumeJob,
  settleAlarms,
  tellOfStart,
  untilCutForThisMachine,
  watchQueues,
} from './station-opening.node.ts';
import type { StationMessage, StationOptions } from './station-options.node.ts';
import { statusOf } from './station-status.node.ts';
import { redoAct, undoAct, type TakeBackWish } from './undo-acts.node.ts';
import { Windows } from './windows.node.ts';
import type { WriteWatch } from './write-watch.ts';

/** One cutting station: joins the rooms by the table in transitions.ts. Every step is one transaction; what follows is
 *  done after the commit, and again when the process died before it was done. */
export class Station {
  readonly #core: StationCore;
  readonly #memory: StationMemory;
  readonly #plc: PlcSide;
  readonly #disk: WriteWatch;
  readonly #share: WriteWatch;
  readonly orders: OrderDesk;
  readonly mappings: MappingDesk;
  readonly stock: StockDesk;
  readonly ledger: LedgerDesk;
  readonly afterCut: AfterCutDesk;
  readonly engineer: EngineerDesk;
  readonly camera: CameraDesk;
  readonly table: TableDesk;
  readonly settings: SettingsDesk;
  readonly access: AccessDesk;
  readonly backups: BackupDesk;
  #publisher!: Publisher;
  #alarms!: AlarmBook;
  #stopAudit: (() => void) | null = null;
  #stopCamera: (() => void) | null = null;
  #closing: Promise<void> | null = null;

  private constructor(given: StationOptions) {
    const tail = logTail(given.logger, given.clock);
    const options: StationOptions = {
      ...given,
      logger: tail.logger,
      store: notingStore(given.store, (cause) => this.#disk.note(cause)),
    };
    // A literal's getters have no `this` of the station's; these parts come later, two in #open.
    const publisher = () => this.#publisher;
    const alarms = () => this.#alarms;
    const share = () => this.#share;
    this.#core = {
      ...coreParts(options),
      windows: new Windows(options.timers, () => this.status()),
      get publisher() {
        return publisher();
      },
      get alarms() {
        return alarms();
      },
      runEffect: (effect, job) => runEffect(this.#core, effect, job),
      noteDisk: (cause) => this.#disk.note(cause),
      get share() {
        return share();
      },
      isClosing: () => this.#closing !== null,
    };
    this.#memory = this.#core.memory;
    this.#disk = watchDisk({
      store: given.store,
      timers: options.timers,
      probeMs: options.probeMs,
      onTrouble: (code) => alongside(this.#core, raiseAlarm(this.#core, code, {})),
      onFree: (code) => this.#goOn(code),
    });
    this.#share = watchShare({
      options,
      probeMs: options.probeMs,
      onTrouble: (code, cause) => {
        const details = isShareFailure(cause) ? cause.details : {};
        // One of before a restart may name another folder.
        const tell = async () => {
          await raiseAlarm(this.#core, code, details);
          await this.#alarms.reword(code, details);
        };
        alongside(this.#core, tell());
      },
      onFree: (code) => this.#alarms.clear(code),
    });
    this.#plc = plcSide(this.#core);
    this.mappings = mappingDesk(this.#core);
    this.stock = stockDesk(this.#core);
    this.ledger = ledgerDesk(this.#core);
    this.afterCut = afterCutDesk(this.#core);
    this.orders = orderDesk(this.#core, this.mappings);
    this.engineer = engineerDesk(this.#core, tail);
    this.camera = cameraDesk(this.#core);
    this.table = tableDesk(this.#core);
    this.settings = settingsDesk(this.#core);
    this.access = new AccessDesk(options.store, options.clock);
    this.backups = new BackupDesk(this.#core);
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
    return this.#memory.job;
  }
  get state(): StationState {
    return this.#memory.state;
  }
  /** Where hides come from. */
  get source(): string {
    return this.#core.options.source;
  }
  get grading(): Grading {
    return this.#core.grading;
  }
  get inspection(): Inspection | null {
    return this.#memory.inspection;
  }
  get unplacedCount(): number {
    return this.#memory.unplacedCount;
  }
  get publisher(): Publisher {
    return this.#publisher;
  }
  /** Why the job can be neither gone on with nor ended: its step could not be written. It goes on where it was when the
   *  station starts again. Null while all is well. */
  get stuckBy(): unknown {
    return this.#memory.stuckBy;
  }
  /** Why the latest job failed, as it was thrown. */
  get lastError(): unknown {
    return this.#memory.lastError;
  }

  /** Why the latest approval of the job was taken back, as it was thrown; null: it was not, or the station started anew. */
  get lapsedBy(): unknown {
    return this.#memory.lapsedBy;
  }

  status(): StatusView {
    return statusOf(this.#core);
  }

  /** @returns a function that ends the subscription */
  subscribe(listener: (message: StationMessage) => void): () => void {
    return this.#core.windows.subscribe(listener);
  }

  /** What windows were told so far of the hide that is being looked at: for one that opens in the middle of it. */
  lookedAt(): readonly StationEvent[] {
    return this.#core.windows.lookedAt(this.#memory.job?.id ?? null);
  }

  /** Resolves once `isSo` holds; looked at after every change. */
  until(isSo: () => boolean, signal?: AbortSignal): Promise<void> {
    return this.#core.windows.until(isSo, signal);
  }

  // ---- What people do: see person-commands.node.ts ----

  /** @throws KerfError STATION_BUSY, STATION_REMNANT_UNKNOWN, STATION_REMNANT_GONE */
  startJob(sheet: Partial<NewSheet> = {}): Promise<Job> {
    return startJob(this.#core, sheet, () => this.afterCut.drop());
  }

  review(id: string, answer: { by: string | null; waive: boolean }): Promise<Job> {
    return reviewInspection(this.#core, id, answer);
  }

  addDefect(id: string, mark: Parameters<typeof drawDefect>[2]): Promise<Inspection> {
    return drawDefect(this.#core, id, mark);
  }

  /** `quality` null takes the defect away. @throws KerfError STATION_DEFECT_UNKNOWN */
  changeDefect(id: string, defect: string, change: Parameters<typeof changeDefect>[3]): Promise<Inspection> {
    return changeDefect(this.#core, id, defect, change);
  }

  /** @throws KerfError STATION_NOTHING_TO_UNDO */
  undo(id: string, wish: TakeBackWish): Promise<Inspection> {
    return undoAct(this.#core, id, wish);
  }

  /** @throws KerfError STATION_NOTHING_TO_REDO */
  redo(id: string, wish: TakeBackWish): Promise<Inspection> {
    return redoAct(this.#core, id, wish);
  }

  /** @throws KerfError STATION_PLACE_NOT_FREE, STATION_ALL_BANNED */
  lockPieces(id: string, wish: ArrangeWish): Promise<Inspection> {
    return arrangePieces(this.#core, id, wish);
  }

  stopNest(id: string): void {
    stopNest(this.#core, id);
  }

  approve(id: string, approval: Approval): Promise<Job> {
    return approveLayout(this.#core, id, approval);
  }

  request(id: string, req: Wish): Promise<void> {
    return askCutter(this.#core, id, req);
  }

  /** @throws KerfError STATION_WRONG_STATE once it is approved */
  nameHide(id: string, hide: { code: string | null; by: string }): Promise<Job> {
    return nameHide(this.#core, id, hide);
  }

  cancel(id: string): Promise<Job> {
    return cancelJob(this.#core, id);
  }

  async acknowledgeAlarm(id: string): Promise<void> {
    await this.#alarms.acknowledge(id);
  }

  /** @throws KerfError STATION_ALARM_UNKNOWN, STATION_ALARM_URGENT */
  async shelveAlarm(id: string, wish: ShelfWish): Promise<void> {
    await this.#alarms.shelve(id, wish);
  }

  /** @throws KerfError STATION_ALARM_UNKNOWN */
  async unshelveAlarm(id: string, by: string): Promise<void> {
    await this.#alarms.unshelve(id, by);
  }

  // ---- What people look at ----

  async jobById(id: string): Promise<Job> {
    if (this.#memory.job?.id === id) return this.#memory.job;
    const job = await this.#core.options.store.job(id);
    if (!job) throw new KerfError('STATION_JOB_UNKNOWN', `There is no job ${id}.`, { details: { job: id } });
    return job;
  }

  /** The audit log, newest first. */
  auditRows(limit: number): Promise<StoredEvent[]> {
    return this.#core.options.store.latestEvents(limit);
  }

  /** Newest first. */
  jobs(limit: number, which: WhichJobs = {}): Promise<Job[]> {
    return this.#core.options.store.jobs(limit, which);
  }

  /** Hides whose code holds these letters, of all jobs. */
  hides(part: string, limit: number): Promise<KnownHide[]> {
    return this.#core.options.store.hides(part, limit);
  }

  /** What people corrected, in order. */
  async labels(id: string): Promise<Label[]> {
    const { id: known } = await this.jobById(id);
    return this.#core.options.store.labels(known);
  }

  /** The bytes of inspection.json. */
  async inspectionJson(id: string): Promise<Uint8Array> {
    return folderOf(this.#core, id).inspectionBytes(await this.jobById(id));
  }

  /** A LayoutView as JSON text: the best so far while the search runs; `null` where there is none (yet). */
  async layoutJson(id: string): Promise<string> {
    const job = await this.jobById(id);
    const { layoutJson } = this.#memory;
    if (layoutJson?.job === id) return layoutJson.json;
    return job.layoutSha256 === null ? 'null' : folderOf(this.#core, id).layoutJson(job);
  }

  /** Up to three LayoutViews of the search as a JSON list, the best first; none of a job that is past it. */
  async alternativesJson(id: string): Promise<string> {
    const job = await this.jobById(id);
    const { shown } = this.#memory;
    const layouts = shown?.key === keyOf(job) ? alternatives([...shown.byHash.values()]) : [];
    return `[${layouts.map(({ json }) => json).join()}]`;
  }

  async cutView(id: string): Promise<CutView> {
    return folderOf(this.#core, id).cutView(await this.jobById(id));
  }

  async cutFile(id: string): Promise<{ name: string; bytes: Uint8Array }> {
    return folderOf(this.#core, id).cutFile(await this.jobById(id));
  }

  async scanJpeg(id: string, maxPx: number): Promise<Uint8Array> {
    const job = await this.jobById(id);
    if (job.scanSha256 === null) throw notYet(job, 'scan');
    return scanPicture(this.#core.options.rooms, folderOf(this.#core, id), [], maxPx);
  }

  /** Whether a job begun now, of this source, would be the one on the table: its picture, its order, its machine. */
  isSameJob(job: Job, source = this.source): boolean {
    return (
      job.source === source &&
      job.machine === this.#core.options.machine.id &&
      isForOrder(this.#memory, job, this.#memory.order)
    );
  }

  /** Of the rooms, where they make tiles. */
  get makeTiles(): Rooms['makeTiles'] {
    return this.#core.options.rooms.makeTiles;
  }

  /** What releases are signed with: its public part. */
  get key(): { readonly id: string; readonly publicPem: string } {
    return this.#core.options.key;
  }

  /** The scan that a job was nested on. */
  scanOf(id: string): Promise<Scan> {
    return folderOf(this.#core, id).scan();
  }

  /** Where the files of a job are. */
  jobDir(id: string): string {
    return pathOf(this.#core, id);
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #open(): Promise<void> {
    const core = this.#core;
    const meta = await rememberCounts(core);
    this.#alarms = await openAlarms(core, meta);
    const held = await heldRelease(core.options);
    this.#publisher = openPublisher(core, this.#plc, meta, held);
    this.#plc.onConnection(false);
    await takeUpOrder(core, meta);
    // The PLC may speak already: what it says of the job comes after this.
    await core.inOrder(async () => {
      await takeUpJob(core);
      await showState(core);
    });
    await this.#publisher.wake();
    await tellOfStart(core);
    await settleAlarms(core, held);
    this.#stopAudit = publishAuditHeads(core);
    watchQueues(core);
    this.#stopCamera = raiseCameraAlarms(core);
    lookAtShare(core);
    await keepForgottenSheets(core);
    await resumeJob(core);
    await untilCutForThisMachine(core);
  }

  /** Whether the scheduled backups are made: an alarm until they are. @param reason a code; null: all is well */
  async noteBackup(reason: string | null): Promise<void> {
    if (reason === null) await this.#alarms.clear('STATION_BACKUP_FAILED');
    else await raiseAlarm(this.#core, 'STATION_BACKUP_FAILED', { reason });
  }

  /** There is room on the disk again. */
  async #goOn(code: DiskCode): Promise<void> {
    await this.#alarms.writeOwed();
    await this.#alarms.clear(code);
    await keepForgottenSheets(this.#core);
    if (this.#memory.stuckBy === null) return;
    this.#memory.stuckBy = null;
    await resumeJob(this.#core);
  }

  async #close(): Promise<void> {
    const { windows, artist, inOrder } = this.#core;
    const { work } = this.#memory;
    this.afterCut.drop();
    work?.dropped.abort();
    work?.stopped.abort();
    await work?.ended;
    await this.backups.close();
    this.#plc.close();
    this.#stopAudit?.();
    this.#stopCamera?.();
    await this.#disk.close();
    await this.#share.close();
    windows.close();
    await inOrder(() => Promise.resolve());
    this.#alarms?.close();
    // A disk that took nothing may take it by now; where not, what still stands is found anew at the next start.
    await this.#alarms?.writeOwed().catch(() => undefined);
    await this.#alarms?.settle();
    await this.#publisher?.close();
    await artist.close();
  }
}
