import fastifyStatic from '@fastify/static';
import fastifyWebsocket from '@fastify/websocket';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { eventSchema } from '../../src/api/events.ts';
import { API_PREFIX, ROUTES } from '../../src/api/routes.ts';
import { SCREEN_PATHS } from '../../src/api/screen-paths.ts';
import type { ActName, LayoutView } from '../../src/api/views.ts';
import type { Arrangement, LockedPiece } from '../../src/domain/arrangement.ts';
import type { Defect } from '../../src/domain/inspection.ts';
import type { SheetRecord } from '../../src/domain/sheet-record.ts';
import type { ShiftReport } from '../../src/domain/shift-report.ts';
import { arrangingAct } from '../../src/station/name-act.ts';
import type { TilePlace } from '../../src/station/scan-tiles.node.ts';
import { hash } from './drawn-hide.ts';
import type { FakeAct, FakeCore } from './fake-core.ts';
import { addFakeAfterCut } from './fake-after-cut.ts';
import { addFakeEngineer } from './fake-engineer.ts';
import { addFakeStock, fakeRemnants } from './fake-stock.ts';
import { NOW } from './page-fixtures.ts';
import type { FakeMoves } from './fake-station.ts';
import { blankJob } from '../../src/station/blank-job.ts';

/** As the station sends it: what the page must live with. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

/** As the station's: a window that hears nothing for 6 s takes it for gone. */
const BEAT_MS = 2000;

interface RouteOptions {
  readonly uiDir: string;
  /** Lets the job run by itself where somebody looks on. */
  readonly playOn: () => void;
}

