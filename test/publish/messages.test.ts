import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jobAckMessage, jobReleasedMessage, MAX_PAYLOAD_BYTES, stateMessage } from '#domain/plc-messages.ts';
import { encodeMessage, wireText } from '#publish/encode-message.ts';
import { judgeCommand, VERBS, type CommandQuestion } from '#publish/judge-command.ts';
import { PlcWatch, type PlcState } from '#publish/plc-watch.ts';
import { remember, type PlcRecord } from '#publish/plc-memory.ts';
import { readMessage } from '#publish/read-message.ts';
import { commandVerb, topicPrefix } from '#publish/topics.ts';
import { ManualTimers } from './manual-timers.ts';

const T = '2026-11-22T15:00:00.000Z';
const bytes = (text: string) => new TextEncoder().encode(text);

describe('what the station sends', () => {
  test('is flat minified ASCII of at most 512 bytes, even with every string as long as it may be', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.string({ unit: 'binary', maxLength: 200 }),
        (sheet, recipe) => {
          const message = {
            id: 'j'.repeat(40),
            seq: 2147483647,
            sheet: wireText(sheet),
            recipe: wireText(recipe),
            pieceCount: 99999,
            nestedYieldBp: 10000,
            file: wireText(`${'j'.repeat(40)}/${'x'.repeat(60)}`),
            sha256: 'f'.repeat(64),
            t: T,
          };
          const payload = encodeMessage('job/released', jobReleasedMessage, message);
          expect(bytes(payload).byteLength).toBeLessThanOrEqual(MAX_PAYLOAD_BYTES);
          expect(payload).toMatch(/^[\x20-\x7e]*$/);
          expect(JSON.parse(payload)).toEqual(message);
        },
      ),
    );
  });

  test('never has letters that a PLC cannot hold', () => {
    expect(wireText('Größe für Nähte')).toBe('Gro?e fur Nahte');
    expect(wireText('皮革\n"A"')).toBe('???"A"');
    expect(wireText('x'.repeat(200))).toHaveLength(80);
    expect(() => encodeMessage('state', stateMessage, { s: 'BÜRO', job: '', seq: 0, n: 1, t: T })).toThrow(
      /printable ASCII/,
    );
    expect(() => encodeMessage('state', stateMessage, { s: 'x'.repeat(81), job: '', seq: 0, n: 1, t: T })).toThrow(
      /message\.s/,
    );
  });
});

describe('what the station hears', () => {
  test('is read or left alone, whatever bytes come', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.uint8Array({ maxLength: 700 }), fc.json().map(bytes), fc.string().map(bytes)),
        (payload) => {
          const ack = readMessage(jobAckMessage, payload);
          if (ack) expect(jobAckMessage.safeParse(ack).success).toBe(true);
        },
      ),
    );
  });

  test('ignores keys that it does not know, and messages that are too long', () => {
    const ack = { id: 'j1', seq: 1, result: 'done', code: 0, cutCount: 3 };
    expect(readMessage(jobAckMessage, bytes(JSON.stringify({ ...ack, extra: [1] })))).toEqual(ack);
    expect(readMessage(jobAckMessage, bytes(JSON.stringify({ ...ack, extra: 'x'.repeat(600) })))).toBeNull();
    for (const wrong of [
      { ...ack, seq: 0 },
      { ...ack, seq: 2147483648 },
      { ...ack, result: 'maybe' },
      { ...ack, id: 'a b' },
      { ...ack, code: 1.5 },
      { ...ack, cutCount: -1 },
    ])
      expect(readMessage(jobAckMessage, bytes(JSON.stringify(wrong)))).toBeNull();
  });
});

