import type { TFunction } from 'i18next';
import type { ActKind } from '#domain/arrangement.ts';

/** More pieces than these are counted. */
const MOST_NAMED = 2;

const WORDS = {
  draw: 'acts.draw',
  regrade: 'acts.regrade',
  erase: 'acts.erase',
  forbid: 'acts.forbid',
  move: 'acts.move',
  turn: 'acts.turn',
  swap: 'acts.swap',
  lock: 'acts.lock',
  unlock: 'acts.unlock',
  ban: 'acts.ban',
  allow: 'acts.allow',
} as const satisfies Record<ActKind, string>;

export interface SaidAct {
  readonly action: ActKind;
  /** By id; all of them, or the first ones. */
  readonly pieces: readonly string[];
  /** How many they are, where not all are named. */
  readonly pieceCount?: number;
}

/** What a person did to marks or pieces, in words. @param t of the operator's words */
export function actWords(t: TFunction, act: SaidAct, nameOf: (piece: string) => string): string {
  const { action, pieces, pieceCount = pieces.length } = act;
  const names = pieces.slice(0, MOST_NAMED).map(nameOf).join(', ');
  const rest = Math.max(pieceCount, pieces.length) - Math.min(MOST_NAMED, pieces.length);
  return t(WORDS[action], { pieces: rest > 0 ? t('acts.more', { pieces: names, rest }) : names });
}
