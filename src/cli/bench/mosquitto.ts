import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect as connectSocket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Mosquitto as Debian has it: the broker that nobody here wrote. */
export interface Mosquitto {
  readonly port: number;
  /** Ends it, SIGTERM unless told otherwise, and starts it again on the same folder. */
  restart(signal?: NodeJS.Signals): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
  start(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface MosquittoOptions {
  readonly dir: string;
  readonly port: number;
  readonly users?: Readonly<Record<string, string>>;
  readonly acl?: string;
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string; readonly needsClient?: boolean };
}

export const MOSQUITTO = '/usr/sbin/mosquitto';

export async function startMosquitto({ dir, port, users, acl, tls }: MosquittoOptions): Promise<Mosquitto> {
  await mkdir(dir, { recursive: true });
  const file = async (name: string, text: string) => {
    await writeFile(join(dir, name), text, { mode: 0o600 });
    return join(dir, name);
  };
  const lines = [
    'per_listener_settings true',
    `listener ${port} 127.0.0.1`,
    'persistence true',
    `persistence_location ${dir}/`,
    'autosave_interval 1',
    'max_queued_messages 0',
    // Mosquitto gives up root, and could then not read our folder.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
  ];
  if (users) {
    const passwords = await file(
      'passwords',
      Object.entries(users)
        .map(([user, password]) => `${user}:${password}\n`)
        .join(''),
    );
    spawnSync('mosquitto_passwd', ['-U', passwords]);
    lines.push('allow_anonymous false', `password_file ${passwords}`);
  } else lines.push('allow_anonymous true');
  if (acl !== undefined) lines.push(`acl_file ${await file('acl', acl)}`);
  if (tls)
    lines.push(
      `cafile ${await file('ca.pem', tls.ca)}`,
      `certfile ${await file('cert.pem', tls.cert)}`,
      `keyfile ${await file('key.pem', tls.key)}`,
      ...(tls.needsClient ? ['require_certificate true'] : []),
    );
  const conf = await file('mosquitto.conf', `${lines.join('\n')}\n`);
  let child: ChildProcess | null = null;
  async function start(): Promise<void> {
    const started = spawn(MOSQUITTO, ['-c', conf], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    started.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child = started;
    for (let attempt = 0; !(await answers(port)); attempt += 1) {
      if (attempt > 400 || started.exitCode !== null) throw new Error(`mosquitto did not start: ${said}`);
      await sleep(15);
    }
  }
  async function stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const running = child;
    child = null;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await ended;
  }
  await start();
  return {
    port,
    start,
    stop,
    restart: async (signal) => {
      await stop(signal);
      await start();
    },
    [Symbol.asyncDispose]: () => stop('SIGKILL'),
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectSocket(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
