import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import fastifyStatic from '@fastify/static';
import fastifyWebsocket from '@fastify/websocket';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { SCREEN_PATHS } from '#api/screen-paths.ts';
import { API_PREFIX } from '#api/routes.ts';
import { contentPolicy } from '#domain/content-policy.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Logger } from '#domain/ports.ts';
import { errorAnswer, isOwnHost, isOwnOrigin, methodRefused, refusalOfLibrary } from './http-answers.ts';
import { addFiles } from './http-files.node.ts';
import { methodsAt } from './http-methods.ts';
import { addRoutes } from './http-routes.node.ts';
import type { StationMessage } from './station-options.node.ts';
import type { Station } from './station.node.ts';

export interface HttpOptions {
  readonly station: Station;
  readonly version: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly listen: string;
  /** Folder of the built screens. */
  readonly uiDir: string;
  readonly logger: Logger;
  /** Where a window gives the camera's pictures (#domain/frame-feed.ts); left out or null: the camera is another. */
  readonly feedPort?: number | null;
  /** How long a request may take to come in whole. Default 30 s. */
  readonly requestMs?: number;
}

export interface HttpServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A drawn ring of some thousand points is far below this. */
const BODY_LIMIT_BYTES = 1024 * 1024;
/** A megabyte comes in less over any network of a factory; who sends a byte now and then holds a socket no longer. */
const REQUEST_MS = 30_000;
/** Windows keep one or two each; beyond, a flood would take the station's file handles. */
const MOST_CONNECTIONS = 500;

/** Serves the API, its events and the screens.
 *  @throws KerfError STATION_PORT_IN_USE, STATION_CANNOT_LISTEN */
export async function startHttp(options: HttpOptions): Promise<HttpServer> {
  const { station, version, port, listen, uiDir, logger, feedPort = null, requestMs = REQUEST_MS } = options;
  const ownNames = [hostname().toLowerCase(), listen.toLowerCase()];
  const policy = contentPolicy(feedPort === null ? [] : [`ws://127.0.0.1:${feedPort}`]);
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: true,
    requestTimeout: requestMs,
    // An address that it cannot read never comes as far as the hooks.
    frameworkErrors: (error, request, reply) => {
      if (!guardRequest(request, reply, ownNames, policy)) answerError(error, { request, reply, logger });
    },
    // Node looks every 30 s otherwise; and its headers may take as long as the whole.
    http: { connectionsCheckingInterval: requestMs / 4, headersTimeout: requestMs },
  });
  app.server.maxConnections = MOST_CONNECTIONS;
  app.addHook('onRequest', async (request, reply) => guardRequest(request, reply, ownNames, policy));
  // Before a body is read: what nobody asked for is not looked at.
  app.addHook('onRequest', async (request, reply) => (request.is404 ? refuseMethod(request, reply) : undefined));
  // A refused upgrade leaves a socket that the server no longer counts as its own; closing would wait for it for ever.
  app.addHook('onResponse', async (request) => {
    if (request.headers.upgrade !== undefined) request.raw.socket.destroySoon();
  });
  // A form of another page can send plain text; we read none.
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler((error, request, reply) => answerError(error, { request, reply, logger }));
  await app.register(fastifyWebsocket, { options: { maxPayload: 64 * 1024 } });
  addRoutes(app, station);
  addFiles(app, station, version);
  addEvents(app, station);
  const hasScreens = await stat(uiDir).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (hasScreens) {
    await app.register(fastifyStatic, { root: uiDir });
    for (const path of SCREEN_PATHS) app.get(path, (_request, reply) => reply.sendFile('index.html'));
  }
  app.setNotFoundHandler((request, reply) => {
    // The screens' files take any GET first, and then find none.
    const refused = refuseMethod(request, reply);
    if (refused) return refused;
    const message =
      hasScreens || request.url !== '/'
        ? `There is nothing at ${request.method} ${request.url.slice(0, 200)}.`
        : 'The screens are not built: run npm start, which builds them.';
    return reply.code(404).send({ code: 'STATION_NOTHING_HERE', message, details: {} });
  });
  try {
    await app.listen({ port, host: listen });
  } catch (cause) {
    await app.close();
    throw listenError(cause, port, listen);
  }
  const address = app.server.address();
  const taken = typeof address === 'object' && address !== null ? address.port : port;
  const host = listen.includes(':') ? `[${listen}]` : listen;
  let closing: Promise<void> | null = null;
  const close = () => (closing ??= Promise.resolve(app.close()).then(() => undefined));
  return { url: `http://${host}:${taken}`, port: taken, close, [Symbol.asyncDispose]: close };
}

/** A window that cannot keep up is closed rather than remembered without end; it comes back and asks for what it needs. */
const MOST_WAITING_BYTES = 16 * 1024 * 1024;

function addEvents(app: FastifyInstance, station: Station): void {
  app.register(async (scope) => {
    scope.get(`${API_PREFIX}/events`, { websocket: true }, (socket) => {
      const send = (message: StationMessage) => {
        if (socket.bufferedAmount > MOST_WAITING_BYTES) socket.terminate();
        else if (socket.readyState === socket.OPEN)
          socket.send('json' in message ? message.json : JSON.stringify(message.event));
      };
      const stop = station.subscribe(send);
      socket.on('close', stop);
      socket.on('error', () => socket.terminate());
      send({ event: { kind: 'status', status: station.status() } });
      for (const event of station.lookedAt()) send({ event });
    });
  });
}

function guardRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  ownNames: readonly string[],
  policy: string,
): FastifyReply | undefined {
  reply.headers({
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  });
  const { host, origin } = request.headers;
  if (isOwnHost(host, ownNames) && isOwnOrigin(origin, host)) return undefined;
  return reply.code(403).send({
    code: 'STATION_ORIGIN_REFUSED',
    message: `Found a request for host ${String(host).slice(0, 80)} from ${String(origin ?? 'no page').slice(0, 80)}; the station answers its own page and this machine's own names only.`,
    details: {},
  });
}

function refuseMethod(request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined {
  const allowed = methodsAt(request.url);
  // Where the method is right, what it names is not: a name that no route takes.
  if (allowed.length === 0 || allowed.includes(request.method)) return undefined;
  const { status, body } = errorAnswer(methodRefused(request.method, request.url, allowed));
  return reply.code(status).header('allow', allowed.join(', ')).send(body);
}

interface Answering {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly logger: Logger;
}

function answerError(error: unknown, { request, reply, logger }: Answering): FastifyReply {
  const asked = { limitBytes: request.routeOptions.bodyLimit, type: request.headers['content-type'] };
  const { status, body } = errorAnswer(refusalOfLibrary(error, asked) ?? error);
  if (status === 500)
    logger.error('http.defect', { reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  return reply.code(status).send(body);
}

function listenError(cause: unknown, port: number, listen: string): KerfError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const options = { fault: 'device' as const, details: { port, listen }, cause };
  if (code === 'EADDRINUSE')
    return new KerfError(
      'STATION_PORT_IN_USE',
      `Port ${port} on ${listen} is in use, perhaps by another Kerf station. Stop that, or give another one with --port N (or http.port in settings.json).`,
      options,
    );
  return new KerfError(
    'STATION_CANNOT_LISTEN',
    `Cannot listen on ${listen}:${port} (${code || String(cause)}). Give another address with --listen, or another port with --port.`,
    options,
  );
}
