import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { OnProgress } from '#domain/ports.ts';

export interface BenchOptions {
  readonly root: string;
  readonly isQuick: boolean;
  /** Everything, for hours. */
  readonly isFull: boolean;
  /** Problems to be measured, by name; null: all of the section. */
  readonly only: readonly string[] | null;
  /** Length of the runs to be measured; null: all that the section has. */
  readonly seconds: number | null;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  readonly note: (line: string) => void;
}

/** The folder of shared data beside the checkout, or null; `KERF_SHARED` names another place. */
export function sharedData(root: string): string | null {
  const place = resolve(process.env['KERF_SHARED'] ?? resolve(root, '..', 'shared'), 'data');
  return existsSync(place) ? place : null;
}
