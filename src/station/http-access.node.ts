import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SessionView } from '#api/access-routes.ts';
import { ROUTE_CALLERS } from '#api/route-callers.ts';
import type { Asker } from './access-desk.node.ts';
import type { Station } from './station.node.ts';

const COOKIE = 'kerf-session';

/** What a proxy adds: whoever asks through one is elsewhere, though the proxy is here. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'] as const;

/** The asker of a request, by her cookie and her place. */
export function askerOf(request: FastifyRequest): Asker {
  const found = new RegExp(`(?:^|;\\s*)${COOKIE}=([A-Za-z0-9_-]{1,100})(?:;|$)`).exec(request.headers.cookie ?? '');
  return {
    token: found?.[1] ?? null,
    isLocal: isLoopback(request.socket.remoteAddress) && !FORWARDED.some((name) => request.headers[name] !== undefined),
  };
}

/** Refuses whom route-callers.ts does not name for the route.
 *  @throws KerfError those of AccessDesk.demand */
export async function demandCaller(
  station: Station,
  asker: Asker,
  route: keyof typeof ROUTE_CALLERS,
): Promise<SessionView | null> {
  const caller = ROUTE_CALLERS[route];
  return caller === 'anyone' || caller === 'herself' ? null : station.access.demand(asker, caller);
}

/** Where a hide comes from is the station's own source. Another one, a file or a camera of anybody's choice, is opened for
 *  who is at the station itself, or an engineer.
 *  @throws KerfError those of AccessDesk.demand */
export async function demandSource(station: Station, asker: Asker, source: string | undefined): Promise<void> {
  if (source === undefined || source === station.source || asker.isLocal) return;
  await station.access.demand(asker, 'engineer');
}

/** Sent back to this station by its own pages only, and read by no script. */
export function giveCookie(reply: FastifyReply, token: string | null): void {
  const age = token === null ? '; Max-Age=0' : '';
  reply.header('set-cookie', `${COOKIE}=${token ?? ''}; Path=/; HttpOnly; SameSite=Strict${age}`);
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && (/^(::ffff:)?127\./.test(address) || address === '::1');
}