describe('a command', () => {
  const judge = (message: unknown, more: Partial<CommandQuestion> = {}) =>
    judgeCommand({
      verb: 'sync',
      payload: bytes(JSON.stringify(message)),
      isRetained: false,
      heartbeat: 100,
      allowedVerbs: ['sync'],
      ...more,
    });

  test('acts only when it is fresh, allowed and not kept by the broker', () => {
    expect(judge({ id: 'c1', hb: 100 })).toEqual({ kind: 'act', id: 'c1', command: { verb: 'sync' } });
    expect(judge({ id: 'c1', hb: 85 })).toEqual({ kind: 'act', id: 'c1', command: { verb: 'sync' } });
    expect(judge({ id: 'c1', hb: 84 })).toEqual({ kind: 'refuse', id: 'c1', code: 7 });
    expect(judge({ id: 'c1', hb: 101 })).toEqual({ kind: 'refuse', id: 'c1', code: 7 });
    expect(judge({ id: 'c1' })).toEqual({ kind: 'refuse', id: 'c1', code: 7 });
    expect(judge({ id: 'c1', hb: 100 }, { isRetained: true })).toEqual({ kind: 'refuse', id: 'c1', code: 7 });
    expect(judge({ id: 'c1', hb: 100 }, { verb: 'cancel' })).toEqual({ kind: 'refuse', id: 'c1', code: 9 });
    expect(judge({ hb: 100 })).toEqual({ kind: 'drop' });
    expect(judge({ id: 'no spaces please', hb: 100 })).toEqual({ kind: 'drop' });
  });

  test('that is longer than the contract allows is refused by its id, as far as it is read at all', () => {
    const long = (length: number, more: object = {}) => {
      const message = { id: 'c1', hb: 100, ...more, pad: '' };
      return { ...message, pad: 'x'.repeat(length - bytes(JSON.stringify(message)).byteLength) };
    };
    expect(judge(long(512))).toMatchObject({ kind: 'act' });
    expect(judge(long(513))).toEqual({ kind: 'refuse', id: 'c1', code: 11 });
    expect(judge(long(4096))).toEqual({ kind: 'refuse', id: 'c1', code: 11 });
    expect(judge(long(4097))).toEqual({ kind: 'drop' });
    // What else is wrong with it is said first, as of any other.
    expect(judge(long(600, { hb: 84 }))).toEqual({ kind: 'refuse', id: 'c1', code: 7 });
    expect(judge(long(600), { verb: 'cancel' })).toEqual({ kind: 'refuse', id: 'c1', code: 9 });
    expect(judge(long(600), { isRetained: true })).toEqual({ kind: 'refuse', id: 'c1', code: 7 });
    expect(judge({ id: 'c1', hb: 100, pad: JSON.parse('['.repeat(900) + ']'.repeat(900)) as unknown })).toMatchObject({
      code: 11,
    });
  });

  test('brings what its verb needs, in a form that names no file of another folder', () => {
    const all = ['sync', 'scan', 'load', 'pause', 'resume', 'cancel', 'ackAlarm'];
    const ask = (verb: string, more: object) => judge({ id: 'c1', hb: 100, ...more }, { verb, allowedVerbs: all });
    expect([...VERBS].sort()).toEqual([...all].sort());
    expect(ask('load', { order: 'sofa-12', more: 1 })).toEqual({
      kind: 'act',
      id: 'c1',
      command: { verb: 'load', order: 'sofa-12' },
    });
    expect(ask('cancel', { job: 'j1' })).toMatchObject({ command: { verb: 'cancel', job: 'j1' } });
    expect(ask('ackAlarm', { alarm: 'a1' })).toMatchObject({ command: { verb: 'ackAlarm', alarm: 'a1' } });
    for (const verb of ['sync', 'scan', 'pause', 'resume']) expect(ask(verb, {})).toMatchObject({ command: { verb } });
    expect(ask('scan', { thicknessUm: 2400 })).toMatchObject({ command: { verb: 'scan', thicknessUm: 2400 } });
    for (const thicknessUm of [-1, 2.4, 50_001, '2400', null])
      expect(ask('scan', { thicknessUm })).toEqual({ kind: 'refuse', id: 'c1', code: 11 });
    for (const order of [undefined, 7, '', '..', '.hidden', '../secret', 'a/b', 'a\\b', 'x'.repeat(41)])
      expect(ask('load', { order })).toEqual({ kind: 'refuse', id: 'c1', code: 11 });
    expect(ask('cancel', {})).toEqual({ kind: 'refuse', id: 'c1', code: 11 });
    expect(ask('ackAlarm', { alarm: [1] })).toEqual({ kind: 'refuse', id: 'c1', code: 11 });
    for (const verb of ['release', 'approve', 'constructor', 'toString'])
      expect(judge({ id: 'c1', hb: 100 }, { verb, allowedVerbs: [...all, verb] })).toEqual({
        kind: 'refuse',
        id: 'c1',
        code: 9,
      });
  });

  test('may be any bytes: it is judged, and acts only with a verb, an id and a fresh heartbeat', () => {
    const near = fc.record({
      id: fc.oneof(fc.constant('c1'), fc.string()),
      hb: fc.oneof(fc.constant(100), fc.integer(), fc.double()),
      order: fc.option(fc.string()),
      job: fc.anything(),
    });
    const payload = fc.oneof(
      fc.uint8Array({ maxLength: 700 }),
      near.map((m) => bytes(JSON.stringify(m))),
      fc.json().map(bytes),
    );
    fc.assert(
      fc.property(payload, fc.oneof(fc.constantFrom(...VERBS), fc.string()), (given, verb) => {
        const judged = judgeCommand({
          ...{ verb, payload: given, isRetained: false, heartbeat: 100, allowedVerbs: VERBS },
        });
        if (judged.kind === 'act') {
          expect(VERBS).toContain(judged.command.verb);
          expect(judged.id).toMatch(/^[A-Za-z0-9._-]{1,40}$/);
          if (judged.command.verb === 'load')
            expect(judged.command.order).toMatch(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,39}$/);
        } else if (judged.kind === 'refuse') expect([7, 9, 11]).toContain(judged.code);
      }),
      { numRuns: 5000 },
    );
  });

  test('is as fresh over the wrap of the heartbeat', () => {
    expect(judge({ id: 'c1', hb: 32767 }, { heartbeat: 3 }).kind).toBe('act');
    expect(judge({ id: 'c1', hb: 32750 }, { heartbeat: 3 }).kind).toBe('refuse');
  });

  test('has one verb, below cmd', () => {
    expect(commandVerb('cmd/sync')).toBe('sync');
    expect(commandVerb('cmd/sync/ack')).toBeNull();
    expect(commandVerb('job/ack')).toBeNull();
    expect(topicPrefix('a', 'b')).toBe('kerf/v1/a/b/');
  });
});

