import { connect, connectAsync, type MqttClient } from 'mqtt';
import { describe, expect, test } from 'vitest';
import { GuessLimit, lockMs, MACHINE_LOCK } from '#publish/guess-limit.ts';
import { startBroker } from '#publish/broker.node.ts';
import { topicRules } from '#publish/topic-rules.ts';

describe('the limit of guesses', () => {
  const made = () => {
    const clock = { ms: 1_000_000 };
    const limit = new GuessLimit(() => clock.ms);
    const wrong = (name: string, source: string) => limit.try(name, source, () => false);
    const right = (name: string, source: string) => limit.try(name, source, () => true);
    return { clock, limit, wrong, right };
  };

  test('locks twice as long from the fifth wrong one on, up to its longest', () => {
    expect([1, 4, 5, 6, 7, 40].map((n) => lockMs(n, MACHINE_LOCK))).toEqual([0, 0, 2000, 4000, 8000, 60_000]);
  });

  test('counts parallel tries as they come: of a hundred at once five are looked at', () => {
    const { limit } = made();
    let looked = 0;
    for (let k = 0; k < 100; k += 1)
      limit.try('cutter', '10.0.0.9', () => {
        looked += 1;
        return false;
      });
    expect(looked).toBe(5);
  });

  test('refuses the right one too while it is locked, and lets in afterwards', () => {
    const { clock, wrong, right } = made();
    for (let k = 0; k < 5; k += 1) wrong('cutter', '10.0.0.9');
    expect(right('cutter', '10.0.0.9')).toBe(false);
    clock.ms += 1999;
    expect(right('cutter', '10.0.0.9')).toBe(false);
    clock.ms += 1;
    expect(right('cutter', '10.0.0.9')).toBe(true);
  });

  test('counts by name over many addresses, and by address over many names', () => {
    const { wrong, right } = made();
    for (let k = 0; k < 5; k += 1) wrong('cutter', `10.0.0.${k}`);
    expect(right('cutter', '10.0.0.99')).toBe(false);
    for (let k = 0; k < 5; k += 1) wrong(`name ${k}`, '10.0.1.1');
    expect(right('panel', '10.0.1.1')).toBe(false);
    expect(right('panel', '10.0.1.2')).toBe(true);
  });

  test('keeps nobody out who was in from there, whatever others try', () => {
    const { clock, wrong, right } = made();
    expect(right('cutter', '10.0.0.1')).toBe(true);
    for (let k = 0; k < 50; k += 1) {
      wrong('cutter', `10.0.0.${k + 2}`);
      wrong(`name ${k}`, '10.0.0.1');
      clock.ms += 100;
    }
    expect(right('cutter', '10.0.0.1')).toBe(true);
    // What is tried in its own name from its own address counts against it.
    for (let k = 0; k < 5; k += 1) wrong('cutter', '10.0.0.1');
    expect(right('cutter', '10.0.0.1')).toBe(false);
  });

  test('forgets within the hour, and keeps no more than a thousand', () => {
    const { clock, wrong, right } = made();
    for (let k = 0; k < 4; k += 1) wrong('cutter', '10.0.0.9');
    clock.ms += 3600_000;
    wrong('cutter', '10.0.0.9');
    expect(right('cutter', '10.0.0.9')).toBe(true);
    for (let k = 0; k < 5; k += 1) wrong('old', '10.9.9.9');
    for (let k = 0; k < 1000; k += 1) wrong(`name ${k}`, `10.1.${k >> 8}.${k & 255}`);
    expect(right('old', '10.9.9.9')).toBe(true);
  });
});

test('the embedded broker looks at five of many guesses at once, and the station’s own client stays', async () => {
  await using broker = await startBroker({
    ...{ port: 0, rules: topicRules('site', 'station') },
    accounts: [{ name: 'panel', role: 'panel', password: 'letmein' }],
  });
  const once = { reconnectPeriod: 0, connectTimeout: 10_000, clean: true } as const;
  const guess = (password: string) =>
    new Promise<boolean>((resolve) => {
      const client: MqttClient = connect(broker.url, { ...once, username: 'panel', password });
      const say = (isIn: boolean) => {
        client.end(true);
        resolve(isIn);
      };
      client.on('connect', () => say(true));
      client.on('error', () => say(false));
    });
  const answers = await Promise.all(Array.from({ length: 20 }, (_, k) => guess(`guess ${k}`)));
  expect(answers).not.toContain(true);
  // The right one among the next comes too late.
  expect(await guess('letmein')).toBe(false);
  const { user, password } = broker.logins!.station;
  const own = await connectAsync(broker.url, { ...once, username: user, password });
  await own.endAsync(true);
  // The first lock is two seconds.
  await expect.poll(() => guess('letmein'), { timeout: 8000, interval: 500 }).toBe(true);
});
