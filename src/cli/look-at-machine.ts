import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { CAMERA_PROGRAMS } from '#acquire/child-camera.node.ts';
import { probeProviders } from '#inspect/providers.node.ts';
import { loadPack } from '#inspect/load-pack.node.ts';
import { openSegmenter } from '#inspect/onnx-segmenter.node.ts';
import { openNativeSolver } from '#nest/native-solver.node.ts';
import { tryBroker } from '#publish/mqtt-session.node.ts';
import { packPath } from './pack-path.ts';

export interface Finding {
  readonly part: string;
  /** `wrong`: Kerf cannot do its main job. `absent`: something works only without it, and `remedy` says what. */
  readonly state: 'ok' | 'absent' | 'wrong';
  readonly found: string;
  readonly remedy: string;
}

/** What cameras need beside Kerf: a question to a program that shows whether it is whole. */
const CAMERA_PARTS = [
  { program: 'ffmpeg', ask: ['ffmpeg', '-version'], use: 'V4L2 and RTSP cameras' },
  { program: 'gst-launch-1.0', ask: ['gst-inspect-1.0', 'aravissrc'], use: 'GenICam cameras' },
] as const;

const LEAST_FREE_BYTES = 2 * 2 ** 30;

/** What this machine has for Kerf. */
export async function lookAtMachine({
  model,
  brokerUrl,
  signal,
}: {
  readonly model: string;
  readonly signal?: AbortSignal | undefined;
  readonly brokerUrl: string | undefined;
}): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const look = async (part: string, needed: boolean, remedy: string, what: () => Promise<string> | string) => {
    try {
      findings.push({ part, state: 'ok', found: await what(), remedy: '' });
    } catch (error) {
      signal?.throwIfAborted();
      const found = error instanceof Error ? error.message : String(error);
      findings.push({ part, state: needed ? 'wrong' : 'absent', found, remedy });
    }
  };
  await look('node', true, 'run npm install', nodeVersion);
  await look('solver', true, 'install Rust and run npm start', () => (openNativeSolver(), 'native core loads'));
  await look('model', true, 'take the pack anew (git checkout models)', () => modelRuns(model, signal));
  for (const probe of await probeProviders({ signal }))
    findings.push({
      part: `provider ${probe.name}`,
      state: probe.isAvailable ? 'ok' : 'absent',
      found: probe.reason,
      remedy: probe.isAvailable ? '' : 'inference runs on the next provider in line',
    });
  await look('disk', true, 'free some room', freeSpace);
  await look('browser', false, 'apt-get install -y chromium (needed for npm run kiosk and the tests)', browser);
  for (const { program, ask, use } of CAMERA_PARTS)
    await look(program, false, `${CAMERA_PROGRAMS[program]} (needed for ${use})`, () => answers(ask, use));
  if (brokerUrl !== undefined)
    await look(
      'broker',
      true,
      'start it, or check address and login',
      async () => (await tryBroker({ url: brokerUrl }), `${brokerUrl} answers`),
    );
  return findings;
}

function nodeVersion(): string {
  const [major] = process.versions.node.split('.');
  if (Number(major) < 24) throw new Error(`Node ${process.version}, expected 24 or later`);
  return `Node ${process.version}`;
}

async function modelRuns(name: string, signal: AbortSignal | undefined): Promise<string> {
  const pack = await loadPack(packPath(name));
  const segmenter = await openSegmenter(pack, { signal });
  try {
    return `${pack.card.id} ${pack.card.version} runs on ${segmenter.provider.used}`;
  } finally {
    await segmenter.close();
  }
}

async function freeSpace(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kerf-doctor-'));
  try {
    await writeFile(join(folder, 'probe'), 'probe');
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    if (free < LEAST_FREE_BYTES) throw new Error(`${(free / 2 ** 30).toFixed(1)} GiB free, a station wants 2`);
    return `${Math.floor(free / 2 ** 30)} GiB free`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function answers([program, ...args]: readonly [string, ...string[]], use: string): Promise<string> {
  await promisify(execFile)(program, args).catch(() => {
    throw new Error(`${program} ${args.join(' ')} does not answer: no ${use}`);
  });
  return `${use} can be read`;
}

function browser(): string {
  const places = [
    process.env['CHROMIUM_PATH'],
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ];
  const found = places.find((p) => p !== undefined && existsSync(resolve(p)));
  if (found === undefined) throw new Error('no Chromium found');
  return found;
}
