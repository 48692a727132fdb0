import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import fastifyStatic from '@fastify/static';
import fastifyWebsocket from '@fastify/websocket';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { SCREEN_PATHS } from '#api/screen-paths.ts';
import { API_PREFIX, ROUTES, type Route, type RouteName } from '#api/routes.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { parseDocument } from '#domain/parse-document.ts';
import type { Logger } from '#domain/ports.ts';
import { errorAnswer, isOwnHost, isOwnOrigin } from './http-answers.ts';
import type { Asker } from './access-desk.node.ts';
import { askerOf, giveCookie } from './http-access.node.ts';
import { openApi } from './open-api.ts';
import { ScanTiles } from './scan-tiles.node.ts';
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
}

export interface HttpServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Question<N extends RouteName> {
  readonly params: Input<(typeof ROUTES)[N], 'params'>;
  readonly query: Input<(typeof ROUTES)[N], 'query'>;
  readonly body: Input<(typeof ROUTES)[N], 'body'>;
  readonly asker: Asker;
  readonly giveCookie: (token: string | null) => void;
}
type Input<R, K extends string> = R extends Readonly<Record<K, z.ZodType>> ? z.output<R[K]> : undefined;
/** What a handler gives: the route's answer, or its JSON made elsewhere. */
type Answer<N extends RouteName> = z.output<(typeof ROUTES)[N]['answer']> | JsonText;
type Handlers = { readonly [N in RouteName]: (question: Question<N>) => Answer<N> | Promise<Answer<N>> };
class JsonText {
  readonly text: string | Uint8Array;
  constructor(text: string | Uint8Array) {
    this.text = text;
  }
}

/** A drawn ring of some thousand points is far below this. */
const BODY_LIMIT_BYTES = 1024 * 1024;
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";
const JPEG_DEFAULT_PX = 2048;
const jpegQuery = z.strictObject({ max: z.coerce.number().int().min(16).max(8192).default(JPEG_DEFAULT_PX) });
const idParams = z.strictObject({ id: z.string() });
const whole = z.coerce.number().int().min(0).max(9999);
const tileParams = z.strictObject({ id: z.string(), level: whole, column: whole, row: whole });

/** Serves the API, its events and the screens.
 *  @throws KerfError STATION_PORT_IN_USE, STATION_CANNOT_LISTEN */
