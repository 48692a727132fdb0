import { API_PREFIX, ROUTES, errorBody, type Route } from '#api/routes.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { z } from 'zod';

type Routes = typeof ROUTES;
type AnswerOf<N extends keyof Routes> = z.infer<Routes[N]['answer']>;
type QueryOf<N extends keyof Routes> = Routes[N] extends { query: infer Q extends z.ZodType } ? z.input<Q> : undefined;
type BodyOf<N extends keyof Routes> = Routes[N] extends { body: infer B extends z.ZodType } ? z.input<B> : undefined;

export interface CallOptions<N extends keyof Routes> {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: QueryOf<N>;
  readonly body?: BodyOf<N>;
}

/** A station that is there answers sooner, ms. */
const CALL_MS = 30_000;
/** What takes as long as a scan of the table, a backup read again or the files of an order take. */
const LONG_CALL_MS = 600_000;
const LONG_CALLS: ReadonlySet<keyof Routes> = new Set([
  'compareCut',
  'takeTablePicture',
  'checkBackup',
  'removeBackup',
  'previewOrder',
  'orderColumns',
  'addOrder',
  'results',
]);

/** Calls one route of the station's API and reads the answer by its schema.
 *  @throws KerfError with the station's own code when it refused; UI_STATION_UNREACHABLE when it could not be asked or
 *  does not answer; UI_ANSWER_NOT_UNDERSTOOD when window and station speak different versions */
export async function callStation<N extends keyof Routes>(name: N, options: CallOptions<N> = {}): Promise<AnswerOf<N>> {
  const route: Route = ROUTES[name];
  const path = route.path.replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(options.params?.[key] ?? ''));
  const query = new URLSearchParams((options.query ?? {}) as Record<string, string>).toString();
  const response = await orExplain(
    path,
    fetch(`${API_PREFIX}${path}${query && `?${query}`}`, {
      method: route.method,
      signal: AbortSignal.timeout(LONG_CALLS.has(name) ? LONG_CALL_MS : CALL_MS),
      ...(options.body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(options.body) }),
    }),
  );
  const json = parseOrNull(await orExplain(path, response.text()));
  if (!response.ok) {
    const refused = errorBody.safeParse(json);
    if (refused.success)
      throw new KerfError(refused.data.code, refused.data.message, { fault: 'answer', details: refused.data.details });
    throw new KerfError(
      'UI_ANSWER_NOT_UNDERSTOOD',
      `${route.method} ${path}: found HTTP ${response.status} without an error body.`,
      {
        details: { status: response.status },
      },
    );
  }
  const answer = route.answer.safeParse(json);
  if (!answer.success)
    throw new KerfError('UI_ANSWER_NOT_UNDERSTOOD', `${route.method} ${path}: ${answer.error.message}`, {
      details: {},
    });
  return answer.data as AnswerOf<N>;
}

/** Neither its answer nor the end of it came. */
async function orExplain<T>(path: string, coming: Promise<T>): Promise<T> {
  try {
    return await coming;
  } catch (cause) {
    throw unreachable(path, cause);
  }
}

/** The station cannot be asked, or has not answered: whether it did what was asked is not known. */
export function unreachable(path: string, cause?: unknown): KerfError {
  return new KerfError('UI_STATION_UNREACHABLE', `${path}: the station does not answer.`, { fault: 'device', cause });
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Address of a job's scan as a picture of at most `maxPx` a side. A job's scan never changes. */
export function scanPictureUrl(job: string, maxPx: number): string {
  return `${API_PREFIX}/jobs/${encodeURIComponent(job)}/scan.jpg?max=${maxPx}`;
}

/** Address of a scan of the table after cutting. @param comparison whose scan is meant: the address says it, for the
 *  station knows only its latest */
export function afterCutPictureUrl(job: string, comparison: string, maxPx: number): string {
  return `${API_PREFIX}/jobs/${encodeURIComponent(job)}/after-cut.jpg?max=${maxPx}#${comparison.slice(0, 8)}`;
}

/** Address of one tile of a job's scan (#api/scan-pyramid.ts). */
export function scanTileUrl(job: string, tile: { level: number; column: number; row: number }): string {
  return `${API_PREFIX}/jobs/${encodeURIComponent(job)}/tiles/${tile.level}/${tile.column}/${tile.row}.jpg`;
}

/** Address of a part of the picture in which the table's corners are set (px; without one all of it).
 *  @param takenAt of the picture that is meant: another address, another picture */
export function tablePictureUrl(
  takenAt: string,
  maxPx: number,
  part: { readonly left: number; readonly top: number; readonly width: number; readonly height: number } | null,
): string {
  const query = new URLSearchParams({ at: takenAt, max: String(maxPx) });
  for (const [name, value] of Object.entries(part ?? {})) query.set(name, String(value));
  return `${API_PREFIX}/table/picture.jpg?${query}`;
}

/** Address of what the live camera sees. @param takenAt of the picture that is meant: another address, another picture */
export function cameraPictureUrl(takenAt: string): string {
  return `${API_PREFIX}/camera.jpg?at=${encodeURIComponent(takenAt)}`;
}
