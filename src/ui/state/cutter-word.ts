import type { StatusView } from '#api/views.ts';

export type CutterWord = 'away' | 'manual' | 'fault' | 'unknown' | 'ready' | 'running' | 'paused';

/** How the cutter is, by what it says of itself and by the job: a key of the words. */
export function cutterWord({ plc, state }: Pick<StatusView, 'plc' | 'state'>): CutterWord {
  if (!plc.isConnected) return 'away';
  if (plc.mode !== 'auto') return plc.mode;
  return state === 'CUTTING' ? 'running' : state === 'PAUSED' ? 'paused' : 'ready';
}
