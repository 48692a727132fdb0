import { KerfError } from '#domain/kerf-error.ts';

/** What the judge cannot read, it does not judge (exit 2). */
export function refuse(at: string, found: unknown, expected: string): never {
  const text = typeof found === 'string' ? found : (JSON.stringify(found) ?? 'nothing');
  const shown = text.length > 60 ? `${text.slice(0, 57)}…` : text;
  throw new KerfError('NEST_CHECK_UNREADABLE', `${at}: found ${shown}, expected ${expected}.`, {
    details: { path: at },
  });
}

export function isRecord(v: unknown): v is Readonly<Record<string, unknown>> {
  return typeof v === 'object' && v !== null && !Array.isArray(v);
}

export function isFiniteNumber(v: unknown): v is number {
  return typeof v === 'number' && Number.isFinite(v);
}
