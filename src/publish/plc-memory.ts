import type { ReleaseResult } from '#domain/plc-messages.ts';

/** What a PLC keeps over power-off: its answers to the last 32 jobs. */
export interface PlcRecord {
  readonly id: string;
  readonly seq: number;
  readonly result: ReleaseResult;
  readonly code: number;
  readonly cutCount: number;
  readonly pieceCount: number;
  readonly isClosed: boolean;
}

export const PLC_MEMORY_SIZE = 32;

export function isFinalResult(result: ReleaseResult): boolean {
  return result === 'done' || result === 'failed' || result === 'cancelled' || result === 'rejected';
}

/** The memory with this record in the place of an older one of the same job, the oldest forgotten. */
export function remember(memory: readonly PlcRecord[], record: PlcRecord): PlcRecord[] {
  return [...memory.filter((r) => r.id !== record.id), record].slice(-PLC_MEMORY_SIZE);
}
