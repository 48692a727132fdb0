import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startMosquitto } from '../../src/cli/bench/mosquitto.ts';
import { drillOutbox } from '../../src/cli/bench/outbox-drill.ts';
import { hasMosquitto } from '../publish/has-mosquitto.ts';
import { freePort } from '../station/free-port.ts';
import { temporaryDir } from '../station/small-station.ts';

// 50 restarts take a minute: `npm run bench plc` does them.
test.runIf(hasMosquitto())(
  '10,000 events queued offline arrive once each after removal of equal ids, in order, over a broker restarted in the middle',
  async () => {
    await using dir = await temporaryDir();
    await using mosquitto = await startMosquitto({ dir: join(dir.path, 'broker'), port: await freePort() });
    const drill = await drillOutbox({
      dir: dir.path,
      mosquitto,
      eventCount: 10_000,
      restartCount: 6,
      reconnectMs: 100,
      signal: AbortSignal.timeout(120_000),
    });
    console.log(JSON.stringify({ ...drill, reconnectMs: drill.reconnectMs.map(Math.round) }));
    expect(drill).toMatchObject({ lostCount: 0, outOfOrderCount: 0 });
    expect(Math.max(...drill.stateRightMs)).toBeLessThan(2000);
  },
);
