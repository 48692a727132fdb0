import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { sharedData, type BenchOptions } from './bench-section.ts';
import type { NestCell } from './nest-cells.ts';
import { cellOf, cellText, judged, THREADS } from './nest-run.ts';

/** A rival that `../shared/tools/peers/setup.sh` has installed from PyPI. */
export interface NestPeer {
  readonly name: string;
  readonly once: (folder: string, problem: string, seconds: number, seed: number) => Promise<NestCell>;
}

interface PeerResult {
  readonly peer: { readonly version: string; readonly wall_seconds: number };
}

/** By the names of their cells. */
export const PEERS = { sparrow: 'sparrow (spyrrow 0.9.0)', packingsolver: 'packingsolver 0.1.1233' } as const;
/** Exit status of run_peer.py where the rival placed nothing. */
const FOUND_NOTHING = 1;

/** The peer in `KERF_PEERS` (default `~/.cache/kerf-peers`), or null where it is not installed. */
export function nestPeer(options: BenchOptions, peer: keyof typeof PEERS): NestPeer | null {
  const data = sharedData(options.root);
  if (data === null) return null;
  const home = process.env['KERF_PEERS'] ?? join(homedir(), '.cache', 'kerf-peers');
  const python = join(home, 'venv', 'bin', 'python');
  const script = join(data, '..', 'tools', 'peers', 'run_peer.py');
  if (!existsSync(python) || !existsSync(script)) return null;
  return {
    name: PEERS[peer],
    once: async (folder, problem, seconds, seed) => {
      const out = join(folder, `${peer}.json`);
      const limits = ['--seconds', String(seconds), '--threads', String(THREADS), '--seed', String(seed)];
      const code = await finished(python, [script, peer, problem, ...limits, '--out', out], home, options.signal);
      if (code === FOUND_NOTHING) return NOTHING;
      const { version, wall_seconds } = (JSON.parse(await readFile(out, 'utf8')) as PeerResult).peer;
      const verdict = await judged(options.root, problem, out, options.signal);
      options.note(`nest: ${version} ${cellText(problem, seconds, seed, verdict)}`);
      return { ...cellOf(verdict), peakMb: 0, after3Pct: null, wallSeconds: wall_seconds };
    },
  };
}

const NOTHING: NestCell = {
  placed: 0,
  wanted: 0,
  materials: 0,
  complete: false,
  yieldPct: 0,
  peakMb: 0,
  after3Pct: null,
  wallSeconds: 0,
};

/** The exit status: 0, or that of a peer that found nothing. */
function finished(python: string, args: readonly string[], home: string, signal: AbortSignal): Promise<number> {
  return new Promise((done, fail) => {
    const child = spawn(python, args, { env: { ...process.env, KERF_PEERS: home }, signal });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.on('error', fail);
    child.on('close', (code) => {
      if (code === 0 || code === FOUND_NOTHING) done(code);
      else fail(new Error(`${args[1]} on ${basename(args[2] ?? '')} ended with ${code}: ${said.trim()}`));
    });
  });
}
