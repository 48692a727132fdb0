import type { Alarm, Job, StationState } from '#domain/job.ts';
import type { Inspection } from '#domain/inspection.ts';
import {
  alarmMessage,
  jobReleasedMessage,
  jobRequestMessage,
  layoutMessage,
  sheetMessage,
  stateMessage,
} from '#domain/plc-messages.ts';
import { flatRing } from '#domain/ring.ts';
import { regionArea } from '#geometry/ring-area.ts';
import { alarmSummaryMessage, encodeMessage, wireText, yieldMessage } from '#publish/encode-message.ts';
import { TOPICS } from '#publish/topics.ts';

/** The station's nouns as payloads of the PLC's contract. */

export function statePayload(state: StationState, job: Job | null, n: number, t: string): string {
  return encodeMessage(TOPICS.state, stateMessage, { s: state, job: job?.id ?? '', seq: job?.seq ?? 0, n, t });
}

export function releasePayload(job: Job, sheet: string, file: string, t: string): string {
  return encodeMessage(TOPICS.jobReleased, jobReleasedMessage, {
    id: job.id,
    seq: job.seq,
    sheet: wireText(sheet),
    recipe: wireText(job.order),
    pieceCount: job.pieceCount ?? 0,
    nestedYieldBp: job.nestedYieldBp ?? 0,
    file,
    sha256: job.cutSha256 ?? '',
    t,
  });
}

export function requestPayload(job: Job, req: 'pause' | 'resume' | 'cancel'): string {
  return encodeMessage(TOPICS.jobRequest, jobRequestMessage, { id: job.id, seq: job.seq, req });
}

export function sheetPayload(job: Job, inspection: Inspection, t: string): string {
  const usableMm2 = Object.entries(inspection.usableMm2).reduce(
    (sum, [quality, area]) => sum + (Number(quality) > 0 ? area : 0),
    0,
  );
  return encodeMessage(TOPICS.sheet, sheetMessage, {
    job: job.id,
    seq: job.seq,
    sheet: wireText(inspection.sheet.id),
    outlineCm2: Math.round(regionArea(flatRing(inspection.outline), inspection.holes.map(flatRing)) / 100),
    usableCm2: Math.round(usableMm2 / 100),
    defectCount: inspection.defects.length,
    t,
  });
}

export function layoutPayload(job: Job, unplacedCount: number, t: string): string {
  return encodeMessage(TOPICS.layout, layoutMessage, {
    job: job.id,
    seq: job.seq,
    pieceCount: job.pieceCount ?? 0,
    unplacedCount,
    nestedYieldBp: job.nestedYieldBp ?? 0,
    t,
  });
}

export function yieldPayload(job: Job, t: string): string {
  return encodeMessage(TOPICS.yield, yieldMessage, {
    job: job.id,
    seq: job.seq,
    nestedYieldBp: job.nestedYieldBp ?? 0,
    pieceCount: job.pieceCount ?? 0,
    cutCount: job.cutCount ?? 0,
    t,
  });
}

export function alarmPayload(alarm: Alarm, t: string): string {
  return encodeMessage(TOPICS.alarm, alarmMessage, {
    id: alarm.id,
    code: wireText(alarm.code),
    severity: alarm.severity,
    active: alarm.isActive ? 1 : 0,
    n: alarm.n,
    t,
  });
}

export function alarmSummaryPayload(active: readonly Alarm[], t: string): string {
  const worst = [...active].sort((a, b) => a.severity - b.severity)[0];
  return encodeMessage(TOPICS.alarmSummary, alarmSummaryMessage, {
    activeCount: active.length,
    unacknowledgedCount: active.filter((a) => !a.isAcknowledged).length,
    severity: worst?.severity ?? 0,
    code: wireText(worst?.code ?? ''),
    t,
  });
}
