import type { FastifyInstance, FastifyReply } from 'fastify';
import sharp from 'sharp';
import { ROUTES } from '../../src/api/routes.ts';
import type { CutComparison, CutDecision, CutPieces, PieceSight } from '../../src/domain/cut-comparison.ts';
import type { Ring } from '../../src/domain/ring.ts';
import { TABLE, hash } from './drawn-hide.ts';
import type { FakeCore } from './fake-core.ts';
import { NOW } from './page-fixtures.ts';

/** The double's scan after cutting: of the drawn layout one piece is missing, one torn, one has a new mark. It is made
 *  when a test says `seeCut()`, at once where the job plays by itself. */

const MISSING = 'Back 3';
const TORN = 'Body 2';
const MARKED = 'Front 6';

export interface KeptCut {
  readonly sha256: string;
  readonly comparison: CutComparison;
  readonly decisions: readonly CutDecision[];
}

export function addFakeAfterCut(
  api: FastifyInstance,
  { m, hide, inspection, later, send }: FakeCore,
  refuse: (reply: FastifyReply, status: number, code: string) => FastifyReply,
): void {
  const look = (pieces: CutPieces, by: string): KeptCut => {
    const comparison: CutComparison = {
      ...{ kerf: 1, job: m.job!.id, at: NOW, by, pieces },
      scan: inspection().scan,
      slip: null,
      sights: m.layout!.pieces.map((piece) => sightOf(piece, pieces)),
    };
    return ROUTES.compareCut.answer.parse({ sha256: hash(JSON.stringify(comparison)), comparison, decisions: [] });
  };
  api.post('/jobs/:id/after-cut', async (request, reply) => {
    const { pieces, by } = ROUTES.compareCut.body.parse(request.body);
    const isDone = await new Promise<boolean>((done) => {
      m.endCutScan = done;
      later(1500, () => done(true));
    });
    m.endCutScan = null;
    if (!isDone) return refuse(reply, 409, 'STATION_BUSY');
    m.cutSeen = look(pieces, by);
    return m.cutSeen;
  });
  api.post('/jobs/:id/after-cut/end', async () => {
    m.endCutScan?.(false);
    return { ok: true };
  });
  api.post('/jobs/:id/after-cut/decisions', async (request, reply) => {
    const { comparison, ...word } = ROUTES.decideCut.body.parse(request.body);
    if (m.cutSeen?.sha256 !== comparison) return refuse(reply, 404, 'STATION_COMPARISON_UNKNOWN');
    const decision: CutDecision = { ...word, at: new Date().toISOString() };
    const others = m.cutSeen.decisions.filter((d) => d.placement !== decision.placement);
    m.cutSeen = { ...m.cutSeen, decisions: [...others, decision] };
    send({ kind: 'cut-scan', job: m.job!.id, comparison, decision });
    return decision;
  });
  api.get('/jobs/:id/after-cut', async (_, reply) => m.cutSeen ?? refuse(reply, 404, 'STATION_COMPARISON_UNKNOWN'));
  api.get('/jobs/:id/after-cut.jpg', async (_, reply) => {
    const { widthPx } = inspection().scan;
    return reply.type('image/jpeg').send(await cutPicture(await hide.picture(widthPx), m.cutSeen!.comparison));
  });
}

function sightOf(
  piece: { readonly placement: number; readonly id: string; readonly label: string; readonly outline: Ring },
  pieces: CutPieces,
): PieceSight {
  const { placement, id, label } = piece;
  const base = { placement, piece: id, outline: [...piece.outline], marks: [] };
  const isGone = (label === MISSING) === (pieces === 'inPlace');
  if (label === TORN) return { ...base, state: 'partly', verdict: 'doubtful', share: 0.62 };
  if (label === MARKED)
    return { ...base, state: 'marked', verdict: 'doubtful', share: 1, marks: [scarIn(piece.outline)] };
  return {
    ...base,
    ...(isGone ? { state: 'gone', share: 0 } : { state: 'there', share: 1 }),
    verdict: label === MISSING ? 'rejected' : 'accepted',
  };
}

function scarIn(outline: Ring): PieceSight['marks'][number] {
  const [x, y] = outline[0]!;
  const ring: Ring = [
    [x + 60, y + 60],
    [x + 140, y + 80],
    [x + 138, y + 88],
    [x + 58, y + 68],
  ];
  return { class: 'scar', outline: [...ring], holes: [], quality: 2, doubt: 0.6, areaMm2: 640 };
}

/** The hide's picture with a gap round each piece; what is gone or torn off shows the table. */
async function cutPicture(before: Uint8Array, { sights, scan }: CutComparison): Promise<Buffer> {
  const path = (ring: Ring) => `M${ring.map(([x, y]) => `${x} ${TABLE.height - y}`).join('L')}Z`;
  const shapes = sights.map(({ outline, state, share }) => {
    const table = state === 'gone' ? outline : state === 'partly' ? outline.slice(0, Math.ceil(share * 5)) : [];
    const hole = table.length > 2 ? `<path d="${path(table)}" fill="#c3c8cb"/>` : '';
    return `${hole}<path d="${path(outline)}" fill="none" stroke="#14181b" stroke-opacity=".55" stroke-width="3"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${scan.widthPx}" height="${scan.heightPx}" viewBox="0 0 ${TABLE.width} ${TABLE.height}">${shapes.join('')}</svg>`;
  return sharp(await sharp(before).resize(scan.widthPx, scan.heightPx).toBuffer())
    .composite([{ input: Buffer.from(svg) }])
    .jpeg({ quality: 88 })
    .toBuffer();
}
