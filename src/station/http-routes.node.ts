import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { SessionView } from '#api/access-routes.ts';
import { API_PREFIX, ROUTES, type Route, type RouteName } from '#api/routes.ts';
import { parseDocument } from '#domain/parse-document.ts';
import type { Asker } from './access-desk.node.ts';
import { askerOf, demandCaller, demandSource, giveCookie } from './http-access.node.ts';
import type { Station } from './station.node.ts';

interface Question<N extends RouteName> {
  readonly params: Input<(typeof ROUTES)[N], 'params'>;
  readonly query: Input<(typeof ROUTES)[N], 'query'>;
  readonly body: Input<(typeof ROUTES)[N], 'body'>;
  readonly asker: Asker;
  /** Where one was demanded. */
  readonly session: SessionView | null;
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

function handlersOf(station: Station): Handlers {
  const ok = { ok: true } as const;
  return {
    orders: () => station.orders.list(),
    order: ({ params }) => station.orders.detail(params.name),
    previewOrder: ({ body }) => station.orders.preview(body),
    orderColumns: ({ body }) => station.orders.columns(body.file),
    addOrder: ({ body, session }) => station.orders.add({ ...body, by: session?.name ?? body.by }),
    chooseOrder: async ({ params }) => {
      await station.orders.choose(params.name);
      return ok;
    },
    health: () => station.engineer.health(),
    camera: () => station.camera.view(),
    log: () => station.engineer.log(),
    settings: () => station.engineer.settings(),
    keptSettings: () => station.settings.kept(),
    setSettings: ({ body, session }) => station.settings.change(body.changes, session?.name ?? null),
    jobEvents: async ({ params }) => {
      await station.jobById(params.id);
      return station.engineer.events(params.id);
    },
    projector: () => station.engineer.projector(),
    setProjector: ({ body, session }) => station.engineer.setProjector(body.corners, session?.name ?? body.by),
    table: () => station.table.view(),
    takeTablePicture: () => station.table.takePicture(),
    endTablePicture: () => {
      station.table.endPicture();
      return ok;
    },
    setTable: ({ body, session }) => station.table.set({ ...body, by: session?.name ?? body.by }),
    forgetTable: ({ body, session }) => station.table.forget(session?.name ?? body.by),
    takeBackTable: ({ body, session }) => station.table.takeBack(session?.name ?? body.by),
    backups: () => station.backups.list(),
    startBackup: ({ body, session }) => station.backups.start({ ...body, by: session?.name ?? body.by }),
    checkBackup: ({ params }) => station.backups.check(params.name),
    removeBackup: ({ params, body, session }) => station.backups.remove(params.name, session?.name ?? body.by),
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
    sheet: ({ params }) => station.ledger.sheet(params.id),
    accept: ({ params, body }) => station.afterCut.accept(params.id, body),
    tellFate: ({ params, body }) => station.ledger.tellFate(params.id, body),
    compareCut: async ({ params, body, asker }) => {
      await demandSource(station, asker, body.source);
      return station.afterCut.compare(params.id, body);
    },
    endCutScan: async ({ params }) => {
      await station.afterCut.end(params.id);
      return ok;
    },
    decideCut: ({ params, body }) => station.afterCut.decide(params.id, body),
    cutComparison: ({ params }) => station.afterCut.latest(params.id),
    shift: ({ query }) => station.ledger.shift(query),
    results: async ({ body: { mapping: given, ...span } }) => {
      const mapping = typeof given === 'string' ? await station.mappings.read('results', given) : given;
      return { format: mapping.format, text: await station.ledger.results(span, mapping) };
    },
    hide: ({ params }) => station.ledger.hide(params.code),
    nameHide: ({ params, body }) => station.nameHide(params.id, body),
    remnants: ({ query }) => station.stock.list(query.state, query.limit),
    stockSheets: () => station.stock.sheets(),
    endRemnant: ({ params, body }) => station.stock.end(params.id, body),
    keepRemnant: ({ params, body }) => station.stock.keep(params.id, body.by),
    mappings: () => station.mappings.list(),
    orderMapping: ({ params }) => station.mappings.read('order', params.name),
    resultsMapping: ({ params }) => station.mappings.read('results', params.name),
    setOrderMapping: async ({ params, body, session }) => {
      await station.mappings.put('order', params.name, body.mapping, session?.name ?? body.by);
      return ok;
    },
    setResultsMapping: async ({ params, body, session }) => {
      await station.mappings.put('results', params.name, body.mapping, session?.name ?? body.by);
      return ok;
    },
    status: () => station.status(),
    jobs: ({ query: { limit, ...which } }) => station.jobs(limit, which),
    hides: ({ query }) => station.hides(query.find, query.limit),
    job: ({ params }) => station.jobById(params.id),
    startJob: async ({ body, asker }) => {
      await demandSource(station, asker, body.source);
      return station.startJob(body);
    },
    inspection: async ({ params }) => new JsonText(await station.inspectionJson(params.id)),
    layout: async ({ params }) => new JsonText(await station.layoutJson(params.id)),
    alternatives: async ({ params }) => new JsonText(await station.alternativesJson(params.id)),
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
    shelveAlarm: async ({ params, body }) => {
      await station.shelveAlarm(params.id, body);
      return ok;
    },
    unshelveAlarm: async ({ params, body }) => {
      await station.unshelveAlarm(params.id, body.by);
      return ok;
    },
    acknowledgeAlarm: async ({ params }) => {
      await station.acknowledgeAlarm(params.id);
      return ok;
    },
  };
}

/** Every route of ROUTES: who may, what was asked, what the station answers. */
export function addRoutes(app: FastifyInstance, station: Station): void {
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
        const session = await demandCaller(station, asker, name as RouteName);
        const answer = await handler({
          asker,
          session,
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
