import type { Job } from '#domain/job.ts';

/** A job before its first step; the store gives it its id and number. */
export function blankJob(given: Pick<Job, 'source' | 'order' | 'machine' | 'createdAt'>): Omit<Job, 'id' | 'seq'> {
  return {
    ...given,
    state: 'new',
    updatedAt: given.createdAt,
    scanSha256: null,
    inspectionSha256: null,
    layoutSha256: null,
    cutFile: null,
    cutSha256: null,
    pieceCount: null,
    cutCount: null,
    nestedYieldBp: null,
    approvedBy: null,
    waivedCount: 0,
    waivedBy: null,
    code: null,
    reason: null,
    seconds: {},
  };
}
