import { join } from 'node:path';
import { sha256Of } from '#disk/sha256.node.ts';
import type { Job } from '#domain/job.ts';
import { TOPICS } from '#publish/topics.ts';
import { writeFileSynced } from '#store/job-files.node.ts';
import { sharePath, writeToShare } from './share.node.ts';
import { signRelease } from './sign-release.node.ts';
import { atPoint, folderOf, pathOf, type StationCore } from './station-core.node.ts';
import type { Work } from './station-memory.node.ts';
import { takeStep } from './take-step.node.ts';
import { releasePayload } from './wire-messages.ts';

/** Puts the cut file where the machine reads it, reads it back, and only then writes the release down.
 *  @throws KerfError STORE_FILE_CHANGED, STATION_SHARE_FAILED */
export async function releaseCut(core: StationCore, job: Job, work: Work): Promise<void> {
  const { memory } = core;
  const { clock } = core.options;
  const { name, bytes } = await folderOf(core, job.id).cutFile(job);
  const file = `${job.id}/${name}`;
  atPoint(core, 'released: before file');
  if (join(sharePath(core.options), file) !== pathOf(core, job.id, name)) {
    await writeToShare(core.options, { file, bytes, sha256: job.cutSha256 ?? '' });
    await core.share.noteTaken();
  }
  // After the bytes are where the machine reads them: what is signed is there.
  const signed = await signRelease(core, job);
  await writeFileSynced(pathOf(core, job.id, 'release.json'), signed, { keepPrevious: true });
  const at = clock.now();
  await takeStep(core, job.id, 'released', {
    outbox: [
      {
        job: job.id,
        topic: TOPICS.jobReleased,
        payload: releasePayload(job, memory.inspection?.sheet.id ?? job.id, file, at),
        endsWith: 'answer',
      },
    ],
    details: { file, layoutSha256: job.layoutSha256, releaseSha256: sha256Of(signed) },
    step: { release: signed },
    after: () => {
      memory.releasedAtMs = clock.monotonicMs();
    },
    unless: work.dropped.signal,
  });
}
