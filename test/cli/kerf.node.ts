import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { COMPILE_CACHE } from '../compile-cache.ts';

const root = join(import.meta.dirname, '../..');

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Of the process group that the command had to itself. */
  readonly pid: number;
}

export interface KerfOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  readonly signal?: AbortSignal;
  /** Told all of stderr whenever more of it came; may send the process a signal. */
  readonly onStderr?: (soFar: string, kill: (signal: NodeJS.Signals) => void) => void;
}

/** Runs `kerf ARGS` as a process of its own, as a person would, and waits for its end. */
export function kerf(
  args: readonly string[],
  { cwd = root, env = {}, signal, onStderr }: KerfOptions = {},
): Promise<Ran> {
  return new Promise((done, fail) => {
    const child = spawn(join(root, 'node_modules/node/bin/node'), [join(root, 'src/cli/kerf.ts'), ...args], {
      cwd,
      env: { ...process.env, ...COMPILE_CACHE, ...env },
      // Its own group: what it leaves running can be told.
      detached: true,
      ...(signal ? { signal } : {}),
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (d: Buffer) => (stdout += d.toString()));
    child.stderr.on('data', (d: Buffer) => {
      stderr += d.toString();
      onStderr?.(stderr, (name) => child.kill(name));
    });
    child.on('error', fail);
    child.on('close', (code) => done({ code, stdout, stderr, pid: child.pid! }));
  });
}
