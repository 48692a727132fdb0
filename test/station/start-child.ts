import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { COMPILE_CACHE } from '../compile-cache.ts';

const NODE = join(import.meta.dirname, '../../node_modules/.bin/node');
const READY_MS = 60_000;

export interface Child {
  readonly pid: number;
  /** Resolves false when the process ended before. */
  says(line: string): Promise<boolean>;
  /** @returns whether it was still alive */
  kill(): Promise<boolean>;
  errors(): string;
}

/** Runs a file of this folder in a process of its own. */
export function startChild(file: string, args: readonly string[]): Child {
  const child: ChildProcess = spawn(NODE, [join(import.meta.dirname, file), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...COMPILE_CACHE },
  });
  const exited = once(child, 'exit');
  const lines = new Set<string>();
  const waiters = new Set<() => void>();
  let errors = '';
  createInterface({ input: child.stdout! }).on('line', (line) => {
    lines.add(line);
    for (const wake of waiters) wake();
  });
  child.stderr!.on('data', (chunk) => (errors += String(chunk)));
  return {
    pid: child.pid ?? 0,
    async says(line) {
      const said = new Promise<boolean>((resolve) => {
        const look = () => lines.has(line) && resolve(true);
        waiters.add(look);
        look();
      });
      const late = sleep(READY_MS, false, { ref: false });
      return Promise.race([said, late, exited.then(() => lines.has(line))]);
    },
    async kill() {
      const isAlive = child.exitCode === null && child.signalCode === null;
      child.kill('SIGKILL');
      await exited;
      return isAlive;
    },
    errors: () => errors.slice(0, 500),
  };
}
