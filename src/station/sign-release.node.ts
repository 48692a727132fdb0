import { readFile } from 'node:fs/promises';
import { sha256Of } from '#disk/sha256.node.ts';
import type { Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Machine } from '#domain/machine.ts';
import type { Release, SignedRelease } from './release-record.ts';
import { folderOf, type StationCore } from './station-core.node.ts';

/** Of a machine profile: the same whatever the order of its keys in a file. */
export function machineSha256(machine: Machine): string {
  return sha256Of(JSON.stringify(machine, Object.keys(flat(machine)).sort()));
}

/** The native solver of this installation, by its bytes. */
export async function solverSha256(): Promise<string | null> {
  const path = new URL('../../native/kerf-native.node', import.meta.url);
  return readFile(path).then(sha256Of, () => null);
}

/** The job's release with the station's signature, as the text of release.json. */
export async function signRelease(core: StationCore, job: Job): Promise<string> {
  const { memory, options } = core;
  const { settings, machine, store, key, version } = options;
  const { inspection } = memory;
  const folder = folderOf(core, job.id);
  const { scanSha256, inspectionSha256, layoutSha256, cutFile, cutSha256, approvedBy } = job;
  if (!inspection || !scanSha256 || !inspectionSha256 || !layoutSha256 || !cutFile || !cutSha256 || !approvedBy)
    throw new KerfError('STATION_INSPECTION_MISSING', `Job ${job.id} is ${job.state} without all that it released.`);
  const hashOf = async (name: string) => sha256Of(await readFile(folder.path(name)));
  const release: Release = {
    kerf: 1,
    job: job.id,
    seq: job.seq,
    order: job.order,
    approvedBy,
    approvedAt: job.updatedAt,
    waivedCount: job.waivedCount,
    waivedBy: job.waivedBy,
    files: {
      scan: scanSha256,
      inspection: inspectionSha256,
      order: await hashOf('order.json'),
      problem: await hashOf('problem.json'),
      layout: layoutSha256,
      cut: { name: cutFile, sha256: cutSha256 },
    },
    pack: inspection.pack,
    engine: { version, solverSha256: await solverSha256() },
    options: {
      nest: settings.nest,
      spacing: settings.spacing,
      margin: settings.margin,
      machine: {
        ...{ id: machine.id, sha256: machineSha256(machine) },
        ...(machine.kerfWidth > 0 && { kerfWidth: machine.kerfWidth }),
      },
    },
    audit: await store.auditHead(),
  };
  const signed: SignedRelease = { kerf: 1, release, key: key.id, signature: key.sign(JSON.stringify(release)) };
  return JSON.stringify(signed);
}

function flat(value: unknown, into: Record<string, true> = {}): Record<string, true> {
  if (typeof value === 'object' && value !== null)
    for (const [name, inner] of Object.entries(value)) {
      into[name] = true;
      flat(inner, into);
    }
  return into;
}
