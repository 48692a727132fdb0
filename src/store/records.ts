import type { ActKind, Arrangement } from '#domain/arrangement.ts';
import type { CutDecision } from '#domain/cut-comparison.ts';
import type { Defect } from '#domain/inspection.ts';
import type { Alarm, Job } from '#domain/job.ts';
import type { Remnant } from '#domain/remnant.ts';

import type { AuditCheck, AuditHead } from './audit-chain.ts';

/** What the store keeps beside jobs and alarms, and what one step of the workflow writes in one transaction. */

export interface StepEvent {
  readonly kind: string;
  readonly at: string;
  /** The person or rule that caused it; null for the program and the PLC. */
  readonly by: string | null;
  readonly details: Readonly<Record<string, string | number | boolean | null>>;
}

export interface StoredEvent extends StepEvent {
  readonly id: number;
  /** Null: the station's own. */
  readonly job: string | null;
}

/** How a row ends: by the PLC's word, or by the broker's PUBACK where nobody answers (alarms). */
export type OutboxEnd = 'answer' | 'puback';

export interface NewOutboxRow {
  readonly job: string | null;
  /** Topic below the station's prefix, for example `job/released`. */
  readonly topic: string;
  readonly payload: string;
  readonly endsWith: OutboxEnd;
}

export interface OutboxRow extends NewOutboxRow {
  readonly id: number;
  readonly createdAt: string;
  readonly sentCount: number;
}

export interface EndOutbox {
  readonly job: string;
  readonly topics: readonly string[];
  readonly by: string;
}

