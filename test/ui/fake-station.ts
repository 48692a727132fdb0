import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import fastifyWebsocket from '@fastify/websocket';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { WebSocket } from 'ws';
import type { StationEvent } from '../../src/api/events.ts';
import { eventSchema } from '../../src/api/events.ts';
import { API_PREFIX, ROUTES } from '../../src/api/routes.ts';
import type { CutView, LayoutView, LockedPiece, StatusView } from '../../src/api/views.ts';
import type { Defect, Inspection } from '../../src/domain/inspection.ts';
import type { Alarm, Job, StationState } from '../../src/domain/job.ts';
import type { TilePlace } from '../../src/station/scan-tiles.node.ts';
import { DEFECTS, TABLE, hash, hidePicture, inspectionOf } from './drawn-hide.ts';
import { ORDER_COUNT, drawnSearch } from './drawn-layout.ts';

/** A double of the station for the page: the API of src/api over one drawn job. Nothing happens by itself: a test
 *  moves it with `step…` methods, or calls `play()` to let it run on timers for a person to look at. */
export interface FakeStation {
  readonly address: string;
  readonly approvals: readonly string[];
  readonly requests: readonly string[];
  readonly reviews: readonly { readonly by: string; readonly waive: boolean }[];
  status(): StatusView;
  /** SCANNING is over, tiles come; `upTo` of 12. */
  look(upTo: number): void;
  /** The inspection is there: REVIEWING. */
  showInspection(): void;
  /** The search's layout number `i` (0 to 5, the last is final). */
  nest(i: number): void;
  layoutHash(): string | null;
  layout(): LayoutView | null;
  /** The locks that the last wish named. */
  locked(): readonly LockedPiece[];
  answer(result: 'accepted' | 'started' | 'paused' | 'resumed' | 'done' | 'rejected'): void;
  cut(count: number): void;
  raise(alarm: Partial<Alarm> & { readonly code: string; readonly severity: number }): string;
  clear(alarm: string): void;
  /** Somebody else corrects a mark while this hide is nested; the next layout comes by `nest`. */
  correctElsewhere(): void;
  /** The next call of a route is refused with this code. */
  refuseNext(code: string): void;
  /** Breaks every connection and refuses new ones until `restore`. */
  drop(): void;
  restore(): void;
  play(): void;
  close(): Promise<void>;
}

const NOW = '2026-01-01T12:00:00.000Z';
const TILES = 12;
/** As the station sends it: what the page must live with. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";
/** Searches by their defects: tests over one hide draw the same. */
const searches = new Map<string, readonly LayoutView[]>();

/** The hide that lies on the fake table. */
export interface FakeHide {
  readonly defects: readonly Defect[];
  readonly inspection: (defects: readonly Defect[]) => Inspection;
  readonly search: (job: string, defects: readonly Defect[]) => readonly LayoutView[];
  /** The scan as one JPEG of at most this size. */
  readonly picture: (maxPx: number) => Promise<Uint8Array>;
  readonly tile: (place: TilePlace) => Promise<Uint8Array>;
}

const DRAWN_HIDE: FakeHide = {
  defects: DEFECTS,
  inspection: inspectionOf,
  search: drawnSearch,
  picture: hidePicture,
  tile: () => Promise.reject(new Error('the drawn hide has no tiles')),
};

interface FakeStationOptions {
  readonly uiDir: string;
  readonly port?: number;
  readonly hide?: FakeHide;
}

