import type { NestResult } from '#domain/nest-result.ts';
import { alternatives, type LayoutFigures } from './alternatives.ts';

/** A layout that windows were shown while its search ran: its bytes, as they would be released. */
export interface ShownLayout {
  readonly sha256: string;
  readonly text: string;
  /** A LayoutView as JSON text. */
  readonly json: string;
  readonly figures: LayoutFigures;
  readonly result: NestResult;
}

/** The layouts of one search by their hash, the oldest first. */
export interface ShownLayouts {
  /** Job and inspection that they are for. */
  readonly key: string;
  readonly byHash: ReadonlyMap<string, ShownLayout>;
}

/** At four a second, what was shown in the last quarter of a minute; 500 pieces are some 60 kB each. */
export const MOST_SHOWN = 64;

/** With one more; those of another search are forgotten, and the oldest beyond the limit but for what is offered to
 *  choose from: the layout that leaves most leather may have come in the search's first seconds. */
export function withShown(before: ShownLayouts | null, key: string, shown: ShownLayout): ShownLayouts {
  const kept = before?.key === key ? [...before.byHash] : [];
  const latest = [...kept.filter(([hash]) => hash !== shown.sha256), [shown.sha256, shown] as const];
  if (latest.length <= MOST_SHOWN) return { key, byHash: new Map(latest) };
  const offered = new Set(alternatives(latest.map(([, layout]) => layout)).map(({ sha256 }) => sha256));
  const oldest = latest.findIndex(([hash]) => !offered.has(hash));
  return { key, byHash: new Map(latest.toSpliced(oldest, latest.length - MOST_SHOWN)) };
}

export function shownBy(shown: ShownLayouts | null, key: string, sha256: string): ShownLayout | null {
  return shown?.key === key ? (shown.byHash.get(sha256) ?? null) : null;
}
