import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { sharedData, type BenchOptions } from './bench-section.ts';
import type { NestCell } from './nest-cells.ts';
import { cellOf, cellText, judged, THREADS } from './nest-run.ts';

/** sparrow by PyPI's spyrrow, where `../shared/tools/peers/setup.sh` has installed it. */
export interface SparrowPeer {
  readonly name: string;
  readonly once: (folder: string, problem: string, seconds: number, seed: number) => Promise<NestCell>;
}

interface PeerResult {
  readonly peer: { readonly version: string; readonly wall_seconds: number };
}

/** The peer in `KERF_PEERS` (default `~/.cache/kerf-peers`), or null where it is not installed. */
export function sparrowPeer(options: BenchOptions): SparrowPeer | null {
  const data = sharedData(options.root);
  if (data === null) return null;
  const home = process.env['KERF_PEERS'] ?? join(homedir(), '.cache', 'kerf-peers');
  const python = join(home, 'venv', 'bin', 'python');
  const script = join(data, '..', 'tools', 'peers', 'run_peer.py');
  if (!existsSync(python) || !existsSync(script)) return null;
  return {
    name: 'sparrow (spyrrow 0.9.0)',
    once: async (folder, problem, seconds, seed) => {
      const out = join(folder, 'sparrow.json');
      const limits = ['--seconds', String(seconds), '--threads', String(THREADS), '--seed', String(seed)];
      await finished(python, [script, 'sparrow', problem, ...limits, '--out', out], home, options.signal);
      const { peer } = JSON.parse(await readFile(out, 'utf8')) as PeerResult;
      const verdict = await judged(options.root, problem, out, options.signal);
      options.note(`nest: ${peer.version} ${cellText(problem, seconds, seed, verdict)}`);
      return { ...cellOf(verdict), peakMb: 0, after3Pct: null, wallSeconds: peer.wall_seconds };
    },
  };
}

function finished(python: string, args: readonly string[], home: string, signal: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(python, args, { env: { ...process.env, KERF_PEERS: home }, signal });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.on('error', fail);
    child.on('close', (code) => {
      if (code === 0) done();
      else fail(new Error(`sparrow on ${basename(args[2] ?? '')} ended with ${code}: ${said.trim()}`));
    });
  });
}
