import { describe, expect, test } from 'vitest';
import { OutboxDelivery, resendDelayMs, type OutboxMessage } from '#publish/outbox-delivery.ts';
import { ManualTimers, settled } from './manual-timers.ts';

function bench(messages: OutboxMessage[]) {
  const timers = new ManualTimers();
  const sent: [number, string][] = [];
  const ended: [number, string][] = [];
  const unanswered: number[] = [];
  const errors: unknown[] = [];
  const marks: number[] = [];
  const state = { isConnected: true, send: () => Promise.resolve() };
  const delivery = new OutboxDelivery({
    outbox: {
      openOutbox: (limit) => Promise.resolve(messages.slice(0, limit)),
      openOutboxCount: () => Promise.resolve(messages.length),
      outboxSent: (ids) => {
        marks.push(ids.length);
        return Promise.resolve();
      },
      outboxEnd: (ids, by) => {
        ended.push(...ids.map((id): [number, string] => [id, by]));
        messages = messages.filter((m) => !ids.includes(m.id));
        return Promise.resolve();
      },
    },
    timers,
    now: () => '2026-01-01T00:00:00.000Z',
    isConnected: () => state.isConnected,
    send: (topic) => {
      sent.push([timers.nowMs / 1000, topic]);
      return state.send();
    },
    onUnanswered: (message) => unanswered.push(message.id),
    onError: (cause) => errors.push(cause),
  });
  const end = (id: number) => {
    messages = messages.filter((m) => m.id !== id);
  };
  return { delivery, timers, sent, ended, unanswered, errors, state, end, marks };
}

const release: OutboxMessage = { id: 1, job: 'j1', topic: 'job/released', payload: '{}', endsWith: 'answer' };
const alarm: OutboxMessage = { id: 2, job: null, topic: 'alarm', payload: '{}', endsWith: 'puback' };

describe('the outbox', () => {
  test('sends again after 5, 10, 20, 40, then every 60 s, until the answer ends the row', async () => {
    const { delivery, timers, sent, end } = bench([release]);
    await delivery.wake();
    await timers.pass(200_000);
    expect(sent.map(([at]) => at)).toEqual([0, 5, 15, 35, 75, 135, 195]);
    end(1);
    await delivery.wake();
    await timers.pass(600_000);
    expect(sent).toHaveLength(7);
    expect(delivery.openCount).toBe(0);
    expect([1, 2, 3, 4, 5, 6].map(resendDelayMs)).toEqual([5000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  });

  test('is told once when 30 s have gone without an answer, and not when it came', async () => {
    const slow = bench([release]);
    await slow.delivery.wake();
    await slow.timers.pass(29_999);
    expect(slow.unanswered).toEqual([]);
    await slow.timers.pass(600_000);
    expect(slow.unanswered).toEqual([1]);
    const quick = bench([release]);
    await quick.delivery.wake();
    await quick.timers.pass(29_000);
    quick.end(1);
    await quick.delivery.wake();
    await quick.timers.pass(60_000);
    expect(quick.unanswered).toEqual([]);
  });

  test("does not take the broker's PUBACK for the PLC's word, but lets it end an alarm", async () => {
    const { delivery, timers, ended, sent } = bench([release, alarm]);
    await delivery.wake();
    await settled();
    expect(ended).toEqual([[2, 'puback']]);
    await timers.pass(6000);
    expect(sent.map(([, topic]) => topic)).toEqual(['job/released', 'alarm', 'job/released']);
  });

  test('keeps what it cannot send, and sends it once when the broker is back', async () => {
    const { delivery, timers, sent, state } = bench([release]);
    state.isConnected = false;
    await delivery.wake();
    await timers.pass(100_000);
    expect(sent).toEqual([]);
    expect(delivery.openCount).toBe(1);
    state.isConnected = true;
    await delivery.wake();
    await delivery.wake();
    expect(sent).toEqual([[100, 'job/released']]);
    await timers.pass(5000);
    expect(sent).toHaveLength(2);
  });

  test('goes on after a sending that failed', async () => {
    const { delivery, timers, sent, errors, state } = bench([release]);
    state.send = () => Promise.reject(new Error('gone'));
    await delivery.wake();
    await settled();
    expect(errors).toHaveLength(1);
    state.send = () => Promise.resolve();
    await timers.pass(5000);
    expect(sent).toHaveLength(2);
  });

  test('repeats one topic when the PLC asks, and nothing after it was closed', async () => {
    const { delivery, timers, sent } = bench([release]);
    await delivery.wake();
    await timers.pass(1000);
    await delivery.repeat('job/released');
    expect(sent.map(([at]) => at)).toEqual([0, 1]);
    delivery.close();
    await timers.pass(100_000);
    expect(sent).toHaveLength(2);
  });

  test('sends thousands in order, a window at a time, written down in a few transactions', async () => {
    const many = Array.from({ length: 3000 }, (_, i): OutboxMessage => ({
      id: i + 1,
      job: null,
      topic: `t${i + 1}`,
      payload: '{}',
      endsWith: 'puback',
    }));
    const { delivery, sent, ended, marks, state } = bench(many);
    let underWay = 0;
    let most = 0;
    state.send = async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await Promise.resolve();
      underWay -= 1;
    };
    await delivery.wake();
    expect(delivery.openCount).toBeGreaterThan(2000);
    for (let turn = 0; turn < 2000 && ended.length < many.length; turn += 1) await settled();
    expect(sent.map(([, topic]) => topic)).toEqual(many.map((m) => m.topic));
    expect(ended.map(([id]) => id)).toEqual(many.map((m) => m.id));
    expect(most).toBeLessThanOrEqual(128);
    expect(marks.length).toBeLessThan(300);
    expect(delivery.openCount).toBe(0);
  });

  test('does not send a row twice while the broker still owes its PUBACK', async () => {
    const { delivery, timers, sent, state } = bench([release]);
    let arrive = () => undefined as void;
    state.send = () => new Promise((resolve) => (arrive = resolve));
    await delivery.wake();
    await timers.pass(100_000);
    expect(sent).toHaveLength(1);
    arrive();
    await settled();
    // It was due long ago: the PLC has not answered.
    expect(sent).toHaveLength(2);
  });
});