export async function fakeStation({ uiDir, port = 0, hide = DRAWN_HIDE }: FakeStationOptions): Promise<FakeStation> {
  const sockets = new Set<WebSocket>();
  let seq = 2;
  let n = 0;
  let state: StationState = 'READY';
  let job: Job | null = null;
  let defects: readonly Defect[] = hide.defects;
  let layout: LayoutView | null = null;
  let alarms: readonly Alarm[] = [];
  let plc: StatusView['plc'] = {
    isConnected: true,
    isSimulated: true,
    mode: 'auto',
    lastResult: null,
    lastCode: null,
    answeredInMs: null,
    asked: null,
  };
  let progress: StatusView['progress'] = null;
  let done: (readonly Defect[])[] = [];
  let undone: (readonly Defect[])[] = [];
  let locked: readonly LockedPiece[] = [];
  const arranged = new Map<string, LayoutView>();
  let refusal: string | null = null;
  let isDown = false;
  let isPlaying = false;
  let nextDefect = 100;
  const approvals: string[] = [];
  const requests: string[] = [];
  const reviews: { by: string; waive: boolean }[] = [];
  const timers = new Set<ReturnType<typeof setTimeout>>();

  const status = (): StatusView => ({
    version: '0.1.0',
    state,
    n,
    job,
    corrections: { undoCount: done.length, redoCount: undone.length },
    progress,
    alarms,
    plc,
    broker: { url: 'mqtt://127.0.0.1:1883', isConnected: true, outboxCount: 0 },
    provider: { used: 'cpu', why: 'the only one there is' },
    order: {
      name: '4417',
      pieceCount: ORDER_COUNT,
      kits: [
        { id: 'Siena tote', quantity: 8 },
        { id: 'Lido wallet', quantity: 18 },
        { id: 'Nota holder', quantity: 24 },
      ],
    },
    language: 'en',
    now: NOW,
  });
  const send = (event: StationEvent) => {
    const text = JSON.stringify(eventSchema.parse(event));
    for (const socket of sockets) socket.send(text);
  };
  const tell = () => send({ kind: 'status', status: status() });
  const go = (next: StationState, change: Partial<Job> = {}) => {
    if (next !== state) n += 1;
    state = next;
    if (job) job = { ...job, ...change };
    tell();
  };
  const later = (ms: number, act: () => void) => {
    if (!isPlaying) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms);
    timers.add(timer);
  };
  const search = () => {
    const key = JSON.stringify(defects.map((d) => [d.id, d.quality]));
    const known = searches.get(key) ?? hide.search(job!.id, defects);
    searches.set(key, known);
    return known.map((l) => ({ ...l, job: job!.id }));
  };
  const cutView = (): CutView => ({
    job: job!.id,
    order: layout!.pieces.map((p) => p.placement),
    cutLength: 48_200,
    seconds: 640,
    file: 'jobs/1/cut.dxf',
    sha256: hash('cut'),
  });

  const station: FakeStation = {
    address: '',
    approvals,
    requests,
    reviews,
    status,
    look(upTo) {
      if (state === 'SCANNING') go('INSPECTING', { scanSha256: hash('scan'), state: 'scanned' });
      const columns = 4;
      const w = TABLE.width / columns;
      const h = TABLE.height / (TILES / columns);
      for (let i = 0; i < upTo; i += 1) {
        const x = (i % columns) * w;
        const y = TABLE.height - (Math.floor(i / columns) + 1) * h;
        send({
          kind: 'tile',
          job: job!.id,
          outline: [
            [x, y],
            [x + w, y],
            [x + w, y + h],
            [x, y + h],
          ],
          done: i + 1,
          total: TILES,
        });
        const here = hide.defects.filter(
          (d) => d.outline[0]![0] >= x && d.outline[0]![0] < x + w && d.outline[0]![1] >= y && d.outline[0]![1] < y + h,
        );
        if (here.length > 0) send({ kind: 'defects', job: job!.id, defects: here });
      }
    },
    showInspection() {
      go('REVIEWING', { inspectionSha256: hash(JSON.stringify(defects)), state: 'inspected' });
    },
    nest(i) {
      const all = search();
      layout = all[Math.min(i, all.length - 1)]!;
      send({ kind: 'layout', layout });
      if (layout.sha256 !== null) {
        job = { ...job!, state: 'nested', layoutSha256: layout.sha256 };
        tell();
      }
    },
    layoutHash: () => layout?.sha256 ?? null,
    layout: () => layout,
    locked: () => locked,
    answer(result) {
      plc = { ...plc, lastResult: result, lastCode: result === 'rejected' ? 5 : 0, answeredInMs: 214, asked: null };
      if (result === 'accepted') go('RELEASED', { state: 'accepted' });
      else if (result === 'started' || result === 'resumed') go('CUTTING', { state: 'cutting' });
      else if (result === 'paused') go('PAUSED', { state: 'paused' });
      else if (result === 'done') go('DONE', { state: 'done', cutCount: job!.pieceCount });
      else go('DONE', { state: 'rejected', code: 5 });
    },
    cut(count) {
      job = { ...job!, cutCount: count };
      send({ kind: 'cut', job: job.id, cutCount: count });
    },
    raise(alarm) {
      const id = `a${alarms.length + 1}`;
      alarms = [
        ...alarms,
        {
          id,
          isActive: true,
          isAcknowledged: false,
          n: 1,
          job: job?.id ?? null,
          details: {},
          raisedAt: NOW,
          clearedAt: null,
          ...alarm,
        },
      ];
      tell();
      return id;
    },
    clear(id) {
      alarms = alarms.filter((a) => a.id !== id);
      tell();
    },
    correctElsewhere() {
      done.push(defects);
      defects = defects.slice(1);
      job = { ...job!, state: 'reviewed', layoutSha256: null, inspectionSha256: hash(JSON.stringify(defects)) };
      send({ kind: 'inspection', job: job.id });
      tell();
    },
    refuseNext(code) {
      refusal = code;
    },
    drop() {
      isDown = true;
      for (const socket of sockets) socket.terminate();
    },
    restore() {
      isDown = false;
    },
    play() {
      isPlaying = true;
    },
    async close() {
      for (const timer of timers) clearTimeout(timer);
      for (const socket of sockets) socket.terminate();
      await app.close();
    },
  };

  function playOn(): void {
    if (state === 'SCANNING') {
      for (let i = 1; i <= TILES; i += 1) later(400 + 250 * i, () => station.look(i));
      later(400 + 250 * (TILES + 2), () => station.showInspection());
    } else if (state === 'NESTING') for (let i = 0; i < 6; i += 1) later(400 + 1200 * i, () => station.nest(i));
    else if (state === 'RELEASED') {
      later(900, () => station.answer('accepted'));
      later(2500, () => station.answer('started'));
      for (let i = 1; i <= layout!.pieceCount; i += 1)
        later(2500 + 400 * i, () => state === 'CUTTING' && station.cut(i));
      later(2900 + 400 * layout!.pieceCount, () => station.answer('done'));
    }
  }

  const app: FastifyInstance = Fastify({ forceCloseConnections: true });
  await app.register(fastifyWebsocket);
  await app.register(fastifyStatic, { root: uiDir });
  const refuse = (reply: FastifyReply, httpStatus: number, code: string) =>
    reply.status(httpStatus).send({ code, message: `refused with ${code}`, details: {} });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
    if (isDown) return reply.status(503).send();
    if (refusal !== null && request.method === 'POST') {
      const code = refusal;
      refusal = null;
      return refuse(reply, 409, code);
    }
    return undefined;
  });
  await app.register(
    async (api) => {
      api.get('/events', { websocket: true }, (socket) => {
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket));
        socket.send(JSON.stringify(eventSchema.parse({ kind: 'status', status: status() })));
      });
      api.get('/status', async () => status());
      api.get('/jobs', async () => (job ? [job] : []));
      api.get('/jobs/:id', async (_, reply) => job ?? refuse(reply, 404, 'STATION_JOB_UNKNOWN'));
      api.get<{ Querystring: { max: string } }>('/jobs/:id/scan.jpg', async (request, reply) =>
        reply
          .type('image/jpeg')
          .header('cache-control', 'max-age=3600')
          .send(await hide.picture(Number(request.query.max))),
      );
      api.get<{ Params: Record<keyof TilePlace, string> }>(
        '/jobs/:id/tiles/:level/:column/:row.jpg',
        async ({ params }, reply) =>
          reply
            .type('image/jpeg')
            .send(
              await hide.tile({ level: Number(params.level), column: Number(params.column), row: Number(params.row) }),
            ),
      );
      api.get('/jobs/:id/inspection', async (_, reply) =>
        job?.inspectionSha256 ? hide.inspection(defects) : refuse(reply, 404, 'STATION_NO_INSPECTION'),
      );
      api.get('/jobs/:id/layout', async (_, reply) => layout ?? refuse(reply, 404, 'STATION_NO_LAYOUT'));
      api.get('/jobs/:id/cut-plan', async (_, reply) =>
        job?.cutSha256 ? cutView() : refuse(reply, 404, 'STATION_NO_CUT_PLAN'),
      );
      api.post('/jobs', async (_, reply) => {
        if (state !== 'READY' && state !== 'DONE') return refuse(reply, 409, 'STATION_BUSY');
        seq += 1;
        layout = null;
        defects = hide.defects;
        [done, undone] = [[], []];
        plc = { ...plc, lastResult: null, lastCode: null, answeredInMs: null, asked: null };
        job = {
          id: `4417-0${seq}`,
          seq,
          state: 'new',
          source: 'camera',
          order: '4417',
          machine: 'simulated',
          createdAt: NOW,
          updatedAt: NOW,
          scanSha256: null,
          inspectionSha256: null,
          layoutSha256: null,
          cutFile: null,
          cutSha256: null,
          pieceCount: null,
          cutCount: null,
          nestedYieldBp: null,
          approvedBy: null,
          waivedCount: 0,
          waivedBy: null,
          code: null,
          reason: null,
          seconds: {},
        };
        progress = { what: 'scan', done: 1, total: 3 };
        go('SCANNING');
        progress = null;
        playOn();
        return job;
      });
      api.post('/jobs/:id/cancel', async () => {
        for (const timer of timers) clearTimeout(timer);
        const given = { ...job!, state: 'cancelled' as const };
        job = null;
        go('READY');
        return given;
      });
      api.post('/jobs/:id/review', async (request) => {
        const body = ROUTES.review.body.parse(request.body);
        reviews.push(body);
        go('NESTING', { state: 'reviewed' });
        playOn();
        return job;
      });
      const moved = (next: readonly Defect[]) => {
        defects = next;
        send({ kind: 'inspection', job: job!.id });
        tell();
        if (state === 'NESTING') station.nest(5);
        return hide.inspection(defects);
      };
      const changed = (next: readonly Defect[]) => {
        done.push(defects);
        undone = [];
        return moved(next);
      };
      api.post('/jobs/:id/undo', async (_, reply) => {
        const before = done.pop();
        if (!before) return refuse(reply, 409, 'STATION_NOTHING_TO_UNDO');
        undone.push(defects);
        return moved(before);
      });
      api.post('/jobs/:id/redo', async (_, reply) => {
        const after = undone.pop();
        if (!after) return refuse(reply, 409, 'STATION_NOTHING_TO_REDO');
        done.push(defects);
        return moved(after);
      });
      api.post('/jobs/:id/locked', async (request, reply) => {
        if (!layout) return refuse(reply, 409, 'STATION_WRONG_STATE');
        locked = ROUTES.lockPieces.body.parse(request.body).locked;
        layout = lockedLayout(layout, locked);
        job = { ...job!, inspectionSha256: hash(JSON.stringify([defects, locked])) };
        arranged.set(layout.sha256!, layout);
        send({ kind: 'inspection', job: job.id });
        tell();
        send({ kind: 'layout', layout });
        return hide.inspection(defects);
      });
      api.post('/jobs/:id/defects', async (request) => {
        const body = ROUTES.addDefect.body.parse(request.body);
        nextDefect += 1;
        return changed([
          ...defects,
          {
            id: `d${nextDefect}`,
            class: body.class,
            outline: body.outline,
            holes: [],
            areaMm2: 900,
            confidence: 1,
            doubt: 0,
            quality: body.quality,
            source: 'person',
            by: body.by,
            at: NOW,
          },
        ]);
      });
      api.post<{ Params: { id: string; defect: string } }>('/jobs/:id/defects/:defect', async (request) => {
        const { quality, by } = ROUTES.changeDefect.body.parse(request.body);
        const { defect } = request.params;
        return changed(
          quality === null
            ? defects.filter((d) => d.id !== defect)
            : defects.map((d) => (d.id === defect ? { ...d, quality, by, at: NOW, doubt: 0 } : d)),
        );
      });
      api.post('/jobs/:id/nest/stop', async () => {
        for (const timer of timers) clearTimeout(timer);
        if (layout) {
          layout = { ...layout, isFinal: true, sha256: layout.sha256 ?? hash(JSON.stringify(layout.pieces)) };
          send({ kind: 'layout', layout });
        }
        return { ok: true };
      });
      api.post('/jobs/:id/approve', async (request, reply) => {
        const { layoutSha256, by } = ROUTES.approve.body.parse(request.body);
        if (job!.approvedBy !== null)
          return job!.layoutSha256 === layoutSha256 ? job : refuse(reply, 409, 'STATION_ALREADY_APPROVED');
        approvals.push(layoutSha256);
        const chosen =
          arranged.get(layoutSha256) ??
          search().find((l) => l.sha256 === layoutSha256) ??
          (layout?.sha256 === layoutSha256 ? layout : null);
        if (!chosen) return refuse(reply, 409, 'STATION_LAYOUT_DIFFERS');
        for (const timer of timers) clearTimeout(timer);
        layout = chosen;
        go('RELEASED', {
          state: 'released',
          layoutSha256,
          approvedBy: by,
          pieceCount: chosen.pieceCount,
          cutSha256: hash('cut'),
          cutCount: 0,
          nestedYieldBp: chosen.nestedYieldBp,
        });
        playOn();
        return job;
      });
      api.post('/jobs/:id/request', async (request) => {
        const { req } = ROUTES.request.body.parse(request.body);
        requests.push(req);
        plc = { ...plc, asked: req };
        tell();
        later(700, () => station.answer(req === 'pause' ? 'paused' : req === 'resume' ? 'resumed' : 'rejected'));
        return { ok: true };
      });
      api.post<{ Params: { id: string } }>('/alarms/:id/acknowledge', async (request) => {
        alarms = alarms.map((a) => (a.id === request.params.id ? { ...a, isAcknowledged: true } : a));
        tell();
        return { ok: true };
      });
    },
    { prefix: API_PREFIX },
  );
  const address = await app.listen({ port, host: '127.0.0.1' });
  return { ...station, address };
}

