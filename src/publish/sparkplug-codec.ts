/** Sparkplug B payloads (Eclipse Sparkplug 3.0.0, chapter 6) as protocol buffers: the few fields that an edge node of
 *  ours writes and reads. Numbers are 0..2^53; there is no metadata, data set or template here. */

/** Data types of the specification that we write. */
export const SPARKPLUG_TYPES = { Int32: 3, Int64: 4, Boolean: 11, String: 12 } as const;
export type SparkplugType = keyof typeof SPARKPLUG_TYPES;
export type SparkplugValue = number | boolean | string | null;

export interface SparkplugMetric {
  /** In births and where there is no alias. */
  readonly name?: string;
  readonly alias?: number;
  readonly timestamp?: number;
  /** Chooses the field of the value; written in births, left out in data. */
  readonly type?: SparkplugType;
  readonly value: SparkplugValue;
}

export interface SparkplugPayload {
  readonly timestamp: number;
  /** Every message but a death has one. */
  readonly seq?: number;
  readonly metrics: readonly SparkplugMetric[];
}

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

export function encodeSparkplug(
  { timestamp, seq, metrics }: SparkplugPayload,
  { hasTypes = true }: { readonly hasTypes?: boolean } = {},
): Uint8Array {
  const out: number[] = [];
  number(out, 1, timestamp);
  for (const metric of metrics) bytes(out, 2, metricBytes(metric, hasTypes));
  if (seq !== undefined) number(out, 3, seq);
  return Uint8Array.from(out);
}

function metricBytes({ name, alias, timestamp, type, value }: SparkplugMetric, hasTypes: boolean): number[] {
  const out: number[] = [];
  if (name !== undefined) bytes(out, 1, new TextEncoder().encode(name));
  if (alias !== undefined) number(out, 2, alias);
  if (timestamp !== undefined) number(out, 3, timestamp);
  if (type !== undefined && hasTypes) number(out, 4, SPARKPLUG_TYPES[type]);
  if (value === null) number(out, 7, 1);
  else if (typeof value === 'boolean') number(out, 14, value ? 1 : 0);
  else if (typeof value === 'string') bytes(out, 15, new TextEncoder().encode(value));
  else number(out, type === 'Int64' ? 11 : 10, value);
  return out;
}

function number(out: number[], field: number, value: number): void {
  varint(out, field * 8 + VARINT);
  varint(out, value);
}

function bytes(out: number[], field: number, content: ArrayLike<number>): void {
  varint(out, field * 8 + BYTES);
  varint(out, content.length);
  for (let i = 0; i < content.length; i += 1) out.push(content[i]!);
}

function varint(out: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    out.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
}

/** Names, aliases and plain values of a payload's metrics, or null: no protocol buffer. Fields that we do not know are
 *  passed over; a value of another kind (bytes, data set, float) is left null. */
export function decodeSparkplug(payload: Uint8Array): SparkplugPayload | null {
  const fields = fieldsOf(payload);
  if (!fields) return null;
  const metrics: SparkplugMetric[] = [];
  let timestamp = 0;
  let seq: number | undefined;
  for (const { id, content } of fields) {
    if (id === 1 && typeof content === 'number') timestamp = content;
    else if (id === 3 && typeof content === 'number') seq = content;
    else if (id === 2 && typeof content !== 'number') {
      const metric = metricOf(content);
      if (!metric) return null;
      metrics.push(metric);
    }
  }
  return { timestamp, metrics, ...(seq === undefined ? {} : { seq }) };
}

function metricOf(content: Uint8Array): SparkplugMetric | null {
  const fields = fieldsOf(content);
  if (!fields) return null;
  let metric: SparkplugMetric = { value: null };
  for (const { id, content: given } of fields) {
    if (typeof given === 'number') {
      if (id === 2) metric = { ...metric, alias: given };
      else if (id === 3) metric = { ...metric, timestamp: given };
      else if (id === 4) metric = withType(metric, given);
      else if (id === 10 || id === 11) metric = { ...metric, value: given };
      else if (id === 14) metric = { ...metric, value: given !== 0 };
    } else if (id === 1) metric = { ...metric, name: new TextDecoder().decode(given) };
    else if (id === 15) metric = { ...metric, value: new TextDecoder().decode(given) };
  }
  return metric;
}

function withType(metric: SparkplugMetric, id: number): SparkplugMetric {
  const type = (Object.keys(SPARKPLUG_TYPES) as SparkplugType[]).find((name) => SPARKPLUG_TYPES[name] === id);
  return type ? { ...metric, type } : metric;
}

interface Field {
  readonly id: number;
  readonly content: number | Uint8Array;
}

/** The fields of one message, or null where it is none. */
function fieldsOf(message: Uint8Array): Field[] | null {
  const fields: Field[] = [];
  let at = 0;
  const read = (): number | null => {
    let value = 0;
    for (let scale = 1, length = 0; length < 10; length += 1, scale *= 128) {
      const byte = message[at];
      if (byte === undefined) return null;
      at += 1;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    return null;
  };
  while (at < message.length) {
    const key = read();
    if (key === null || key < 8) return null;
    const id = Math.floor(key / 8);
    const kind = key % 8;
    if (kind === VARINT) {
      const content = read();
      if (content === null) return null;
      fields.push({ id, content });
      continue;
    }
    const length = kind === FIXED64 ? 8 : kind === FIXED32 ? 4 : kind === BYTES ? read() : null;
    if (length === null || at + length > message.length) return null;
    if (kind === BYTES) fields.push({ id, content: message.subarray(at, at + length) });
    at += length;
  }
  return fields;
}
