import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { runOpcuaJob } from '../publish/opcua-job.ts';
import { pythonProtocols } from '../shared/python-oracle.ts';
import { SMALL_SETTINGS, startSmallStation, temporaryDir } from '../station/small-station.ts';

test('without a login asyncua takes a job on this machine, also after the server was killed', async () => {
  const python = await pythonProtocols();
  if (python === null) return;
  await using dir = await temporaryDir();
  const opcua = { port: 0, listen: '127.0.0.1', userFrom: null, passwordFrom: null };
  await using running = await startSmallStation(dir.path, { settings: { ...SMALL_SETTINGS, opcua } });
  const { port, pid = 0 } = running.opcua!;
  process.kill(pid, 'SIGKILL');
  const until = Date.now() + 60_000;
  while ((running.opcua?.pid ?? pid) === pid && Date.now() < until) await sleep(50);
  expect(running.opcua?.port).toBe(port);
  // The new process has a pid seconds before it listens.
  await expect.poll(() => isListening(port), { timeout: 60_000, interval: 200 }).toBe(true);
  await runOpcuaJob(python, running, 'open');
}, 180_000);

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const say = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', () => say(true));
    socket.once('error', () => say(false));
  });
}
