import { z } from 'zod';
import { MAX_READ_BYTES } from '#domain/plc-messages.ts';
import type { SparkplugType, SparkplugValue } from './sparkplug-codec.ts';
import { readMessage } from './read-message.ts';
import { TOPICS } from './topics.ts';

/** One metric of the edge node (`device` null) or of a device of it: where its value stands in the plain contract. */
export interface MetricPlan {
  readonly device: string | null;
  readonly name: string;
  readonly alias: number;
  readonly type: SparkplugType;
  readonly topic: string;
  readonly key: string;
}

export const CUTTER = 'cutter';
export const CAMERA = 'camera-1';

/** Key in the plain message, and name and type in Sparkplug: the same figures in both. */
const PLAN: readonly (readonly [
  device: string | null,
  topic: string,
  key: string,
  name: string,
  type: SparkplugType,
])[] = [
  [null, TOPICS.state, 's', 'State', 'String'],
  [null, TOPICS.state, 'n', 'State Count', 'Int64'],
  [null, TOPICS.state, 'job', 'Job/Id', 'String'],
  [null, TOPICS.state, 'seq', 'Job/Seq', 'Int64'],
  [null, TOPICS.layout, 'pieceCount', 'Layout/Piece Count', 'Int64'],
  [null, TOPICS.layout, 'unplacedCount', 'Layout/Unplaced Count', 'Int64'],
  [null, TOPICS.layout, 'nestedYieldBp', 'Layout/Nested Yield bp', 'Int32'],
  [null, TOPICS.yield, 'job', 'Yield/Job', 'String'],
  [null, TOPICS.yield, 'nestedYieldBp', 'Yield/Nested Yield bp', 'Int32'],
  [null, TOPICS.yield, 'cutCount', 'Yield/Cut Count', 'Int64'],
  [null, TOPICS.alarmSummary, 'activeCount', 'Alarms/Active Count', 'Int32'],
  [null, TOPICS.alarmSummary, 'unacknowledgedCount', 'Alarms/Unacknowledged Count', 'Int32'],
  [null, TOPICS.alarmSummary, 'severity', 'Alarms/Severity', 'Int32'],
  [null, TOPICS.alarmSummary, 'code', 'Alarms/Code', 'String'],
  [CAMERA, TOPICS.sheet, 'job', 'Job', 'String'],
  [CAMERA, TOPICS.sheet, 'sheet', 'Sheet', 'String'],
  [CAMERA, TOPICS.sheet, 'outlineCm2', 'Outline cm2', 'Int64'],
  [CAMERA, TOPICS.sheet, 'usableCm2', 'Usable cm2', 'Int64'],
  [CAMERA, TOPICS.sheet, 'defectCount', 'Defect Count', 'Int64'],
  [CUTTER, TOPICS.plcHeartbeat, 'mode', 'Mode', 'String'],
  [CUTTER, TOPICS.jobAck, 'id', 'Job', 'String'],
  [CUTTER, TOPICS.jobAck, 'result', 'Result', 'String'],
  [CUTTER, TOPICS.jobAck, 'code', 'Code', 'Int32'],
  [CUTTER, TOPICS.jobAck, 'cutCount', 'Cut Count', 'Int64'],
];

/** Aliases are unique over the edge node with its devices. */
export const METRICS: readonly MetricPlan[] = PLAN.map(([device, topic, key, name, type], i) => ({
  ...{ device, topic, key, name, type },
  alias: i + 1,
}));

/** Topics below the station's prefix that hold values. */
export const METRIC_TOPICS: readonly string[] = [...new Set(METRICS.map((metric) => metric.topic))];

const flat = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** What a plain message says, metric by metric; what it does not say is left out. */
export function valuesOf(topic: string, payload: Uint8Array): ReadonlyMap<MetricPlan, SparkplugValue> {
  const values = new Map<MetricPlan, SparkplugValue>();
  const message = readMessage(flat, payload, MAX_READ_BYTES);
  if (!message) return values;
  for (const metric of METRICS) {
    const value = metric.topic === topic ? message[metric.key] : undefined;
    const isFitting =
      metric.type === 'String' ? typeof value === 'string' : Number.isSafeInteger(value) && Number(value) >= 0;
    if (value !== undefined && isFitting) values.set(metric, value);
  }
  return values;
}