/** The layout with these pieces locked: each lock takes the nearest copy of its piece there, turned as it says. */
function lockedLayout(before: LayoutView, locks: readonly LockedPiece[]): LayoutView {
  const pieces = before.pieces.map((p) => ({ ...p, isLocked: false }));
  for (const lock of locks) {
    const free = pieces.filter((p) => p.id === lock.piece && !p.isLocked);
    const away = (p: LockedPiece | (typeof pieces)[number]) => Math.hypot(p.x - lock.x, p.y - lock.y);
    const nearest = free.reduce((a, b) => (away(b) < away(a) ? b : a));
    const radians = ((lock.rotation - nearest.rotation) * Math.PI) / 180;
    const [c, s] = [Math.cos(radians), Math.sin(radians)];
    const outline = nearest.outline.map(([x, y]): [number, number] => {
      const [u, v] = [x - nearest.x, y - nearest.y];
      return [lock.x + u * c - v * s, lock.y + u * s + v * c];
    });
    Object.assign(nearest, { outline, x: lock.x, y: lock.y, rotation: lock.rotation, isLocked: true });
  }
  return { ...before, pieces, sha256: hash(JSON.stringify(pieces)) };
}

/** `node test/ui/fake-station.ts` serves the built page over the drawn job, to look at by hand. */
if (process.argv[1]?.endsWith('fake-station.ts')) {
  const station = await fakeStation({ uiDir: join(import.meta.dirname, '../../dist/ui'), port: 8481 });
  station.play();
  console.log(station.address);
}