/** The API of src/api over the double. */
export async function fakeRoutes(
  core: FakeCore,
  station: FakeMoves,
  { uiDir, playOn }: RouteOptions,
): Promise<FastifyInstance> {
  const { m, hide, status, send, tell, go, later, stopTimers, search, cutView, inspection } = core;
  const app: FastifyInstance = Fastify({ forceCloseConnections: true });
  await app.register(fastifyWebsocket);
  await app.register(fastifyStatic, { root: uiDir });
  for (const path of SCREEN_PATHS) app.get(path, (_, reply) => reply.sendFile('index.html'));
  const refuse = (reply: FastifyReply, httpStatus: number, code: string) =>
    reply.status(httpStatus).send({ code, message: `refused with ${code}`, details: {} });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
    if (m.isDown) return reply.status(503).send();
    if (m.refusal !== null && request.method === 'POST') {
      const code = m.refusal;
      m.refusal = null;
      return refuse(reply, 409, code);
    }
    return undefined;
  });
  await app.register(
    async (api) => {
      api.get('/events', { websocket: true }, (socket) => {
        m.sockets.add(socket);
        const say = () => socket.send(JSON.stringify(eventSchema.parse({ kind: 'status', status: status() })));
        const beat = setInterval(say, BEAT_MS);
        socket.on('close', () => {
          m.sockets.delete(socket);
          clearInterval(beat);
        });
        say();
        for (const event of core.lookedAt.of(m.job?.id ?? null)) socket.send(JSON.stringify(event));
      });
      api.get('/status', async () => status());
      api.get('/camera', async () => ({
        isLive: m.isCameraLive,
        feedPort: null,
        troubles: [],
        picture: m.isCameraLive
          ? { takenAt: NOW, widthPx: 2592, heightPx: 1944, bright: 181, burntShare: 0.004, edgePx: 2.1 }
          : null,
      }));
      api.get('/camera.jpg', async (_, reply) => reply.type('image/jpeg').send(await hide.picture(1280)));
      api.get('/jobs', async (request) => {
        const { hide: code, before } = ROUTES.jobs.query.parse(request.query);
        const isMeant = before === undefined && (code === undefined || m.job?.hide === code);
        return m.job && isMeant ? [m.job] : [];
      });
      api.get('/jobs/:id', async (_, reply) => m.job ?? refuse(reply, 404, 'STATION_JOB_UNKNOWN'));
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
        m.job?.inspectionSha256 ? inspection() : refuse(reply, 404, 'STATION_NO_INSPECTION'),
      );
      api.get('/jobs/:id/layout', async (_, reply) => reply.send(JSON.stringify(m.layout)));
      api.get('/jobs/:id/cut-plan', async (_, reply) =>
        m.job?.cutSha256 ? cutView() : refuse(reply, 404, 'STATION_NO_CUT_PLAN'),
      );
      api.get('/jobs/:id/sheet', async () => {
        // The ledger keeps both in one transaction.
        if (m.remnants.length === 0) m.remnants = fakeRemnants(m.job!.id);
        return sheetOf(core);
      });
      api.post('/jobs/:id/accept', async (request) => {
        const { comparison, rejected, accepted } = ROUTES.accept.body.parse(request.body);
        const refused =
          comparison === undefined ? [] : m.cutSeen!.comparison.sights.filter((s) => s.verdict === 'rejected');
        const left = refused.map((s) => s.placement).filter((placement) => !accepted.includes(placement));
        m.rejected = [...new Set([...left, ...rejected])];
        m.acceptedBy = comparison ?? null;
        return sheetOf(core);
      });
      addFakeStock(api, core);
      addFakeEngineer(api, core);
      addFakeAfterCut(api, core, refuse);
      api.get('/ledger/shift', async (request) => monthOf(ROUTES.shift.query.parse(request.query)));
      api.post('/jobs', async (request, reply) => {
        const sheet = ROUTES.startJob.body.parse(request.body);
        if (m.state !== 'READY' && m.state !== 'DONE') return refuse(reply, 409, 'STATION_BUSY');
        m.starts.push(sheet);
        [m.rejected, m.cutSeen] = [null, null];
        m.seq += 1;
        m.layout = null;
        m.defects = hide.defects;
        [m.done, m.undone, m.arrangement] = [[], [], { locked: [], banned: [] }];
        m.plc = { ...m.plc, lastResult: null, lastCode: null, answeredInMs: null, asked: null };
        m.job = {
          ...blankJob({ source: 'camera', order: '4417', machine: 'simulated', createdAt: NOW }),
          id: `4417-0${m.seq}`,
          hide: sheet.hide ?? null,
          remnant: sheet.remnant ?? null,
          follows: sheet.follows?.job ?? null,
          seq: m.seq,
        };
        m.progress = { what: 'scan', done: 1, total: 3 };
        go('SCANNING');
        m.progress = null;
        playOn();
        return m.job;
      });
      api.post('/jobs/:id/cancel', async () => {
        stopTimers();
        const given = { ...m.job!, state: 'cancelled' as const };
        m.job = null;
        go('READY');
        return given;
      });
      api.post('/jobs/:id/review', async (request) => {
        const body = ROUTES.review.body.parse(request.body);
        m.reviews.push(body);
        go('NESTING', { state: 'reviewed' });
        playOn();
        return m.job;
      });
      const moved = (next: readonly Defect[]) => {
        m.defects = next;
        send({ kind: 'inspection', job: m.job!.id });
        tell();
        if (m.state === 'NESTING') station.nest(5);
        return inspection();
      };
      const asItIs = (act: ActName): FakeAct => ({
        ...{ action: act.action, pieces: act.pieces },
        ...{ defects: m.defects, arrangement: m.arrangement, layout: m.layout },
      });
      const did = (act: ActName) => {
        m.done.push(asItIs(act));
        m.undone = [];
      };
      const changed = (action: ActName['action'], next: readonly Defect[]) => {
        did({ action, pieces: [] });
        return moved(next);
      };
      /** Marks, arrangement and layout as they were. */
      const backTo = (act: FakeAct) => {
        m.defects = act.defects;
        m.arrangement = act.arrangement;
        m.job = { ...m.job!, inspectionSha256: hash(JSON.stringify([m.defects, m.arrangement])) };
        send({ kind: 'inspection', job: m.job.id });
        tell();
        if (act.layout && m.state === 'NESTING') {
          m.layout = act.layout;
          if (m.layout.sha256 !== null) m.arranged.set(m.layout.sha256, m.layout);
          send({ kind: 'layout', layout: m.layout });
        }
        return inspection();
      };
      api.post('/jobs/:id/undo', async (_, reply) => {
        const before = m.done.pop();
        if (!before) return refuse(reply, 409, 'STATION_NOTHING_TO_UNDO');
        m.undone.push(asItIs(before));
        return backTo(before);
      });
      api.post('/jobs/:id/redo', async (_, reply) => {
        const after = m.undone.pop();
        if (!after) return refuse(reply, 409, 'STATION_NOTHING_TO_REDO');
        m.done.push(asItIs(after));
        return backTo(after);
      });
      api.get('/jobs/:id/alternatives', async () => (m.job && m.layout ? alternativesOf(m.layout, search()) : []));
      api.post('/jobs/:id/locked', async (request, reply) => {
        if (!m.layout) return refuse(reply, 409, 'STATION_WRONG_STATE');
        const { locked, banned, moved: gone = [] } = ROUTES.lockPieces.body.parse(request.body);
        const lying = m.layout.pieces.map(({ id, x, y, rotation, mirrored }) => ({
          ...{ piece: id, x, y, rotation, mirrored },
        }));
        const from = gone.flatMap((placement) => lying[placement] ?? []);
        did(arrangingAct(m.arrangement, { locked, banned }, lying, from));
        m.arrangement = { locked, banned };
        const inspectionSha256 = hash(JSON.stringify([m.defects, m.arrangement]));
        m.layout = { ...arrangedLayout(m.layout, search().at(-1)!, m.arrangement), inspectionSha256 };
        m.job = { ...m.job!, inspectionSha256 };
        m.arranged.set(m.layout.sha256!, m.layout);
        send({ kind: 'inspection', job: m.job.id });
        tell();
        send({ kind: 'layout', layout: m.layout });
        return inspection();
      });
      api.post('/jobs/:id/defects', async (request) => {
        const body = ROUTES.addDefect.body.parse(request.body);
        m.nextDefect += 1;
        return changed(m.state === 'NESTING' && body.quality === 0 ? 'forbid' : 'draw', [
          ...m.defects,
          {
            id: `d${m.nextDefect}`,
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
          quality === null ? 'erase' : 'regrade',
          quality === null
            ? m.defects.filter((d) => d.id !== defect)
            : m.defects.map((d) => (d.id === defect ? { ...d, quality, by, at: NOW, doubt: 0 } : d)),
        );
      });
      api.post('/jobs/:id/nest/stop', async () => {
        stopTimers();
        if (m.layout) {
          m.layout = { ...m.layout, isFinal: true, sha256: m.layout.sha256 ?? hash(JSON.stringify(m.layout.pieces)) };
          send({ kind: 'layout', layout: m.layout });
        }
        return { ok: true };
      });
      api.post('/jobs/:id/approve', async (request, reply) => {
        const { layoutSha256, by } = ROUTES.approve.body.parse(request.body);
        if (m.job!.approvedBy !== null)
          return m.job!.layoutSha256 === layoutSha256 ? m.job : refuse(reply, 409, 'STATION_ALREADY_APPROVED');
        m.approvals.push(layoutSha256);
        const chosen =
          m.arranged.get(layoutSha256) ??
          search().find((l) => l.sha256 === layoutSha256) ??
          (m.layout?.sha256 === layoutSha256 ? m.layout : null);
        if (!chosen) return refuse(reply, 409, 'STATION_LAYOUT_DIFFERS');
        stopTimers();
        m.layout = chosen;
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
        return m.job;
      });
      api.post('/jobs/:id/request', async (request) => {
        const { req } = ROUTES.request.body.parse(request.body);
        m.requests.push(req);
        m.plc = { ...m.plc, asked: req };
        tell();
        later(700, () => station.answer(req === 'pause' ? 'paused' : req === 'resume' ? 'resumed' : 'rejected'));
        return { ok: true };
      });
      api.post<{ Params: { id: string } }>('/alarms/:id/shelve', async ({ params, body }) => {
        const wish = ROUTES.shelveAlarm.body.parse(body);
        m.shelved.push({ id: params.id, ...wish });
        const until = new Date(Date.parse(NOW) + 60_000 * wish.minutes).toISOString();
        const shelved = { by: wish.by, reason: wish.reason, at: NOW, until };
        m.alarms = m.alarms.map((a) => (a.id === params.id ? { ...a, isAcknowledged: true, shelved } : a));
        tell();
        return { ok: true };
      });
      api.post<{ Params: { id: string } }>('/alarms/:id/acknowledge', async (request) => {
        m.alarms = m.alarms.map((a) => (a.id === request.params.id ? { ...a, isAcknowledged: true } : a));
        tell();
        return { ok: true };
      });
    },
    { prefix: API_PREFIX },
  );
  return app;
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

/** Without the banned pieces; those that are banned no more come back where `whole` has them. */
function arrangedLayout(before: LayoutView, whole: LayoutView, { locked, banned }: Arrangement): LayoutView {
  const isThere = (id: string) => before.pieces.some((p) => p.id === id);
  const back = whole.pieces.filter((p) => !isThere(p.id));
  const pieces = [...before.pieces, ...back]
    .filter((p) => !banned.includes(p.id))
    .map((p, placement) => ({ ...p, placement }));
  return lockedLayout({ ...before, pieces, pieceCount: pieces.length }, locked);
}

/** The layout now, and those shortly before it. */
function alternativesOf(now: LayoutView, all: readonly LayoutView[]): readonly LayoutView[] {
  const others = all.filter((l) => l.sha256 !== null && l.sha256 !== now.sha256 && l.nestedYieldBp < now.nestedYieldBp);
  return [now, ...others.slice(-2)];
}

function acceptedOf({ rejected, layout }: FakeCore['m'], nestedMm2: number): SheetRecord['accepted'] {
  if (rejected === null) return null;
  const areaMm2 = nestedMm2 * (1 - rejected.length / (layout?.pieceCount ?? 1));
  return { by: 'operator', at: NOW, how: 'tap', areaMm2, rejected };
}

/** Of the drawn hide, from which the cutter has cut what it has counted. */
function sheetOf({ m, inspection }: FakeCore): SheetRecord {
  const { usableMm2 } = inspection();
  const grossMm2 = Object.values(usableMm2).reduce((sum, mm2) => sum + mm2, 0);
  const nestedMm2 = (grossMm2 * (m.layout?.nestedYieldBp ?? 0)) / 10_000;
  const sha256 = hash('made');
  return ROUTES.sheet.answer.parse({
    kerf: 1,
    ...{ job: m.job!.id, seq: m.job!.seq, order: m.job!.order, machine: m.job!.machine, state: m.job!.state, at: NOW },
    ...{
      grossMm2,
      usableMm2,
      nestedMm2,
      accepted: acceptedOf(m, nestedMm2),
      pieces: [],
      unplacedCount: 15,
      secondsIn: {},
    },
    cutMm2: (nestedMm2 * (m.job!.cutCount ?? 0)) / (m.layout?.pieceCount ?? 1),
    ...{ approvedBy: m.job!.approvedBy, waivedCount: 0, correctionCount: 0 },
    made: {
      pack: { id: 'leather-base', sha256 },
      ...{ version: '0.1.0', solverSha256: null, seed: 1, threads: 2, evaluations: 1 },
      ...{ problemSha256: sha256, layoutSha256: sha256 },
    },
  });
}

function monthOf({ from, until }: { readonly from: string; readonly until: string }): ShiftReport {
  return ROUTES.shift.answer.parse({
    kerf: 1,
    ...{ from, until, sheetCount: 210, doneCount: 208, brokenOffCount: 2, againCount: 0, againMm2: 0 },
    ...{ usableMm2: {}, secondsIn: {}, open: [], openMm2: 0 },
    ...{ grossMm2: 4.8e8, nestedMm2: 3.41e8, cutMm2: 3.4e8, acceptedMm2: 0, acceptedSheetCount: 0 },
    ...{ grossYieldBp: 7110, usableYieldBp: 7220, cutYieldBp: 7090 },
    ...{ correctionCount: 0, waivedCount: 0, byOrder: [], byPerson: [] },
  });
}
