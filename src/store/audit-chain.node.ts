import { createHash } from 'node:crypto';
import type { AuditCheck, AuditHead, AuditRow } from './audit-chain.ts';

/** SHA-256 of the hash before and of the row's own fields. */
export function auditHash(previous: Uint8Array | null, row: AuditRow): Uint8Array {
  const text = JSON.stringify([row.id, row.job, row.kind, row.at, row.by, row.details]);
  return createHash('sha256')
    .update(previous ?? new Uint8Array(32))
    .update(text)
    .digest();
}

/** Walks the chain in order of ids. A row of an earlier version, without a hash, may only stand before the first hash. */
export function checkChain(rows: Iterable<AuditRow & { readonly hash: Uint8Array | null }>): AuditCheck {
  let previous: Uint8Array | null = null;
  let head: AuditHead = { n: 0, hash: '' };
  let rowCount = 0;
  let lastId = 0;
  for (const row of rows) {
    rowCount += 1;
    const isOld: boolean = row.hash === null && previous === null;
    // Ids are given one after another: a gap is a row that was taken out.
    const isNext = row.id === lastId + 1;
    lastId = row.id;
    if (isOld && isNext) continue;
    const expected = auditHash(previous, row);
    if (!isNext || row.hash === null || Buffer.compare(row.hash, expected) !== 0)
      return { head, rowCount, brokenAt: row.id };
    previous = expected;
    head = { n: row.id, hash: Buffer.from(expected).toString('hex') };
  }
  return { head, rowCount, brokenAt: null };
}
