import type { StatusView } from '#api/views.ts';
import type { PageState } from './page-state.ts';

export type CutterWord = 'unseen' | 'away' | 'manual' | 'fault' | 'unknown' | 'ready' | 'running' | 'paused';

/** How the cutter is, by what it says of itself and by the job: a key of the words. What the station said before it was
 *  lost tells nothing of now. */
export function cutterWord({ plc, state }: Pick<StatusView, 'plc' | 'state'>, link: PageState['link']): CutterWord {
  if (link === 'lost') return 'unseen';
  if (!plc.isConnected) return 'away';
  if (plc.mode !== 'auto') return plc.mode;
  return state === 'CUTTING' ? 'running' : state === 'PAUSED' ? 'paused' : 'ready';
}