export async function startHttp(options: HttpOptions): Promise<HttpServer> {
  const { station, version, port, listen, uiDir, logger } = options;
  const app = fastify({ bodyLimit: BODY_LIMIT_BYTES, forceCloseConnections: true });
  const ownNames = [hostname().toLowerCase(), listen.toLowerCase()];
  app.addHook('onRequest', async (request, reply) => guardRequest(request, reply, ownNames));
  // A refused upgrade leaves a socket that the server no longer counts as its own; closing would wait for it for ever.
  app.addHook('onResponse', async (request) => {
    if (request.headers.upgrade !== undefined) request.raw.socket.destroySoon();
  });
  app.setErrorHandler((error, _request, reply) => answerError(error, reply, logger));
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

function handlersOf(station: Station): Handlers {
  const ok = { ok: true } as const;
  return {
    orders: () => station.orders.list(),
    order: ({ params }) => station.orders.detail(params.name),
    previewOrder: ({ body }) => station.orders.preview(body.files, body.readAs),
    addOrder: ({ body }) => station.orders.add(body),
    chooseOrder: async ({ params }) => {
      await station.orders.choose(params.name);
      return ok;
    },
    health: () => station.engineer.health(),
    log: () => station.engineer.log(),
    jobEvents: async ({ params }) => {
      await station.jobById(params.id);
      return station.engineer.events(params.id);
    },
    projector: () => station.engineer.projector(),
    setProjector: ({ body }) => station.engineer.setProjector(body.corners, body.by),
    access: ({ asker }) => station.access.view(asker),
    signIn: async ({ body, giveCookie }) => {
      const { token, session } = await station.access.signIn(body.name, body.pin);
      giveCookie(token);
      return session;
    },
    signOut: async ({ asker, giveCookie }) => {
      await station.access.signOut(asker);
      giveCookie(null);
      return ok;
    },
    setPerson: ({ asker, body }) => station.access.setPerson(asker, body),
    removePerson: ({ asker, params }) => station.access.removePerson(asker, params.name),
    audit: ({ query }) => station.auditRows(query.limit),
    sheet: ({ params }) => station.sheet(params.id),
    accept: ({ params, body }) => station.accept(params.id, body),
    shift: ({ query }) => station.shift(query),
    status: () => station.status(),
    jobs: ({ query }) => station.jobs(query.limit),
    job: ({ params }) => station.jobById(params.id),
    startJob: ({ body }) => station.startJob(body),
    inspection: async ({ params }) => new JsonText(await station.inspectionJson(params.id)),
    layout: async ({ params }) => new JsonText(await station.layoutJson(params.id)),
    cutPlan: ({ params }) => station.cutView(params.id),
    review: ({ params, body }) => station.review(params.id, body),
    addDefect: async ({ params, body }) => station.addDefect(params.id, body),
    changeDefect: ({ params, body }) => station.changeDefect(params.id, params.defect, body),
    undo: ({ params, body }) => station.undo(params.id, body),
    redo: ({ params, body }) => station.redo(params.id, body),
    labels: ({ params }) => station.labels(params.id),
    lockPieces: ({ params, body }) => station.lockPieces(params.id, body),
    stopNest: ({ params }) => {
      station.stopNest(params.id);
      return ok;
    },
    approve: ({ params, body }) => station.approve(params.id, body),
    request: async ({ params, body }) => {
      await station.request(params.id, body.req);
      return ok;
    },
    cancel: ({ params }) => station.cancel(params.id),
    key: () => ({ id: station.key.id, publicPem: station.key.publicPem }),
    acknowledgeAlarm: async ({ params }) => {
      await station.acknowledgeAlarm(params.id);
      return ok;
    },
  };
}

function addRoutes(app: FastifyInstance, station: Station): void {
  const handlers = handlersOf(station) as Readonly<Record<string, (question: unknown) => unknown>>;
  for (const [name, route] of Object.entries<Route>(ROUTES)) {
    const handler = handlers[name];
    if (!handler) throw new Error(`route ${name} has no handler`);
    app.route({
      method: route.method,
      url: API_PREFIX + route.path,
      ...(route.bodyLimitBytes === undefined ? {} : { bodyLimit: route.bodyLimitBytes }),
      handler: async (request, reply) => {
        const where = `${route.method} ${API_PREFIX}${route.path}`;
        const read = (schema: z.ZodType | undefined, value: unknown, part: string) =>
          schema
            ? (parseDocument(schema, value ?? {}, { name: part, where, code: 'STATION_REQUEST_REFUSED' }) as unknown)
            : undefined;
        const asker = askerOf(request);
        if (route.role) await station.access.demand(asker, route.role);
        const answer = await handler({
          asker,
          giveCookie: (token: string | null) => giveCookie(reply, token),
          params: read(route.params, request.params, 'params'),
          query: read(route.query, request.query, 'query'),
          body: read(route.body, request.body, 'body'),
        });
        const text = answer instanceof JsonText ? answer.text : JSON.stringify(answer);
        return reply.type('application/json; charset=utf-8').header('cache-control', 'no-store').send(text);
      },
    });
  }
}

function addFiles(app: FastifyInstance, station: Station, version: string): void {
  const description = JSON.stringify(openApi(version));
  app.get(`${API_PREFIX}/openapi.json`, (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(description),
  );
  app.get(`${API_PREFIX}/jobs/:id/scan.jpg`, async (request, reply) => {
    const where = `GET ${API_PREFIX}/jobs/:id/scan.jpg`;
    const code = 'STATION_REQUEST_REFUSED';
    const { id } = parseDocument(idParams, request.params, { name: 'params', where, code });
    const { max } = parseDocument(jpegQuery, request.query, { name: 'query', where, code });
    // A job's scan never changes.
    return reply
      .type('image/jpeg')
      .header('cache-control', 'private, max-age=3600')
      .send(await station.scanJpeg(id, max));
  });
  const tiles = new ScanTiles();
  app.get(`${API_PREFIX}/jobs/:id/tiles/:level/:column/:row.jpg`, async (request, reply) => {
    const where = `GET ${API_PREFIX}/jobs/:id/tiles/:level/:column/:row.jpg`;
    const code = 'STATION_REQUEST_REFUSED';
    const { id, ...place } = parseDocument(tileParams, request.params, { name: 'params', where, code });
    const job = await station.jobById(id);
    return reply
      .type('image/jpeg')
      .header('cache-control', 'private, max-age=3600')
      .send(await tiles.tileOfJob(station.jobDir(job.id), place));
  });
  app.get(`${API_PREFIX}/jobs/:id/cut`, async (request, reply) => {
    const { id } = parseDocument(idParams, request.params, {
      name: 'params',
      where: `GET ${API_PREFIX}/jobs/:id/cut`,
      code: 'STATION_REQUEST_REFUSED',
    });
    const { name, bytes } = await station.cutFile(id);
    return reply
      .type('application/octet-stream')
      .header('content-disposition', `attachment; filename="${id}-${name}"`)
      .send(bytes);
  });
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
    });
  });
}

function guardRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  ownNames: readonly string[],
): FastifyReply | undefined {
  reply.headers({
    'content-security-policy': CONTENT_SECURITY_POLICY,
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

function answerError(error: unknown, reply: FastifyReply, logger: Logger): FastifyReply {
  const own = isClientError(error) ? new KerfError('STATION_REQUEST_REFUSED', error.message, { cause: error }) : error;
  const { status, body } = errorAnswer(own);
  if (status === 500)
    logger.error('http.defect', { reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  return reply.code(status).send(body);
}

/** Fastify's own refusals: a body that is no JSON, too long, of another type. */
function isClientError(error: unknown): error is Error {
  const status: unknown = error instanceof Error && 'statusCode' in error ? error.statusCode : 0;
  return typeof status === 'number' && status >= 400 && status < 500;
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
