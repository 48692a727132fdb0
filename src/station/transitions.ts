import type { JobState, StationState } from '#domain/job.ts';
import type { ReleaseResult } from '#domain/plc-messages.ts';

/** The workflow as one table. Whatever is not in it does not happen: an event that has no row for the job's state is
 *  refused when a person sent it, and ignored when the PLC did (its results only go forward). */

export type JobEvent =
  | 'scanned'
  | 'inspected'
  /** A person drew, regraded or took away a defect. */
  | 'corrected'
  | 'reviewed'
  | 'nested'
  /** A person took a layout that the search had shown, before its end or over its last one. */
  | 'chosen'
  /** The station was started with another machine profile since the cut file was made. */
  | 'machine changed'
  | 'approved'
  | 'released'
  /** What was approved could not be released right then. */
  | 'lapsed'
  /** The code of the hide was typed or changed. */
  | 'hide named'
  | 'failed'
  | 'given up'
  /** A wish to the PLC was written down. */
  | 'asked'
  | `plc ${ReleaseResult}`;

/** What must hold before the row is taken; see guards.ts. */
export type GuardName =
  | 'doubtIsDecided'
  | 'layoutIsTheOneSeen'
  | 'inspectionIsTheOneNested'
  /** The cut file is for the machine that this station drives. */
  | 'machineIsTheOneCutFor'
  | 'signerMayRelease'
  | 'plcIsReady'
  | 'cutCountGrows';

/** What follows once the step is committed. Each may run again after a crash, so each must be harmless twice. */
export type EffectName =
  | 'acquire'
  | 'inspect'
  | 'nest'
  /** Makes the layout that a person chose the job's own. */
  | 'keepShown'
  /** Makes the cut file for this station's machine, where it was made for another. */
  | 'cutAnew'
  | 'release'
  /** Lets an approval lapse whose release the station did not come to: only a restart runs it, and a disk that takes
   *  again. */
  | 'askAgain'
  | 'endLapse'
  | 'stopWork'
  /** What runs is wanted no more; a search goes on for the next work of its job. */
  | 'dropWork'
  | 'showSheet'
  | 'showLayout'
  | 'showYield'
  | 'keepSheet'
  | 'deliver'
  | 'closeAtPlc';

export interface Transition {
  readonly from: JobState;
  readonly event: JobEvent;
  readonly guards: readonly GuardName[];
  readonly to: JobState;
  readonly effects: readonly EffectName[];
}

function row(
  from: JobState,
  event: JobEvent,
  to: JobState,
  effects: readonly EffectName[] = [],
  guards: readonly GuardName[] = [],
): Transition {
  return { from, event, to, effects, guards };
}

const beforeApproval = ['new', 'scanned', 'inspected', 'reviewed', 'nested'] as const;
const beforeRelease = [...beforeApproval, 'approved'] as const;
const atThePlc = ['released', 'accepted', 'cutting', 'paused'] as const;

