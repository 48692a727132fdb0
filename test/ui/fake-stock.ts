import type { FastifyInstance } from 'fastify';
import { ROUTES } from '../../src/api/routes.ts';
import type { HidePassport } from '../../src/domain/hide-passport.ts';
import type { Remnant } from '../../src/domain/remnant.ts';
import type { Ring } from '../../src/domain/ring.ts';
import { HIDE } from './drawn-hide.ts';
import type { FakeCore } from './fake-core.ts';
import { NOW, square } from './page-fixtures.ts';

/** Parts of the drawn hide that its last layout leaves. */
const LEFT: readonly { readonly id: string; readonly outline: Ring; readonly usableMm2: Record<string, number> }[] = [
  {
    id: '-r1',
    outline: ringOf('322 1400 332 1470 430 1512 508 1470 545 1402 474 1396 470 1346 384 1346 372 1270 348 1310'),
    usableMm2: { 4: 5_000, 3: 20_000 },
  },
  {
    id: '-r2',
    outline: ringOf('326 175 348 116 430 74 504 106 552 172 466 174 460 224 434 220 384 198 352 236'),
    usableMm2: { 2: 15_000, 1: 6_000 },
  },
  {
    id: '-r3',
    outline: ringOf('842 1374 1096 1372 1174 1346 1174 1430 1000 1428 862 1390'),
    usableMm2: { 1: 17_000 },
  },
];

export function fakeRemnants(job: string): readonly Remnant[] {
  return LEFT.map(({ id, outline, usableMm2 }) => ({
    ...{ kerf: 1, id: `${job}${id}`, job, hide: 'H-2291', at: NOW, state: 'free', endedBy: null, endedAt: null },
    areaMm2: Object.values(usableMm2).reduce((sum, mm2) => sum + mm2, 0),
    usableMm2,
    sheet: { id: `${job}${id}`, outline, zones: id === '-r1' ? [{ outline: square(380, 1400, 40), quality: 3 }] : [] },
  })).map((remnant) => ROUTES.keepRemnant.answer.parse(remnant));
}

/** The stock, the passports of hides, and what people say of what was cut. */
export function addFakeStock(api: FastifyInstance, { m, tell, hide }: FakeCore): void {
  api.get('/remnants', async (request) => {
    const { state } = ROUTES.remnants.query.parse(request.query);
    return m.remnants.filter((remnant) => remnant.state === state);
  });
  const changed = (id: string, change: Partial<Remnant>) => {
    m.remnants = m.remnants.map((remnant) => (remnant.id === id ? { ...remnant, ...change } : remnant));
    return m.remnants.find((remnant) => remnant.id === id);
  };
  api.post<{ Params: { id: string } }>('/remnants/:id/end', async ({ params, body }) => {
    const { state, by } = ROUTES.endRemnant.body.parse(body);
    return changed(params.id, { state, endedBy: by, endedAt: NOW });
  });
  api.post<{ Params: { id: string } }>('/remnants/:id/keep', async ({ params }) =>
    changed(params.id, { state: 'free', endedBy: null, endedAt: null }),
  );
  api.post('/jobs/:id/hide', async (request) => {
    m.job = { ...m.job!, hide: ROUTES.nameHide.body.parse(request.body).code };
    tell();
    return m.job;
  });
  api.get('/hides', async (request) => {
    const { find } = ROUTES.hides.query.parse(request.query);
    const code = m.job?.hide ?? null;
    return code?.includes(find) ? [{ code, jobCount: 1, lastAt: NOW }] : [];
  });
  api.get<{ Params: { code: string } }>('/hides/:code', async ({ params }): Promise<HidePassport> => ({
    ...{ kerf: 1, code: params.code, firstAt: NOW },
    jobs: [m.job!].map((job) => ({
      ...{ job: job.id, seq: job.seq, at: NOW, state: job.state, order: job.order, remnant: null, follows: null },
      ...{ scanSha256: job.scanSha256, outline: HIDE, usableMm2: { 4: 1.9e6, 3: 2.4e5 }, defects: hide.defects },
      ...{ pieceCount: 75, cutCount: job.cutCount ?? 0, nestedYieldBp: 7340 },
    })),
    remnants: m.remnants,
  }));
}

function ringOf(text: string): Ring {
  const numbers = text.split(' ').map(Number);
  return Array.from({ length: numbers.length / 2 }, (_, i) => [numbers[2 * i]!, numbers[2 * i + 1]!]);
}
