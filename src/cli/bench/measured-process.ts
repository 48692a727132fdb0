import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface Measured {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  /** Peak resident memory of the process and all that it started, MB (10^6 bytes); sampled every 20 ms. Null where
   *  /proc is not there. */
  readonly peakMb: number | null;
}

/** Runs `kerf ARGS` as a process of its own and measures the whole tree. */
export function measureKerf(root: string, args: readonly string[], signal?: AbortSignal): Promise<Measured> {
  return new Promise((done, fail) => {
    const started = performance.now();
    const child = spawn(process.execPath, [join(root, 'src/cli/kerf.ts'), ...args], { ...(signal ? { signal } : {}) });
    let stdout = '';
    let stderr = '';
    let peak = 0;
    const sample = setInterval(() => {
      if (child.pid !== undefined) peak = Math.max(peak, treeBytes(child.pid));
    }, 20);
    child.stdout.on('data', (d: Buffer) => (stdout += d.toString()));
    child.stderr.on('data', (d: Buffer) => (stderr += d.toString()));
    child.on('error', (error) => {
      clearInterval(sample);
      fail(error);
    });
    child.on('close', (code) => {
      clearInterval(sample);
      done({
        code,
        stdout,
        stderr,
        seconds: (performance.now() - started) / 1000,
        peakMb: peak === 0 ? null : Math.round(peak / 1e6),
      });
    });
  });
}

/** Resident memory of a process and its descendants now, bytes (Linux). */
function treeBytes(pid: number): number {
  let total = 0;
  try {
    const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    total = Number(resident?.[1] ?? 0) * 1024;
    for (const task of readdirSync(`/proc/${pid}/task`))
      for (const child of readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' '))
        if (child !== '') total += treeBytes(Number(child));
  } catch {
    // The process ended between two looks, or there is no /proc: what was counted stands.
  }
  return total;
}