describe("the PLC's heartbeat", () => {
  test('is missed after 6 s, from the start too, and unchanged counts as missed', async () => {
    const timers = new ManualTimers();
    const told: PlcState[] = [];
    const watch = new PlcWatch(timers, (state) => told.push(state));
    await timers.pass(6000);
    expect(told).toEqual([{ isConnected: false, mode: 'unknown' }]);
    watch.heard(1, 'auto');
    for (let n = 2; n < 10; n += 1) {
      await timers.pass(2000);
      watch.heard(n, 'auto');
    }
    expect(told).toHaveLength(2);
    watch.heard(10, 'fault');
    expect(told.at(-1)).toEqual({ isConnected: true, mode: 'fault' });
    for (let second = 0; second < 3; second += 1) {
      await timers.pass(2000);
      watch.heard(10, 'fault');
    }
    expect(told.at(-1)).toEqual({ isConnected: false, mode: 'unknown' });
    watch.close();
  });
});

test('the PLC remembers its last 32 jobs, one answer each', () => {
  let memory: PlcRecord[] = [];
  for (let seq = 1; seq <= 40; seq += 1)
    for (const result of ['accepted', 'done'] as const)
      memory = remember(memory, { id: `j${seq}`, seq, result, code: 0, cutCount: 0, pieceCount: 1, isClosed: false });
  expect(memory.map((r) => r.seq)).toEqual(Array.from({ length: 32 }, (_, i) => i + 9));
  expect(memory.every((r) => r.result === 'done')).toBe(true);
});
