import type { FastifyInstance } from 'fastify';
import sharp from 'sharp';
import { ROUTES } from '../../src/api/routes.ts';
import type { HealthView, JobEventView, LogLineView, ProjectorView } from '../../src/api/engineer-views.ts';
import type { OrderPieceView, OrderView } from '../../src/api/order-views.ts';
import { tablePictureQuery, type TableView } from '../../src/api/table-routes.ts';
import type { Job } from '../../src/domain/job.ts';
import { flatRing } from '../../src/domain/ring.ts';
import { DEFAULT_SETTINGS } from '../../src/domain/settings.ts';
import { ringArea } from '../../src/geometry/ring-area.ts';
import { boxOf } from '../../src/ui/canvas/viewport.ts';
import { TABLE } from './drawn-hide.ts';
import { DRAWN_PATTERNS, ORDER_COUNT } from './drawn-layout.ts';
import type { FakeCore } from './fake-core.ts';
import { NOW } from './page-fixtures.ts';

/** What the engineer's screens ask of the double: all is well, and what is told is of the drawn hide. */

const MB = 1e6;
const secondsAfter = (seconds: number) => new Date(Date.parse(NOW) + 1000 * seconds).toISOString();

export function addFakeEngineer(api: FastifyInstance, { m, hide, status }: FakeCore): void {
  api.get('/health', async (): Promise<HealthView> => ({
    ...{ at: NOW, version: '0.1.0', node: '24.21.0', startedAt: NOW, memoryBytes: 212 * MB },
    ...{ dataDir: '/home/kerf/.local/share/kerf', disk: { freeBytes: 212_000 * MB, totalBytes: 480_000 * MB } },
    source: { address: 'genicam:table-1', kind: 'device', isThere: true },
    scan: m.job && {
      ...{ job: m.job.id, takenAt: NOW, widthPx: 1100, heightPx: 800, mmPerPx: 2, calibration: 'table-1' },
      ...{ foundBy: 'markers', residual: 0.21, drift: 0.08 },
    },
    model: { wanted: 'leather-base', used: 'leather-base', provider: 'cpu' },
    seconds: { scan: 2.1, inspect: 4.6, nest: 10, cut: 0.3 },
    nest: { seconds: 10, threads: 2, seed: 1 },
    machine: { id: 'simulated', kind: 'knife', format: 'dxf', ...TABLE, send: 'mqtt' },
    messages: { sent: 4120, bad: 0, refusedCommands: 0, connections: 1 },
    alarms: { since: NOW, raisedCount: m.alarms.length, perTenMinutes: 0, mostInTenMinutes: m.alarms.length },
    jobCount: m.seq,
  }));
  api.get('/log', async (): Promise<readonly LogLineView[]> => [
    { at: secondsAfter(640), level: 'info', event: 'cut.done', fields: { job: '4417-03', pieces: '75' } },
    { at: secondsAfter(31), level: 'info', event: 'job.released', fields: { job: '4417-03', by: 'operator' } },
    { at: secondsAfter(9), level: 'warn', event: 'inspect.slow', fields: { job: '4417-03', seconds: '4.6' } },
    { at: NOW, level: 'info', event: 'station.started', fields: { version: '0.1.0' } },
  ]);

  const { name, kits } = status().order;
  const order = (): OrderView => ({
    ...{ name, isNext: true, isCounted: true, importedAt: NOW, importedBy: 'ann', pieceCount: ORDER_COUNT, kits },
    ...{ cutCount: m.job?.cutCount ?? 0, hideCount: m.job ? 1 : 0, thickness: 1.4, fault: null },
  });
  const next: OrderView = { ...order(), name: '4431', isNext: false, pieceCount: 212, cutCount: 0, hideCount: 0 };
  const pieces: readonly OrderPieceView[] = DRAWN_PATTERNS.map(({ id, label, kit, quality, count, outline }) => {
    const box = boxOf(outline)!;
    return {
      ...{ id, label, outline, holes: [], areaMm2: Math.abs(ringArea(flatRing(outline))), quality, kit },
      ...{ width: box.maxX - box.minX, height: box.maxY - box.minY, quantity: count, isPair: false, cutCount: 0 },
      grain: quality === 4 ? { angle: 90, tolerance: 15 } : null,
    };
  });
  api.get('/orders', async () => [order(), next]);
  api.get<{ Params: { name: string } }>('/orders/:name', async ({ params }) => ({
    order: [order(), next].find((known) => known.name === params.name),
    pieces,
    hides: [],
  }));

  api.get<{ Params: { id: string } }>('/jobs/:id/events', async () => eventsOf(m.job!));
  let projector: ProjectorView = {
    ...{ tableWidth: TABLE.width, tableHeight: TABLE.height, corners: null, setAt: null, setBy: null },
  };
  api.get('/projector', async () => projector);
  api.post('/projector', async (request) => {
    const { corners, by } = ROUTES.setProjector.body.parse(request.body);
    return (projector = { ...projector, corners, setAt: NOW, setBy: by });
  });
  api.get('/table', async (): Promise<TableView> => ({
    ...{ tableWidth: TABLE.width, tableHeight: TABLE.height, corners: null, hasBefore: false },
    picture: {
      ...{ takenAt: NOW, source: 'genicam:table-1', widthPx: 1100, heightPx: 800, lens: null, seen: [], known: [] },
    },
  }));
  api.get('/table/picture.jpg', async (request, reply) => {
    const { max, left, top, width, height } = tablePictureQuery.parse(request.query);
    const whole = sharp(await hide.picture(1100)).resize(1100, 800);
    const part = width > 0 && height > 0 ? whole.extract({ left, top, width, height }) : whole;
    return reply.type('image/jpeg').send(
      await sharp(await part.toBuffer())
        .resize({ width: max })
        .jpeg()
        .toBuffer(),
    );
  });
  api.get('/settings', async () => DEFAULT_SETTINGS);
  api.get('/settings/kept', async () => ({ settings: DEFAULT_SETTINGS, waiting: [] }));
  api.get('/access', async () => ({
    ...{ isSet: true, isLocal: true, session: { name: 'ann', role: 'admin', until: secondsAfter(900) } },
    people: [
      { name: 'ann', role: 'admin' },
      { name: 'bo', role: 'engineer' },
    ],
  }));
  api.get('/backups', async () => []);
  api.get('/mappings', async () => ({ order: [], results: [] }));
}

/** The drawn hide's way, as the store writes it down. */
function eventsOf({ pieceCount, layoutSha256 }: Job): readonly JobEventView[] {
  const way: readonly (readonly [
    kind: string,
    second: number,
    by: string | null,
    details?: JobEventView['details'],
  ])[] = [
    ['new', 0, 'operator'],
    ['scanned', 2, null],
    ['inspected', 7, null],
    ['reviewed', 15, 'operator'],
    ['nested', 25, null, { layoutSha256 }],
    ['approved', 31, 'operator'],
    ['released', 31, null],
    ['plc accepted', 32, null],
    ['plc started', 35, null],
    ['plc done', 675, null, { cutCount: pieceCount }],
  ];
  return way.map(([kind, second, by, details = {}], id) => ({ id, kind, at: secondsAfter(second), by, details }));
}
