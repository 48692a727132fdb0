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

/** Calls one route of the station's API and reads the answer by its schema.
 *  @throws KerfError with the station's own code when it refused; UI_STATION_UNREACHABLE when it could not be asked;
 *  UI_ANSWER_NOT_UNDERSTOOD when window and station speak different versions */
export async function callStation<N extends keyof Routes>(name: N, options: CallOptions<N> = {}): Promise<AnswerOf<N>> {
  const route: Route = ROUTES[name];
  const path = route.path.replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(options.params?.[key] ?? ''));
  const query = new URLSearchParams((options.query ?? {}) as Record<string, string>).toString();
  const response = await fetchOrExplain(`${API_PREFIX}${path}${query && `?${query}`}`, {
    method: route.method,
    ...(options.body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(options.body) }),
  });
  const json: unknown = await response.json().catch(() => null);
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

async function fetchOrExplain(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    throw new KerfError('UI_STATION_UNREACHABLE', `${url}: the station does not answer.`, { fault: 'device', cause });
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
