import { spawn } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `kerf ARGS` as a process of its own, as a person would, and waits for its end. */
export function kerf(
  args: readonly string[],
  { cwd = root, env = {}, signal }: { cwd?: string; env?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<Ran> {
  return new Promise((done, fail) => {
    const child = spawn(join(root, 'node_modules/node/bin/node'), [join(root, 'src/cli/kerf.ts'), ...args], {
      cwd,
      env: { ...process.env, ...env },
      ...(signal ? { signal } : {}),
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (d: Buffer) => (stdout += d.toString()));
    child.stderr.on('data', (d: Buffer) => (stderr += d.toString()));
    child.on('error', fail);
    child.on('close', (code) => done({ code, stdout, stderr }));
  });
}
