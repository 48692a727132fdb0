export interface Weakness {
  readonly id: string;
  readonly part: string;
  readonly severity: string;
  readonly title: string;
}
export const EXPLAINED: Readonly<Record<string, string>>;
export function ofNpm(report: unknown): Weakness[];
export function ofCargo(report: unknown): Weakness[];
export function judged(
  findings: readonly Weakness[],
  explained?: Readonly<Record<string, string>>,
): { readonly open: readonly Weakness[]; readonly idle: readonly string[] };
