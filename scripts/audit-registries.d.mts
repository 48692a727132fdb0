import type { Weakness } from './audit.mjs';

export function ofLock(
  lock: unknown,
  pack: { readonly allowScripts?: Readonly<Record<string, boolean>> },
): readonly Weakness[];
export function ofFreshLock(
  lock: unknown,
  fresh: unknown,
): { readonly findings: readonly Weakness[]; readonly behind: readonly string[] };
export interface Crate {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  readonly checksum?: string;
}
export function cratesOf(text: string): readonly Crate[];
export function ofCrates(crates: readonly Crate[], seen: (crate: string) => boolean): readonly Weakness[];
