import type { SheetRecord } from '#domain/sheet-record.ts';

/** A sheet of the ledger, number `seq` of a drawn shift. */
export function drawnRecord(seq: number, more: Partial<SheetRecord> = {}): SheetRecord {
  const hash = seq.toString(16).padStart(64, '0');
  return {
    ...{
      kerf: 1,
      job: `j20261122T0600${String(seq).padStart(2, '0')}-${seq}`,
      seq,
      order: 'bags',
      machine: 'simulated',
    },
    ...{ state: 'done', at: new Date(Date.UTC(2026, 10, 22, 6, seq)).toISOString(), grossMm2: 4_000_000 },
    usableMm2: { '0': 50_000, '3': 950_000, '4': 3_000_000 },
    ...{ nestedMm2: 3_000_000, cutMm2: 2_900_000, accepted: null, unplacedCount: 1 },
    pieces: [
      { id: 'front', placed: 20, cut: 19, areaMm2: 100_000 },
      { id: 'strap', placed: 10, cut: 10, areaMm2: 100_000 },
    ],
    ...{ secondsIn: { nested: 30, cutting: 300 }, approvedBy: 'ann', waivedCount: 0, correctionCount: 2 },
    made: {
      ...{ pack: { id: 'leather-base', sha256: hash }, version: '0.1.0', solverSha256: null, seed: 1, threads: 2 },
      ...{ evaluations: 0, problemSha256: hash, layoutSha256: hash },
    },
    ...more,
  };
}
