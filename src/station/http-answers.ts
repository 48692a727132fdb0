import { KerfError } from '#domain/kerf-error.ts';

export interface ErrorAnswer {
  readonly status: number;
  readonly body: { readonly code: string; readonly message: string; readonly details: KerfError['details'] };
}

const NOT_FOUND = new Set([
  'STATION_JOB_UNKNOWN',
  'STATION_DEFECT_UNKNOWN',
  'STATION_NOT_YET',
  'STATION_SHEET_UNKNOWN',
  'STATION_COMPARISON_UNKNOWN',
  'STATION_ALARM_UNKNOWN',
  'STATION_ORDER_MISSING',
  'STATION_MAPPING_UNKNOWN',
  'STATION_REMNANT_UNKNOWN',
  'STATION_HIDE_UNKNOWN',
  'STATION_BACKUP_UNKNOWN',
  'STATION_NOTHING_HERE',
]);

const STATUS_OF: Readonly<Record<string, number>> = {
  STATION_SIGN_IN_NEEDED: 401,
  STATION_SIGN_IN_REFUSED: 401,
  STATION_PIN_NOT_SET: 403,
  STATION_ROLE_TOO_LOW: 403,
  STATION_NOT_LOCAL: 403,
  STATION_SIGN_IN_LOCKED: 429,
  STATION_READER_BUSY: 429,
};

/** An error as HTTP says it: the asker's fault 400 or 404, a "no" 409, a device's fault 503. Anything unknown is ours:
 *  500, without its words, which may name files. */
export function errorAnswer(error: unknown): ErrorAnswer {
  if (!(error instanceof KerfError))
    return {
      status: 500,
      body: { code: 'STATION_DEFECT', message: "A defect of Kerf's own; the station's log says more.", details: {} },
    };
  const { code, message, details, fault } = error;
  const status =
    STATUS_OF[code] ?? (NOT_FOUND.has(code) ? 404 : fault === 'input' ? 400 : fault === 'answer' ? 409 : 503);
  return { status, body: { code, message, details } };
}

/** Whether a Host header names this machine: an address, localhost, or its own name. A page on another name that was
 *  made to resolve here (DNS rebinding) names itself. */
export function isOwnHost(host: string | undefined, ownNames: readonly string[]): boolean {
  if (host === undefined) return false;
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return (
    /^\d{1,3}(\.\d{1,3}){3}$/.test(name) ||
    /^\[[0-9a-f:.]+\]$/.test(name) ||
    name === 'localhost' ||
    ownNames.includes(name)
  );
}

/** Whether a request may come from that Origin: none (not a page), or the page that we served. */
export function isOwnOrigin(origin: string | undefined, host: string | undefined): boolean {
  return origin === undefined || (host !== undefined && origin.toLowerCase() === `http://${host.toLowerCase()}`);
}
