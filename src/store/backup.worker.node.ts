import { parentPort, workerData } from 'node:worker_threads';
import type { KerfError } from '#domain/kerf-error.ts';
import { backUp, checkBackup, type BackupCheck, type BackupManifest } from './backup.node.ts';
import { storeError } from './store-error.ts';

/** Makes or checks one backup away from the station's thread: VACUUM INTO is one call, and hashes take their time. */

export type BackupQuestion =
  | {
      readonly kind: 'make';
      readonly dataDir: string;
      readonly out: string;
      readonly withScans: boolean;
      readonly at: string;
      readonly by: string;
    }
  | { readonly kind: 'check'; readonly backup: string };

export type BackupNews =
  | { readonly kind: 'progress'; readonly doneCount: number; readonly totalCount: number }
  | { readonly kind: 'made'; readonly manifest: BackupManifest }
  | { readonly kind: 'checked'; readonly check: BackupCheck }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string; readonly fault: KerfError['fault'] };

const port = parentPort;
if (!port) throw new Error('backup.worker.node.ts runs as a worker only');
const question = workerData as BackupQuestion;
const tell = (news: BackupNews) => port.postMessage(news);
try {
  if (question.kind === 'check') tell({ kind: 'checked', check: await checkBackup(question.backup) });
  else {
    const { kind: _, ...options } = question;
    const onProgress = (doneCount: number, totalCount: number) => tell({ kind: 'progress', doneCount, totalCount });
    tell({ kind: 'made', manifest: await backUp({ ...options, onProgress }) });
  }
} catch (cause) {
  const { code, message, fault } = storeError(cause, question.kind === 'make' ? question.out : question.backup);
  tell({ kind: 'failed', code, message, fault });
}
