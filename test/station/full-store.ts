import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { auditHash } from '#store/audit-chain.node.ts';
import { openDatabase } from '#store/database.node.ts';
import { SOUND } from '../fuzz/sound-documents.ts';

export interface FullStore {
  readonly jobCount: number;
  readonly eventCount: number;
  readonly megabytes: number;
}

/** Hides of one order. */
const HIDES = 20;
const STEPS = ['new', 'scanned', 'inspected', 'corrected', 'reviewed', 'nested', 'approved', 'released'];
const PLC = ['plc accepted', 'plc started', 'plc started', 'plc started', 'plc started', 'plc done'];
const FIRST_DAY_MS = Date.parse('2026-01-01T06:00:00.000Z');

/** A store as a year leaves it behind: every row that a job writes, the audit chain whole. Written without syncs. */
export function fillStore(dir: string, { days, jobsADay }: { days: number; jobsADay: number }): FullStore {
  openDatabase(dir).close();
  const db = new DatabaseSync(join(dir, 'kerf.sqlite'));
  db.exec('PRAGMA synchronous = OFF; BEGIN');
  const job = db.prepare(
    'INSERT INTO jobs (id, seq, state, created_at, updated_at, document) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const event = db.prepare(
    'INSERT INTO job_events (id, job, kind, at, by, details, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const scan = db.prepare('INSERT INTO scans VALUES (?, ?, ?, ?, ?, ?, ?)');
  const layout = db.prepare(
    'INSERT INTO layouts (job, sha256, at, piece_count, nested_yield_bp) VALUES (?, ?, ?, ?, ?)',
  );
  const outbox = db.prepare(
    "INSERT INTO outbox (job, topic, payload, ends_with, created_at, sent_count, ended_at, ended_by) VALUES (?, 'job/released', ?, 'answer', ?, 1, ?, 'accepted')",
  );
  const label = db.prepare("INSERT INTO labels VALUES (?, 1, ?, 'ann', 'draw', NULL, 'd1', 0, NULL, ?)");
  const sheet = db.prepare('INSERT INTO sheets VALUES (?, ?, ?)');
  const release = db.prepare('INSERT INTO releases VALUES (?, ?)');
  const defect = JSON.stringify(SOUND.inspection.defects[0]);
  let previous: Uint8Array | null = null;
  let eventCount = 0;
  const jobCount = days * jobsADay;
  for (let seq = 1; seq <= jobCount; seq += 1) {
    const day = Math.floor((seq - 1) / jobsADay);
    const begunMs = FIRST_DAY_MS + day * 24 * 3600_000 + ((seq - 1) % jobsADay) * 4 * 60_000;
    const at = (k: number) => new Date(begunMs + k * 8000).toISOString();
    const [created, ended] = [at(0), at(14)];
    const id = `j${created.replaceAll(/[-:]/g, '').slice(0, 15)}-${seq}`;
    const order = `order-${Math.floor(seq / HIDES)}`;
    const document = {
      ...SOUND.job,
      id,
      seq,
      state: 'done',
      order,
      createdAt: created,
      updatedAt: ended,
      cutCount: 12,
      approvedBy: 'ann',
    };
    job.run(id, seq, 'done', created, ended, JSON.stringify(document));
    scan.run(id, document.scanSha256, `jobs/${id}/scan`, created, 8000, 6000, day < days - 90 ? ended : null);
    layout.run(id, document.layoutSha256, at(5), 12, 7000);
    outbox.run(id, `{"id":"${id}","seq":${seq},"file":"${id}/cut.dxf"}`, at(7), at(8));
    if (seq % 3 === 0) label.run(id, at(3), defect);
    sheet.run(id, ended, sheetText(id, seq, order, ended));
    release.run(id, `{"kerf":1,"release":{"job":"${id}"},"padding":"${'0'.repeat(1200)}"}`);
    for (const [k, kind] of [...STEPS, ...PLC].entries()) {
      eventCount += 1;
      const details = JSON.stringify({ layoutSha256: document.layoutSha256 });
      const row = { id: eventCount, job: id, kind, at: at(k), by: k === 6 ? 'ann' : null, details };
      previous = auditHash(previous, row);
      event.run(row.id, row.job, row.kind, row.at, row.by, row.details, previous);
    }
  }
  db.exec(`INSERT OR REPLACE INTO meta VALUES ('seq', '${jobCount}'); COMMIT`);
  const pages = Number(db.prepare('PRAGMA page_count').get()?.['page_count']);
  const size = Number(db.prepare('PRAGMA page_size').get()?.['page_size']);
  db.close();
  return { jobCount, eventCount, megabytes: Math.round((pages * size) / 1024 / 1024) };
}

function sheetText(job: string, seq: number, order: string, at: string): string {
  return JSON.stringify({
    kerf: 1,
    job,
    seq,
    order,
    machine: 'simulated',
    state: 'done',
    at,
    grossMm2: 4_500_000,
    usableMm2: { '1': 200_000, '2': 300_000, '3': 500_000, '4': 3_200_000 },
    nestedMm2: 3_400_000,
    cutMm2: 3_400_000,
    accepted: null,
    pieces: Array.from({ length: 8 }, (_, k) => ({ id: `piece-${k}`, placed: 14, cut: 14, areaMm2: 30_000 })),
    unplacedCount: 3,
    secondsIn: { new: 2, scanned: 4, inspected: 20, reviewed: 12, nested: 8, approved: 0.1, released: 1, cutting: 150 },
    approvedBy: 'ann',
    waivedCount: 0,
    correctionCount: 1,
    made: {
      pack: SOUND.inspection.pack,
      version: '0.1.0',
      solverSha256: null,
      seed: 1,
      threads: 2,
      evaluations: 700_000,
      problemSha256: SOUND.job.layoutSha256,
      layoutSha256: SOUND.job.layoutSha256,
    },
  });
}