export const TRANSITIONS: readonly Transition[] = [
  row('new', 'scanned', 'scanned', ['inspect']),
  row('scanned', 'inspected', 'inspected', ['showSheet']),
  row('inspected', 'corrected', 'inspected', ['showSheet']),
  row('inspected', 'reviewed', 'reviewed', ['nest'], ['doubtIsDecided']),
  row('reviewed', 'corrected', 'reviewed', ['dropWork', 'showSheet', 'nest']),
  row('reviewed', 'nested', 'nested', ['showLayout']),
  row('nested', 'corrected', 'reviewed', ['showSheet', 'nest']),
  row('reviewed', 'chosen', 'reviewed', ['keepShown'], ['inspectionIsTheOneNested']),
  row('nested', 'chosen', 'reviewed', ['keepShown'], ['inspectionIsTheOneNested']),
  row('nested', 'machine changed', 'reviewed'),
  row(
    'nested',
    'approved',
    'approved',
    ['endLapse', 'release'],
    ['layoutIsTheOneSeen', 'signerMayRelease', 'doubtIsDecided', 'machineIsTheOneCutFor', 'plcIsReady'],
  ),
  // Writing and reading back takes its time: the cutter is looked at again when it is about to be told.
  row('approved', 'released', 'released', ['deliver'], ['machineIsTheOneCutFor', 'plcIsReady']),
  // An approval is a person's word for this moment. Hours later somebody may stand at the cutter, or another hide lie
  // there: nothing is released then but by a fresh one.
  row('approved', 'lapsed', 'nested', ['cutAnew']),

  row('released', 'plc accepted', 'accepted', ['deliver']),
  row('released', 'plc rejected', 'rejected', ['deliver', 'closeAtPlc']),
  // The answers before these were lost; results only go forward, so the later one stands for them.
  row('released', 'plc started', 'cutting', ['deliver']),
  row('released', 'plc paused', 'paused', ['deliver']),
  row('released', 'plc resumed', 'cutting', ['deliver']),
  row('accepted', 'plc started', 'cutting', ['deliver']),
  row('accepted', 'plc paused', 'paused', ['deliver']),
  row('accepted', 'plc resumed', 'cutting', ['deliver']),
  row('cutting', 'plc started', 'cutting', [], ['cutCountGrows']),
  row('cutting', 'plc paused', 'paused', ['deliver']),
  // Answers to a wish that changes nothing: they still end it.
  row('cutting', 'plc resumed', 'cutting', ['deliver']),
  row('paused', 'plc paused', 'paused', ['deliver']),
  ...(['accepted', 'cutting', 'paused'] as const).map((from) => row(from, 'plc rejected', from, ['deliver'])),
  row('paused', 'plc resumed', 'cutting', ['deliver']),
  ...atThePlc.flatMap((from) => [
    row(from, 'asked', from, ['deliver']),
    row(from, 'plc done', 'done', ['deliver', 'closeAtPlc', 'showYield', 'keepSheet']),
    row(from, 'plc failed', 'failed', ['deliver', 'closeAtPlc', 'keepSheet']),
    row(from, 'plc cancelled', 'cancelled', ['deliver', 'closeAtPlc', 'keepSheet']),
  ]),

  ...beforeApproval.map((from) => row(from, 'hide named', from)),
  ...beforeRelease.flatMap((from) => [
    row(from, 'failed', 'failed', ['stopWork', 'endLapse']),
    row(from, 'given up', 'cancelled', ['stopWork', 'endLapse']),
  ]),
];

/** The row for this event in this state, or null: then nothing happens. */
export function transitionOf(from: JobState, event: JobEvent): Transition | null {
  return TRANSITIONS.find((t) => t.from === from && t.event === event) ?? null;
}

/** What a station runs for the job that it finds in its store: what its last step may not have come to. */
export const RESUME_EFFECTS: Readonly<Record<JobState, readonly EffectName[]>> = {
  new: ['acquire'],
  scanned: ['inspect'],
  inspected: ['showSheet'],
  reviewed: ['showSheet', 'nest'],
  nested: ['showSheet', 'showLayout', 'cutAnew'],
  approved: ['askAgain'],
  released: ['deliver'],
  accepted: ['deliver'],
  cutting: ['deliver'],
  paused: ['deliver'],
  done: ['showYield'],
  rejected: [],
  failed: [],
  cancelled: [],
};

/** What the station says of itself while its job is in this state. */
export const STATION_STATE_OF: Readonly<Record<JobState, StationState>> = {
  new: 'SCANNING',
  scanned: 'INSPECTING',
  inspected: 'REVIEWING',
  reviewed: 'NESTING',
  nested: 'NESTING',
  approved: 'RELEASED',
  released: 'RELEASED',
  accepted: 'RELEASED',
  cutting: 'CUTTING',
  paused: 'PAUSED',
  done: 'DONE',
  rejected: 'DONE',
  failed: 'DONE',
  cancelled: 'READY',
};

/** A new hide may be scanned then. */
export const STATES_FOR_NEXT_JOB: ReadonlySet<StationState> = new Set(['READY', 'DONE']);
