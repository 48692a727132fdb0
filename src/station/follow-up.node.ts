import { readFile } from 'node:fs/promises';
import { countedCuts } from '#domain/counted-cuts.ts';
import type { Defect, Inspection } from '#domain/inspection.ts';
import type { Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { nestResultSchema } from '#domain/nest-result.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import { problemSchema, type Order } from '#domain/problem.ts';
import { flatRing, type Ring } from '#domain/ring.ts';
import { offsetPaths, positive, toPath, toRing } from '#geometry/clip-paths.ts';
import { inMillimetres } from '#geometry/in-millimetres.ts';
import { ringArea } from '#geometry/ring-area.ts';
import { roundToThousandth } from '#geometry/round-to-thousandth.ts';
import { readSheetRecord } from '#ledger/read-sheet-record.ts';
import { laidOutlines } from '#nest/laid-outlines.ts';
import { orderLeft } from '#orders/order-left.ts';
import { isOfImport, readAbout } from './order-about.node.ts';
import { lookOf, moveOf, movedRing } from './sheet-move.ts';
import { folderOf, type StationCore } from './station-core.node.ts';

/** After a stop: the sheet that still lies there is scanned again, and what is left of the order is nested round what
 *  was cut. It is a job of its own that names the one before. */

/** A mark of this class is where a piece was cut; a person may erase one that was not, or draw one more. */
export const CUT_CLASS = 'cut';

/** How far round corners of what a kerf took may leave their arc, mm. */
const KERF_ARC_TOLERANCE = 0.01;

export interface FollowWish {
  readonly job: string;
  /** Placements that were cut; without it those that the cutter has counted, and the next may have been begun. */
  readonly cut?: readonly number[] | undefined;
}

/** What the new job takes over.
 *  @throws KerfError STATION_NOTHING_TO_FOLLOW, STATION_OTHER_ORDER, STATION_REQUEST_REFUSED */
export async function takenOver(
  core: StationCore,
  { job: id, cut }: FollowWish,
): Promise<Pick<Job, 'hide' | 'remnant' | 'thickness' | 'follows' | 'cutBefore'>> {
  const { store } = core.options;
  const [latest, job] = [await store.latestJob(), await store.job(id)];
  // One that went on after it and was given up before its release, or that the cutter rejected, has cut nothing.
  const hasTried = latest?.follows === id && (latest.reason !== null || latest.state === 'rejected');
  // A reason is ours: such a job never came to the cutter.
  const isBrokenOff = (job?.state === 'cancelled' || job?.state === 'failed') && job.reason === null;
  if (!(latest?.id === id || hasTried) || !isBrokenOff)
    throw new KerfError(
      'STATION_NOTHING_TO_FOLLOW',
      `Job ${id} is not the latest one, or was not broken off while it was cut (${latest?.id ?? 'none'}, ${latest?.state ?? ''}). Scan the sheet as a new hide.`,
      { fault: 'answer', details: { job: id, state: job?.state ?? null } },
    );
  // What it has cut is of its own order; off another one's it would be taken though nothing of that is cut.
  if (!(await isOfNextOrder(core, job)))
    throw new KerfError(
      'STATION_OTHER_ORDER',
      `Job ${id} was broken off for order ${job.order}, and the next sheet is cut for ${core.memory.order.name}. Choose ${job.order} again to go on with its sheet, or scan it as a new hide.`,
      { fault: 'answer', details: { job: id, order: job.order } },
    );
  const same = { hide: job.hide ?? null, remnant: job.remnant ?? null, thickness: job.thickness ?? null, follows: id };
  // What was said of the sheet for a job that came to nothing need not be said again.
  if (!cut && hasTried && latest.cutBefore) return { ...same, cutBefore: latest.cutBefore };
  const { pieceIds } = await laid(core, id);
  const { order } = await folderOf(core, id).cutView(job);
  const counted = countedCuts(job, order);
  const placements = [...new Set(cut ?? counted.cut)];
  const unknown = placements.find((placement) => placement >= pieceIds.length);
  if (unknown !== undefined)
    throw new KerfError('STATION_REQUEST_REFUSED', `Job ${id}: its layout has no placement ${unknown}.`, {
      details: { job: id, placement: unknown },
    });
  const pieces: Record<string, number> = { ...job.cutBefore?.pieces };
  const rejected = await rejectedOf(core, id);
  for (const placement of placements) {
    if (rejected.has(placement)) continue;
    const piece = pieceIds[placement]!;
    pieces[piece] = (pieces[piece] ?? 0) + 1;
  }
  const begun = cut || counted.cut.length === 0 || counted.begun === null ? [] : [counted.begun];
  return { ...same, cutBefore: { placements: [...placements, ...begun], pieces } };
}

/** Whether a job was for the order that the next sheet is cut for, and not for an earlier one of its name. */
async function isOfNextOrder({ memory, options }: StationCore, job: Job): Promise<boolean> {
  const { name } = memory.order;
  if (job.order !== name) return false;
  const about = name === options.order.name ? null : await readAbout(options.store.dir, name);
  return !about || isOfImport(about, job);
}

/** Placements that somebody has looked at and not taken: their leather is gone, and they are wanted again. */
async function rejectedOf({ options }: StationCore, id: string): Promise<ReadonlySet<number>> {
  const text = await options.store.sheet(id);
  return new Set(text === null ? [] : readSheetRecord(text).accepted?.rejected);
}

/** What is left of an order once a job's earlier cuts are taken off; null: nothing. */
export function orderAfter(order: Order, { cutBefore }: Pick<Job, 'cutBefore'>): Order | null {
  return cutBefore ? orderLeft(order, new Map(Object.entries(cutBefore.pieces))) : order;
}

/** The inspection with a mark of quality 0 wherever a job that this one follows has cut: where its layout says, and where
 *  its own inspection had such marks, as people corrected them. They go with the sheet where it has slipped since.
 *  @throws KerfError STATION_SHEET_MOVED where the two looks do not go together */
export async function withEarlierCuts(
  core: StationCore,
  job: Job,
  seen: Inspection,
): Promise<{ readonly inspection: Inspection; readonly slip: Job['slip'] }> {
  const { rooms, store } = core.options;
  const earlier = job.follows ? await store.job(job.follows) : null;
  if (!earlier) return { inspection: seen, slip: null };
  const before = await folderOf(core, earlier.id).inspection(earlier);
  const { outlines } = await laid(core, earlier.id);
  const placements = job.cutBefore?.placements ?? [];
  const cuts: readonly Ring[] = [
    ...placements.flatMap((placement) =>
      outlines[placement] ? [takenAway(outlines[placement], core.options.machine.kerfWidth)] : [],
    ),
    ...before.defects.filter((d) => d.class === CUT_CLASS).map((d) => d.outline),
  ];
  const aligned = await rooms.alignSheet({ before: lookOf(before), cuts, after: lookOf(seen) });
  const move = moveOf(aligned, earlier.id);
  const defects = cuts.map((cut, k): Defect => {
    const outline = move ? movedRing(cut, move) : cut;
    return {
      ...{ id: `cut-${k + 1}`, class: CUT_CLASS, outline, holes: [], areaMm2: Math.abs(ringArea(flatRing(outline))) },
      ...{ confidence: 1, doubt: 0, quality: 0, source: 'person', by: job.follows ?? null, at: job.createdAt },
    };
  });
  return {
    inspection: await rooms.withDefects(seen, [...seen.defects, ...defects]),
    slip: move && {
      farthest: roundToThousandth(move.farthest),
      rotation: roundToThousandth(move.rotation),
      residual: roundToThousandth(move.residual),
    },
  };
}

/** What cutting a piece takes from the sheet: round the piece the kerf is gone, too. */
function takenAway(outline: Ring, kerfWidth: number): Ring {
  if (kerfWidth === 0) return outline;
  // A narrow slot leaves a hole in it, which is too small to lay anything in.
  const [widest] = offsetPaths([positive(toPath(outline))], kerfWidth, KERF_ARC_TOLERANCE)
    .map(toRing)
    .sort((a, b) => Math.abs(ringArea(flatRing(b))) - Math.abs(ringArea(flatRing(a))));
  return widest ?? outline;
}

/** A job's layout: what lies where. */
async function laid(
  core: StationCore,
  id: string,
): Promise<{ outlines: readonly Ring[]; pieceIds: readonly string[] }> {
  const read = async (name: string) => {
    const where = folderOf(core, id).path(name);
    return { where, json: parseJson(await readFile(where, 'utf8'), where) };
  };
  const { json, where } = await read('layout.json');
  const layout = parseDocument(nestResultSchema, json, { name: 'layout', where }).layouts[0];
  const file = await read('problem.json');
  const problem = parseDocument(problemSchema, file.json, { name: 'problem', where: file.where });
  const { pieces } = inMillimetres(problem);
  return {
    outlines: layout ? laidOutlines(layout, pieces) : [],
    pieceIds: layout?.placements.map(({ piece }) => pieces[piece]?.id ?? String(piece)) ?? [],
  };
}
