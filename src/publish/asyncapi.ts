import { z } from 'zod';
import {
  alarmMessage,
  commandAckMessage,
  commandMessage,
  heartbeatMessage,
  jobAckMessage,
  jobClosedMessage,
  jobReleasedMessage,
  jobRequestMessage,
  layoutMessage,
  plcHeartbeatMessage,
  sheetMessage,
  stateMessage,
} from '#domain/plc-messages.ts';
import { alarmSummaryMessage, auditMessage, yieldMessage } from './encode-message.ts';
import { MOST_THICKNESS } from '#domain/material.ts';
import { VERBS } from './judge-command.ts';
import { TOPICS } from './topics.ts';

/** One topic of the contract as docs/plc/asyncapi.yaml describes it. */
export interface WireChannel {
  readonly name: string;
  /** Below `kerf/v1/{site}/{station}/`; `{verb}` is one of the verbs. */
  readonly topic: string;
  readonly from: 'station' | 'plc';
  readonly qos: 0 | 1;
  readonly retain: boolean;
  readonly about: string;
  /** Null: one of two words, no JSON. */
  readonly schema: z.ZodType | null;
}

function channel(
  name: string,
  topic: string,
  from: WireChannel['from'],
  how: 'beat' | 'event' | 'latest',
  about: string,
  schema: z.ZodType | null,
): WireChannel {
  return { name, topic, from, about, schema, qos: how === 'beat' ? 0 : 1, retain: how === 'latest' };
}

const command = commandMessage.extend({
  order: commandMessage.shape.id.optional().describe('load: a file of the folder orders, without its ending'),
  thicknessUm: z
    .int()
    .min(0)
    .max(MOST_THICKNESS * 1000)
    .optional()
    .describe('scan: of the material, micrometres'),
  job: commandMessage.shape.id.optional().describe('cancel: the job on the table'),
  alarm: commandMessage.shape.id.optional().describe('ackAlarm: an alarm that stands'),
});

export const WIRE_CHANNELS: readonly WireChannel[] = [
  channel('availability', TOPICS.availability, 'station', 'latest', 'online or offline; the will says offline.', null),
  channel('heartbeat', TOPICS.heartbeat, 'station', 'beat', 'Every 2 s; unchanged for 6 s: gone.', heartbeatMessage),
  channel('plcHeartbeat', TOPICS.plcHeartbeat, 'plc', 'beat', 'Every 2 s; silent for 6 s: alarm.', plcHeartbeatMessage),
  channel('state', TOPICS.state, 'station', 'latest', 'n counts changes.', stateMessage),
  channel('jobReleased', TOPICS.jobReleased, 'station', 'event', 'Resent until it is answered.', jobReleasedMessage),
  channel('jobRequest', TOPICS.jobRequest, 'station', 'event', 'A wish; the PLC decides.', jobRequestMessage),
  channel('jobAck', TOPICS.jobAck, 'plc', 'event', 'A final result is repeated until it is closed.', jobAckMessage),
  channel('jobClosed', TOPICS.jobClosed, 'station', 'event', 'Answers a final result.', jobClosedMessage),
  channel('alarm', TOPICS.alarm, 'station', 'event', 'active 1, then 0: it always ends.', alarmMessage),
  channel('alarmSummary', TOPICS.alarmSummary, 'station', 'latest', 'What stands now.', alarmSummaryMessage),
  channel('sheet', TOPICS.sheet, 'station', 'latest', 'The hide on the table.', sheetMessage),
  channel('layout', TOPICS.layout, 'station', 'latest', 'What is to be cut.', layoutMessage),
  channel('yield', TOPICS.yield, 'station', 'latest', 'Of the job that ended last.', yieldMessage),
  channel('audit', TOPICS.audit, 'station', 'event', 'Head of the audit log, at the start and hourly.', auditMessage),
  channel('command', 'cmd/{verb}', 'plc', 'event', `Never retained. Verbs: ${VERBS.join(', ')}.`, command),
  channel('commandAck', 'cmd/{verb}/ack', 'station', 'event', 'Within 1 s.', commandAckMessage),
];

/** JSON Schema of a channel's payload. Messages that the PLC reads may gain keys; those that the station reads too. */
export function wireSchema({ schema }: WireChannel): object {
  if (!schema) return { type: 'string', enum: ['online', 'offline'] };
  const { $schema: _dialect, ...document } = z.toJSONSchema(schema, { io: 'input' });
  return { ...document, additionalProperties: true };
}

/** The contract as an AsyncAPI 3.0.0 document. */
export function asyncApi(version: string): object {
  const entries = <T>(value: (channel: WireChannel) => T) =>
    Object.fromEntries(WIRE_CHANNELS.map((one) => [one.name, value(one)]));
  return {
    asyncapi: '3.0.0',
    info: {
      title: "Kerf: the PLC's contract over MQTT",
      version,
      description:
        'Flat minified ASCII JSON, at most 512 bytes. Of a PLC up to 4096 are read: a longer command than 512 is answered with code 11, a job/ack is taken. What is longer, no JSON or without an id is dropped and counted (docs/plc/mqtt.md). Rules, timers and codes: docs/contracts.md. Made by test/publish/asyncapi.test.ts; not written by hand.',
    },
    defaultContentType: 'application/json',
    servers: { broker: { host: '127.0.0.1:1883', protocol: 'mqtt', protocolVersion: '3.1.1' } },
    channels: entries(({ topic, about, name }) => ({
      address: `kerf/v1/{site}/{station}/${topic}`,
      description: about,
      parameters: {
        site: { description: 'site of settings.json' },
        station: { description: 'station of settings.json' },
        ...(topic.includes('{verb}') ? { verb: { enum: [...VERBS] } } : {}),
      },
      messages: { [name]: { $ref: `#/components/messages/${name}` } },
    })),
    operations: entries(({ name, from, qos, retain }) => ({
      // As the PLC sees it.
      action: from === 'plc' ? 'send' : 'receive',
      channel: { $ref: `#/channels/${name}` },
      bindings: { mqtt: { qos, retain } },
    })),
    components: {
      messages: entries((one) => ({
        ...(one.schema ? {} : { contentType: 'text/plain' }),
        payload: wireSchema(one),
      })),
    },
  };
}

/** YAML of plain data: blocks, and every scalar as JSON writes it, which YAML 1.2 reads alike. */
export function toYaml(value: unknown, indent = ''): string {
  const isBlock = (inner: unknown) => typeof inner === 'object' && inner !== null && Object.keys(inner).length > 0;
  if (Array.isArray(value))
    return value
      .map((item) => `${indent}-${isBlock(item) ? `\n${toYaml(item, `${indent}  `)}` : ` ${JSON.stringify(item)}\n`}`)
      .join('');
  return Object.entries(value as object)
    .map(([key, item]) => {
      const name = /^[A-Za-z][A-Za-z0-9]*$/.test(key) ? key : JSON.stringify(key);
      return `${indent}${name}:${isBlock(item) ? `\n${toYaml(item, `${indent}  `)}` : ` ${JSON.stringify(item)}\n`}`;
    })
    .join('');
}
