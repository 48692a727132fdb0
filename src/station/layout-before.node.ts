import { access } from 'node:fs/promises';
import { sha256Of } from '#disk/sha256.node.ts';
import type { Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { NestResult } from '#domain/nest-result.ts';
import { writeFileSynced } from '#store/job-files.node.ts';
import { keyOf } from './keep-layout.node.ts';
import { shownBy, type ShownLayout } from './shown-layouts.ts';
import { folderOf, pathOf, type StationCore } from './station-core.node.ts';
import { codeOf } from './station-errors.ts';

/** Of a job's folder: the layouts that an undo comes back to, by their hash. */
const FOLDER = 'layouts';

/** A layout as its hash names it. */
export interface NamedLayout {
  readonly sha256: string;
  readonly text: string;
  readonly result: NestResult;
}

/** The layout that a person saw, where the station still has it, else the best one of the search; null while no piece
 *  lies. */
export function layoutNow({ memory }: StationCore, job: Job, seen: string | undefined): NamedLayout | null {
  const { shown, best, restored } = memory;
  const named = seen === undefined ? null : shownBy(shown, keyOf(job), seen);
  // An undo right after another: what the first came back to is not on the screen yet.
  const coming = restored?.key === keyOf(job) ? restored.layout : null;
  const known = named ?? coming;
  const latest = known ?? (best?.job === job.id ? (shownAs(shown, best.result) ?? unnamed(best.result)) : null);
  return latest?.result.layouts.some(({ placements }) => placements.length > 0) ? latest : null;
}

/** Writes it down for an undo, before the step that names it. */
export async function keepLayoutBefore(core: StationCore, job: Job, layout: NamedLayout): Promise<void> {
  const path = pathOf(core, job.id, FOLDER, fileOf(layout.sha256));
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (!isThere) await writeFileSynced(path, layout.text);
}

/** One that was written down. Null, and said in the log, where its file is gone: the search then goes on from where it is. */
export async function layoutBefore(core: StationCore, job: string, sha256: string): Promise<NamedLayout | null> {
  try {
    const { text, result } = await folderOf(core, job).layoutBy(sha256, FOLDER, fileOf(sha256));
    return { sha256, text, result };
  } catch (cause) {
    if (!(cause instanceof KerfError)) throw cause;
    core.options.logger.warn('layout.not.found', { job, code: codeOf(cause) });
    return null;
  }
}

function fileOf(sha256: string): string {
  return `${sha256}.json`;
}

function shownAs(shown: StationCore['memory']['shown'], result: NestResult): ShownLayout | null {
  return [...(shown?.byHash.values() ?? [])].find((layout) => layout.result === result) ?? null;
}

function unnamed(result: NestResult): NamedLayout {
  const text = JSON.stringify(result);
  return { sha256: sha256Of(text), text, result };
}
