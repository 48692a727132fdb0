import type { Arrangement, LockedPiece } from '#domain/arrangement.ts';
import type { Inspection } from '#domain/inspection.ts';

/** What a person has decided about the pieces: it lives with the inspection. */
export function arrangementOf({ sheet, banned = [] }: Inspection): Arrangement {
  // A lock as a sheet states it, with what it leaves out.
  const locked = (sheet.locked ?? []).map((lock): LockedPiece => ({
    ...lock,
    rotation: lock.rotation ?? 0,
    mirrored: lock.mirrored ?? false,
  }));
  return { locked, banned };
}

/** The same inspection under another arrangement. */
export function withArrangement(inspection: Inspection, { locked, banned }: Arrangement): Inspection {
  const { banned: _, ...rest } = inspection;
  const { locked: __, ...sheet } = inspection.sheet;
  return {
    ...rest,
    ...(banned.length > 0 ? { banned } : {}),
    sheet: locked.length > 0 ? { ...sheet, locked: [...locked] } : sheet,
  };
}
