import { connectAsync } from 'mqtt';
import { expect, test } from 'vitest';
import { startBroker } from '#publish/broker.node.ts';
import { examinePlc, type PlcFinding } from '#publish/examine-plc.node.ts';
import { SimulatedPlc, type SimulatedPlcOptions } from '#publish/simulated-plc.node.ts';
import { SYSTEM_TIMERS } from '#station/system.node.ts';
import { QUICK_PLC, temporaryDir } from '../station/small-station.ts';

/** A twenty-fifth of the contract's times, and a PLC as quick. */
const PACE = 0.04;
const QUICK = { ...QUICK_PLC, repeatMs: 400, heartbeatMs: 40, restartMs: 60, reconnectMs: 20 };

async function examine(more: Partial<SimulatedPlcOptions> = {}, isThere = true): Promise<readonly PlcFinding[]> {
  await using dir = await temporaryDir();
  await using broker = await startBroker({ port: 0 });
  const place = { url: broker.url, site: 's', station: 't', timers: SYSTEM_TIMERS, random: () => 0.5 };
  const plc = new SimulatedPlc({ ...place, shareDir: dir.path, ...QUICK, ...more });
  try {
    return await examinePlc({
      ...place,
      shareDir: dir.path,
      by: 'ann',
      nowMs: () => Date.now(),
      onError: () => undefined,
      onFinding: () => undefined,
      heartbeatMs: 40,
      pace: PACE,
      slowestBeatMs: 1000,
      jobMs: 60_000,
      signal: AbortSignal.timeout(50_000),
      ask: (act) => {
        if (!isThere) return Promise.resolve(false);
        if (act === 'power off and on') plc.powerCycle().catch(() => undefined);
        else plc.setMode(act);
        return Promise.resolve(true);
      },
    });
  } finally {
    await plc.close();
  }
}

const wrong = (findings: readonly PlcFinding[]) => findings.filter((f) => f.state === 'wrong').map((f) => f.part);

test.concurrent('a PLC that keeps the contract passes every part', async () => {
  const findings = await examine();
  expect(findings.map((f) => `${f.part}: ${f.state}`)).toEqual(
    [
      'heartbeat',
      'file with another hash',
      'file that is not there',
      'acceptance',
      'job to its end',
      'final result until it is closed',
      'silence after it is closed',
      'the same job again',
      'the same id with another seq',
      'sync after power-off',
      'retained release',
      'a job from before the power-off',
      'mode is told',
      'release in manual',
      'messages',
    ].map((part) => `${part}: ok`),
  );
});

test.concurrent('without a person at the cabinet the parts that need one are left out, and said to be', async () => {
  const findings = await examine({}, false);
  expect(wrong(findings)).toEqual([]);
  expect(findings.filter((f) => f.state === 'skipped').map((f) => f.part)).toEqual([
    'power off and on',
    'not in automatic',
  ]);
});

test.concurrent('a PLC that beats too seldom, is not in automatic, or rejects everything is told so', async () => {
  expect(wrong(await examine({ heartbeatMs: 5000 }))).toContain('heartbeat');
  expect(wrong(await examine({ mode: 'manual' }))).toEqual(['mode']);
  const findings = await examine({ rejectCode: 5 }, false);
  expect(wrong(findings)).toEqual(['file with another hash', 'file that is not there', 'acceptance']);
  expect(findings.find((f) => f.part === 'acceptance')).toMatchObject({
    found: 'rejected, code 5',
    remedy: expect.stringContaining('accepted'),
  });
});

test.concurrent('a PLC that repeats its final result for ever, or never, is told so', async () => {
  expect(wrong(await examine({ repeatMs: 100_000 }, false))).toEqual(['final result until it is closed']);
});

test.concurrent('a careless PLC, which takes everything and remembers nothing, is found out', async () => {
  await using dir = await temporaryDir();
  await using broker = await startBroker({ port: 0 });
  const P = 'kerf/v1/s/t/';
  const plc = await connectAsync(broker.url);
  plc.on('message', (_topic, payload) => {
    if (payload.length === 0) return;
    const { id, seq } = JSON.parse(payload.toString()) as { id: string; seq: number };
    for (const result of ['accepted', 'started', 'done'])
      plc.publish(`${P}job/ack`, JSON.stringify({ id, seq, result, code: 0, cutCount: 1 }), { qos: 1 });
  });
  await plc.subscribeAsync(`${P}job/released`, { qos: 1 });
  let n = 0;
  const beats = setInterval(() => {
    n += 1;
    plc.publish(`${P}plc/heartbeat`, JSON.stringify({ n, mode: 'auto' }));
    if (n === 3) plc.publish(`${P}plc/heartbeat`, 'alive');
  }, 40);
  const findings = await examinePlc({
    ...{ url: broker.url, site: 's', station: 't', timers: SYSTEM_TIMERS, random: () => 0.5 },
    ...{ shareDir: dir.path, by: 'ann', nowMs: () => Date.now(), onError: () => undefined, onFinding: () => undefined },
    ...{ heartbeatMs: 40, pace: PACE, slowestBeatMs: 1000, signal: AbortSignal.timeout(50_000) },
    ask: () => Promise.resolve(true),
  });
  clearInterval(beats);
  await plc.endAsync(true);
  expect(wrong(findings)).toEqual([
    'file with another hash',
    'file that is not there',
    'final result until it is closed',
    'the same job again',
    'the same id with another seq',
    'sync after power-off',
    'retained release',
    'a job from before the power-off',
    'mode is told',
    'release in manual',
    'messages',
  ]);
});
