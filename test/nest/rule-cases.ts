import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** An instance whose best answer is known by hand. */
interface KnownCase {
  readonly problem: Readonly<Record<string, unknown>>;
  readonly best: {
    readonly value: number;
    /** How many of each piece, by id (foreign files: by position). */
    readonly placed: Readonly<Record<string, number>>;
  };
}

/** One rule of the own problem, as the files of test/fixtures/problems state it for solvers. */
export interface RuleCase {
  readonly name: string;
  readonly says: string;
  readonly known: KnownCase;
  /** `ignoring`: what to change, by path, so that the rule is not there. What is best then breaks the rule, or is worse. */
  readonly telling: KnownCase & { readonly ignoring: Readonly<Record<string, unknown>> };
}

export function ruleCases(): RuleCase[] {
  const folder = resolve(import.meta.dirname, '../fixtures/problems');
  return readdirSync(folder).map((name) => ({
    name,
    ...(JSON.parse(readFileSync(resolve(folder, name), 'utf8')) as Omit<RuleCase, 'name'>),
  }));
}

/** The problem without the rule. */
export function ignoring({ problem, ignoring: changes }: RuleCase['telling']): unknown {
  const copy = structuredClone(problem);
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split('.');
    const last = keys.pop()!;
    const holder = keys.reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, copy);
    if (value === null) delete holder[last];
    else holder[last] = value;
  }
  return copy;
}
