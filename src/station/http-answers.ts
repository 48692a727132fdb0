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
  STATION_METHOD_REFUSED: 405,
  STATION_BODY_TOO_LARGE: 413,
  STATION_BODY_TYPE_REFUSED: 415,
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

/** A refusal by the HTTP library (a body that is no JSON, too long, of another type; an address that cannot be read) as
 *  one of ours; null for anything else. */
export function refusalOfLibrary(
  error: unknown,
  { limitBytes, type }: { readonly limitBytes: number; readonly type: string | undefined },
): KerfError | null {
  const status: unknown = error instanceof Error && 'statusCode' in error ? error.statusCode : 0;
  if (!(error instanceof Error) || typeof status !== 'number' || status < 400 || status >= 500) return null;
  if (status === 413)
    return new KerfError(
      'STATION_BODY_TOO_LARGE',
      `Found a body of more than ${limitBytes} bytes, expected ${limitBytes} at most.`,
      { cause: error, details: { limitBytes } },
    );
  if (status === 415)
    return new KerfError(
      'STATION_BODY_TYPE_REFUSED',
      `Found a body of type ${type === undefined ? 'nothing' : JSON.stringify(type.slice(0, 80))}, expected "application/json" in the header Content-Type.`,
      { cause: error },
    );
  return new KerfError('STATION_REQUEST_REFUSED', error.message, { cause: error });
}

/** Something is there, for other methods. */
export function methodRefused(method: string, url: string, allowed: readonly string[]): KerfError {
  return new KerfError(
    'STATION_METHOD_REFUSED',
    `Found ${method} ${url.slice(0, 200)}, expected ${allowed.join(' or ')} there.`,
    { details: { method, allowed: allowed.join(', ') } },
  );
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
