import { KerfError } from '#domain/kerf-error.ts';
import { showValue } from '#domain/show-value.ts';

/** What the judge cannot read, it does not judge (exit 2). */
export function refuse(at: string, found: unknown, expected: string): never {
  const shown = typeof found === 'string' ? clipped(found) : showValue(found);
  throw new KerfError('NEST_CHECK_UNREADABLE', `${at}: found ${shown}, expected ${expected}.`, {
    details: { path: at },
  });
}

function clipped(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

export function isRecord(v: unknown): v is Readonly<Record<string, unknown>> {
  return typeof v === 'object' && v !== null && !Array.isArray(v);
}

export function isFiniteNumber(v: unknown): v is number {
  return typeof v === 'number' && Number.isFinite(v);
}
