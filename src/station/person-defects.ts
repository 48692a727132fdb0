import type { Defect } from '#domain/inspection.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { flatRing, type Ring } from '#domain/ring.ts';
import { regionArea } from '#geometry/ring-area.ts';

export interface DrawnMark {
  readonly id: string;
  readonly outline: Ring;
  readonly class: string;
  readonly quality: number;
  readonly by: string;
  readonly at: string;
}

/** A mark that a person drew: sure, and not doubtful. */
export function drawnDefect(mark: DrawnMark): Defect {
  return {
    ...mark,
    holes: [],
    areaMm2: regionArea(flatRing(mark.outline), []),
    confidence: 1,
    doubt: 0,
    source: 'person',
  };
}

/** The defects with one regraded by a person, or taken away where `quality` is null.
 *  @throws KerfError STATION_DEFECT_UNKNOWN */
export function withChangedDefect(
  defects: readonly Defect[],
  id: string,
  change: { readonly quality: number | null; readonly by: string; readonly at: string },
): Defect[] {
  if (!defects.some((d) => d.id === id))
    throw new KerfError('STATION_DEFECT_UNKNOWN', `There is no defect ${id}.`, { details: { defect: id } });
  const { quality, by, at } = change;
  return defects.flatMap((d) => {
    if (d.id !== id) return [d];
    return quality === null ? [] : [{ ...d, quality, doubt: 0, source: 'person' as const, by, at }];
  });
}
