import type { Order, Problem, Sheets } from '#domain/problem.ts';

const MM_PER_UNIT = { mm: 1, cm: 10, m: 1000, in: 25.4 } as const;

/** The same document in mm. `path` data, results, angles and values are what they are whatever `unit` says. The document
 *  itself comes back when it is in mm already. */
export function inMillimetres<T extends Order | Problem | Sheets>(document: T): T {
  const scale = MM_PER_UNIT[document.unit ?? 'mm'];
  if (scale === 1) return document;
  return { ...(scaled(document, scale, null) as T), unit: 'mm' };
}

/** Keys that hold lengths, at whatever depth; everything else is copied. */
const LENGTHS = new Set(['outline', 'holes', 'points', 'spacing', 'margin', 'stripHeight', 'thickness', 'x', 'y']);

function scaled(value: unknown, scale: number, key: string | null): unknown {
  if (Array.isArray(value)) return value.map((v) => scaled(v, scale, key));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, scaled(v, scale, k)]));
  }
  return typeof value === 'number' && key !== null && LENGTHS.has(key) ? value * scale : value;
}