export interface StoredScan {
  readonly sha256: string;
  readonly job: string;
  readonly path: string;
  readonly takenAt: string;
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface StoredLayout {
  readonly sha256: string;
  readonly job: string;
  readonly at: string;
  readonly pieceCount: number;
  readonly nestedYieldBp: number;
}

/** One correction by a person: what training learns from. */
export interface Label {
  readonly job: string;
  /** 1, 2, 3 … within the job. */
  readonly n: number;
  readonly at: string;
  readonly by: string;
  readonly action: 'draw' | 'regrade' | 'erase' | 'undo' | 'redo';
  /** Of an undo or redo: the number of the label that it takes back or does again. */
  readonly of: number | null;
  readonly defect: string;
  /** Place in the inspection's list, where the defect comes back to. */
  readonly position: number;
  /** Null: it was not there. */
  readonly before: Defect | null;
  /** Null: it is not there any more. */
  readonly after: Defect | null;
}

/** What a person did to a job's marks or to its pieces: what undo takes back. */
export interface Act {
  readonly job: string;
  /** 1, 2, 3 … within the job. */
  readonly n: number;
  readonly at: string;
  readonly by: string;
  readonly action: ActKind | 'undo' | 'redo';
  /** Of an undo or redo: the number of the act that it takes back or does again. */
  readonly of: number | null;
  /** Of a correction of marks: the number of its label. */
  readonly label: number | null;
  /** Pieces of the order that it was about, by id. */
  readonly pieces: readonly string[];
  /** Locks and bans; null: those that there were (a correction of before version 9 of the store). */
  readonly before: Arrangement | null;
  readonly after: Arrangement | null;
  /** sha256 of the layout that was on the screen before it, which the job's folder keeps; null: none was. */
  readonly layout: string | null;
}

/** Of all jobs those before a number, those begun before a time, those of a hide. */
export interface WhichJobs {
  readonly before?: number | undefined;
  readonly until?: string | undefined;
  readonly hide?: string | undefined;
}

/** A hide that jobs were of. */
export interface KnownHide {
  readonly code: string;
  readonly jobCount: number;
  /** When the latest began. */
  readonly lastAt: string;
}

/** How many hides are done for orders of this name. */
export interface OrderTally {
  readonly order: string;
  readonly hideCount: number;
}

/** Who may open engineer and admin functions. */
export interface StoredPerson {
  readonly name: string;
  readonly role: 'operator' | 'engineer' | 'admin';
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
  readonly setAt: string;
  /** Wrong tries since the last right one. */
  readonly failedCount: number;
  readonly lockedUntil: string | null;
}

/** The ledger's record of a sheet, and what became of its leather, in one transaction. */
export interface StoredSheet {
  readonly job: string;
  readonly at: string;
  readonly document: string;
  readonly isChange: boolean;
  /** What the job left. */
  readonly remnants?: readonly Remnant[];
  /** They take the place of what it was thought to have left, unless somebody has cut or thrown away of that. */
  readonly areRemnantsAnew?: boolean;
  /** What it cut of the stock: a remnant, or all that another job had left. */
  readonly used?: { readonly remnant: string | null; readonly leftBy: string | null };
}

/** A person's word on one piece of a scan after cutting, which its hash names. */
export interface StoredCutDecision extends CutDecision {
  readonly job: string;
  readonly comparison: string;
}

/** One step: the job as it is afterwards, why, and everything that must be true together with it. */
export interface Step {
  readonly job: Job;
  /** State that the job must still have in the store; otherwise nothing is written (STORE_STEP_OUT_OF_ORDER). */
  readonly expectedState: Job['state'];
  readonly event: StepEvent;
  readonly outbox?: readonly NewOutboxRow[];
  readonly endOutbox?: readonly EndOutbox[];
  readonly alarms?: readonly Alarm[];
  readonly meta?: Readonly<Record<string, string>>;
  readonly scan?: StoredScan;
  readonly layout?: StoredLayout;
  readonly label?: Label;
  readonly act?: Act;
  /** The signed release, as JSON text. */
  readonly release?: string;
}

export interface AlarmStep {
  readonly alarm: Alarm;
  readonly outbox: readonly NewOutboxRow[];
  /** For the audit log. */
  readonly event?: StepEvent;
  readonly meta?: Readonly<Record<string, string>>;
}

export interface RememberedCommand {
  readonly id: string;
  readonly verb: string;
  readonly code: number;
  readonly at: string;
}

/** Everything the database can do, each a transaction of its own. The worker runs it, `openStore` is its async face. */
export interface StoreCalls {
  createJob(job: Omit<Job, 'seq' | 'id'>, event: StepEvent, meta: Readonly<Record<string, string>>): Job;
  commitStep(step: Step): void;
  commitAlarm(step: AlarmStep): void;
  job(id: string): Job | null;
  latestJob(): Job | null;
  /** Newest first. */
  jobs(limit: number, which?: WhichJobs): Job[];
  events(job: string): StoredEvent[];
  labels(job: string): Label[];
  acts(job: string): Act[];
  /** The signed release of a job, as JSON text. */
  release(job: string): string | null;
  /** Writes an event of the station's own into the audit log; `meta`: what it changed, in the same transaction. */
  note(event: StepEvent, meta?: Readonly<Record<string, string>>): void;
  people(): StoredPerson[];
  putPerson(person: StoredPerson): void;
  removePerson(name: string): void;
  /** The ledger's record of a job, as JSON text. */
  sheet(job: string): string | null;
  /** Records of sheets that ended from `from` (included) to `until` (not). An earlier version kept some of jobs that the
   *  cutter never took; these are left out. */
  sheets(from: string, until: string): string[];
  /** Records of jobs that ended out of this span and went on, one after another, with a sheet that was stopped in it with
   *  no piece counted. */
  sheetsAfter(from: string, until: string): string[];
  /** Records of jobs of an order, the newest job first. */
  sheetsOfOrder(order: string, limit: number): string[];
  /** Without `isChange` a record that is there stays, and so do remnants. */
  putSheet(sheet: StoredSheet): void;
  /** Takes the place of an earlier one about this piece, and is a row of the audit log. */
  putCutDecision(decision: StoredCutDecision): void;
  /** By placement. */
  cutDecisions(job: string, comparison: string): CutDecision[];
  remnant(id: string): Remnant | null;
  /** Newest first. */
  remnants(state: Remnant['state'], limit: number): Remnant[];
  remnantsOfHide(hide: string): Remnant[];
  /** One that is free ends; the remnant as it is then, or null where there is none. */
  endRemnant(
    id: string,
    end: { readonly state: 'used' | 'discarded'; readonly by: string; readonly at: string },
  ): Remnant | null;
  /** One that was thrown away is free again; the remnant as it is then, or null where there is none. */
  keepRemnant(id: string, kept: { readonly by: string; readonly at: string }): Remnant | null;
  /** Newest first. */
  jobsOfHide(hide: string, limit: number): Job[];
  /** Hides whose code holds `part`, in whatever case: first the one that is called so, then the latest. */
  hides(part: string, limit: number): KnownHide[];
  /** Jobs that the cutter took, that ended, and are not in the ledger. */
  jobsWithoutSheet(limit: number): Job[];
  /** Jobs whose pictures are still there; `endedAt` null: under way; `isKept`: people corrected it. */
  jobsWithPictures(): { readonly job: string; readonly endedAt: string | null; readonly isKept: boolean }[];
  /** @param kept what stays of them, "NAME sha256" each */
  picturesRemoved(job: string, at: string, kept: readonly string[]): void;
  jobCount(): number;
  /** Jobs of an order, newest first. */
  jobsOfOrder(order: string, limit: number): Job[];
  /** By order. */
  orderTallies(): OrderTally[];
  /** Newest first. */
  latestEvents(limit: number): StoredEvent[];
  auditHead(): AuditHead;
  auditCheck(): AuditCheck;
  /** A message that belongs to no step. */
  putOutbox(row: NewOutboxRow, at: string): void;
  /** Oldest first; all of them, or at most `limit`. */
  openOutbox(limit?: number): OutboxRow[];
  openOutboxCount(): number;
  /** Many rows in one transaction: a transaction costs a sync of the disk. */
  outboxSent(ids: readonly number[], at: string): void;
  outboxEnd(ids: readonly number[], by: string, at: string): void;
  activeAlarms(): Alarm[];
  /** Every alarm that was raised at `from` or later, the oldest first. */
  alarmsSince(from: string): Alarm[];
  meta(): Record<string, string>;
  setMeta(entries: Readonly<Record<string, string>>): void;
  rememberCommand(command: RememberedCommand, forgetBefore: string): RememberedCommand | null;
  /** What the command came to, for who asks with the same id again. */
  answerCommand(id: string, code: number): void;
  check(): string;
}
export type StoreCall = keyof StoreCalls;
