export interface SbomPart {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses?: readonly {
    readonly license?: { readonly id?: string; readonly name?: string };
    readonly expression?: string;
  }[];
}
export interface Sbom {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly components: readonly SbomPart[];
}
export const ALLOWED: readonly string[];
export const SAID_ELSEWHERE: Readonly<Record<string, string>>;
export function isAllowed(expression: string): boolean;
export function licenceOf(part: SbomPart): string | null;
export function refusedOf(sbom: Sbom): string[];
export function makeSbom(): Sbom;
