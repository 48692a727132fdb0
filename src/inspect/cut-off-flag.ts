import type { Inspection } from '#domain/inspection.ts';
import type { Scan } from '#domain/scan.ts';
import { frameStretches, LEAST_CUT_OFF, lengthOf } from '#geometry/frame-contact.ts';

/** What the outline tells of a scan that a glance at its whole may have missed: the hide reaches over the picture's edge. Null
 *  where it does not. */
export function cutOffFlag({ outline, scan }: Pick<Inspection, 'outline' | 'scan'>): Scan['flags'][number] | null {
  const stretches = frameStretches(outline, scan);
  const length = lengthOf(stretches);
  if (length < LEAST_CUT_OFF) return null;
  return {
    kind: 'rim',
    message: `The outline lies on the edge of the picture along ${Math.round(length)} mm: only part of the hide is seen. Lay it within the picture and scan again.`,
    outline: stretches,
    value: length,
  };
}

/** What a scan says of itself, with what the outline tells beside it. */
export function flagsWithOutline(
  flags: Scan['flags'],
  inspection: Pick<Inspection, 'outline' | 'scan'>,
): Scan['flags'] {
  const cutOff = flags.some(({ kind }) => kind === 'rim') ? null : cutOffFlag(inspection);
  return cutOff === null ? flags : [...flags, cutOff];
}
