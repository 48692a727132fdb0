import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { restartLimit } from '../../electron/restart-limit.ts';
import { StationProcess } from '../../electron/station-process.ts';
import { StationWatch } from '../../electron/station-watch.ts';

/** A real child that behaves as the script says. */
function station(script: string) {
  const addresses: string[] = [];
  const lines: string[] = [];
  let starts = 0;
  let givenUp: string | null = null;
  const made = new StationProcess({
    spawn: () => {
      starts += 1;
      return spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });
    },
    onAddress: (url) => addresses.push(url),
    onGivenUp: (reason) => (givenUp = reason),
    log: (line) => lines.push(line),
    nowMs: () => performance.now(),
    limit: { next: () => (starts < 4 ? 1 : null) },
  });
  return { made, addresses, lines, starts: () => starts, givenUp: () => givenUp };
}

const poll = expect.poll;
const ALIVE = 'setInterval(() => {}, 1000);';

describe('the station’s process', () => {
  it('tells its address, and logs the rest', async () => {
    const s = station(
      `console.log('http://127.0.0.1:8480'); console.log('broker up'); console.error('a warning'); ${ALIVE}`,
    );
    await poll(() => s.lines.toSorted()).toEqual(['a warning', 'broker up']);
    expect(s.addresses).toEqual(['http://127.0.0.1:8480']);
    await s.made.close();
    await s.made.close();
    expect(s.starts()).toBe(1);
  });

  it('is started again when it ends, and given up when it does so too often', async () => {
    const s = station(`console.log('http://127.0.0.1:1'); process.exit(7)`);
    await poll(() => s.givenUp(), { timeout: 20_000 }).toBe('exit code 7');
    expect(s.starts()).toBe(4);
    expect(s.addresses).toHaveLength(4);
    await s.made.close();
  });

  it('gives up on a program that is not there', async () => {
    let givenUp = '';
    const made = new StationProcess({
      spawn: () => spawn('/nowhere/node', []),
      onAddress: () => undefined,
      onGivenUp: (reason) => (givenUp = reason),
      log: () => undefined,
      nowMs: () => 0,
      limit: { next: () => null },
    });
    await poll(() => givenUp).toContain('ENOENT');
    await made.close();
  });

  it('is asked to end, and not started again', async () => {
    const s = station(
      `process.on('SIGTERM', () => { console.log('bye'); process.exit(0); }); console.log('http://127.0.0.1:1'); ${ALIVE}`,
    );
    await poll(() => s.addresses).toHaveLength(1);
    await s.made.close();
    await poll(() => s.lines).toEqual(['bye']);
    expect(s.starts()).toBe(1);
  });
});

describe('the restart limit', () => {
  it('waits twice as long each time, gives up at the sixth end in a minute, and forgets after it', () => {
    const limit = restartLimit();
    expect([0, 1, 2, 3, 4, 5].map((s) => limit.next(s * 1000))).toEqual([250, 500, 1000, 2000, 4000, null]);
    expect(limit.next(200_000)).toBe(250);
  });

  it('is killed and started again when it lives and does not answer', { timeout: 20_000 }, async () => {
    let starts = 0;
    const lines: string[] = [];
    const watched = new StationWatch({
      everyMs: 20,
      patienceMs: 20,
      log: (line) => lines.push(line),
      ask: (_, signal) => new Promise((_done, fail) => signal.addEventListener('abort', () => fail(new Error('late')))),
      onHang: () => (starts += 1),
    });
    watched.watch('http://127.0.0.1:1');
    await poll(() => starts).toBe(1);
    expect(lines).toHaveLength(3);
    // Told once; and an answer in between forgets the silences before it.
    let asked = 0;
    const patient = new StationWatch({
      everyMs: 5,
      misses: 2,
      log: () => undefined,
      ask: () => ((asked += 1) % 2 === 0 ? Promise.resolve() : Promise.reject(new Error('no'))),
      onHang: () => (starts += 100),
    });
    patient.watch('http://127.0.0.1:1');
    await poll(() => asked).toBeGreaterThan(10);
    patient.stop();
    expect(starts).toBe(1);
  });

  it('that hangs is ended by force, and a new one takes its place', { timeout: 60_000 }, async () => {
    let starts = 0;
    const made = new StationProcess({
      spawn: () => {
        starts += 1;
        return spawn(process.execPath, ['-e', `console.log('http://127.0.0.1:1'); ${ALIVE}`], {
          stdio: ['ignore', 'pipe', 'pipe'],
        });
      },
      onAddress: () => undefined,
      onGivenUp: () => undefined,
      log: () => undefined,
      nowMs: () => performance.now(),
      limit: { next: () => 1 },
      ask: () => Promise.reject(new Error('silent')),
      watch: { everyMs: 30 },
    });
    await poll(() => starts, { timeout: 20_000 }).toBeGreaterThan(1);
    await made.close();
  });
});
