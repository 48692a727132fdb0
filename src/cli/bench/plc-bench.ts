import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KerfError } from '#domain/kerf-error.ts';
import { seededRandom } from '#domain/seeded-random.ts';
import type { BenchOptions } from './bench-section.ts';
import type { FigureTable } from './figures.ts';
import { drillHandshake } from './handshake-drill.ts';
import { MOSQUITTO, startMosquitto } from './mosquitto.ts';
import { drillOutbox } from './outbox-drill.ts';

const EVENT_COUNT = 10_000;

/** What reaches a PLC, and how often, when broker and PLC fail: on Mosquitto, heard by its own mosquitto_sub. */
export async function bench({ isQuick, isFull, signal, note }: BenchOptions): Promise<readonly FigureTable[]> {
  if (!existsSync(MOSQUITTO))
    throw new KerfError(
      'CLI_BENCH_NEEDS_MOSQUITTO',
      `Found no ${MOSQUITTO}, which this section measures against. Install it: apt-get install -y mosquitto mosquitto-clients.`,
      { fault: 'device' },
    );
  const folder = await mkdtemp(join(tmpdir(), 'kerf-plc-'));
  try {
    const outbox: string[][] = [];
    for (const restartCount of isQuick ? [0, 6] : [0, 50]) {
      note(`plc: ${EVENT_COUNT} events, ${restartCount} restarts of the broker`);
      const dir = join(folder, `outbox-${restartCount}`);
      await using mosquitto = await startMosquitto({ dir: join(dir, 'broker'), port: await freePort() });
      const drill = await drillOutbox({
        dir,
        mosquitto,
        signal,
        restartCount,
        eventCount: EVENT_COUNT,
        reconnectMs: 1000,
      });
      outbox.push([
        String(restartCount),
        (drill.eventCount / drill.seconds).toFixed(0),
        String(drill.lostCount),
        String(drill.repeatCount),
        String(drill.outOfOrderCount),
        spread(drill.reconnectMs),
        spread(drill.stateRightMs),
      ]);
    }
    const jobCount = isQuick ? 20 : isFull ? 500 : 60;
    note(`plc: ${jobCount} jobs over failing power`);
    const dir = join(folder, 'handshake');
    await using mosquitto = await startMosquitto({ dir: join(dir, 'broker'), port: await freePort() });
    const drill = await drillHandshake({ dir, mosquitto, jobCount, random: seededRandom(1), signal });
    return [
      {
        title: 'Events queued while the broker was away',
        about: `${EVENT_COUNT} events on four topics, written to the store while Mosquitto was down, then sent while it was restarted (SIGTERM) evenly over them; heard by mosquitto_sub with a kept session. Lost, repeats (the same id again on the wire) and out of order (per topic, equal ids removed) are counts. Reconnect: door open until the station is back, tried again after 1 to 3 s; state right: until an outside client has heard the state as it is now.`,
        columns: [
          'restarts',
          'events a second, restarts included',
          'lost',
          'repeats',
          'out of order',
          'reconnect s, median (worst)',
          'state right s, median (worst)',
        ],
        rows: outbox,
      },
      {
        title: 'Jobs over failing power',
        about:
          'Releases to the simulated PLC over Mosquitto, one after another; at random the PLC loses its power (all but its memory of 32 answers), the broker restarts, or both, within 0.2 s of the release. Acted twice: jobs that the knife began more than once.',
        columns: ['jobs', 'power cuts', 'broker restarts', 'lost', 'acted twice', 'releases repeated', 'seconds'],
        rows: [
          [
            drill.jobCount,
            drill.powerCutCount,
            drill.brokerRestartCount,
            drill.lostCount,
            drill.actedTwiceCount,
            drill.repeatCount,
            drill.seconds.toFixed(0),
          ].map(String),
        ],
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function spread(ms: readonly number[]): string {
  if (ms.length === 0) return '-';
  const sorted = [...ms].sort((a, b) => a - b);
  const seconds = (value: number) => (value / 1000).toFixed(2);
  return `${seconds(sorted[sorted.length >> 1] ?? 0)} (${seconds(sorted.at(-1) ?? 0)})`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
