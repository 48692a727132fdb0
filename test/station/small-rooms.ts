import { writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sha256Of } from '#disk/sha256.node.ts';
import { LEATHER_GRADING } from '#domain/grading.ts';
import type { Defect, Inspection } from '#domain/inspection.ts';
import type { NestResult, Placement } from '#domain/nest-result.ts';
import type { Order, Problem } from '#domain/problem.ts';
import type { Ring } from '#domain/ring.ts';
import { uniformToMm, type Scan } from '#domain/scan.ts';
import { settleSheet } from '#station/settle-sheet.node.ts';
import type { CutLook } from '#inspect/look-at-cut.ts';
import { alignSheet } from '#station/align-sheet.ts';
import { judgeCut } from '#station/judge-cut.ts';
import type { Rooms } from '#station/rooms.ts';

/** Rooms that need no camera, model or solver: a hide of 1000 x 800 mm, a scratch, squares of 100 mm in rows. */

export interface SmallRoomsOptions {
  /** Duration of the search, cut into improvements. */
  readonly nestMs?: number;
  readonly steps?: number;
  /** Whether the search takes another problem under way. */
  readonly isChangeable?: boolean;
  /** Pieces that the first improvement has already. */
  readonly quantityAtFirst?: number;
  readonly defects?: readonly Defect[];
  /** What each look sees of the sheet, the last one ever after; default: all of the picture. */
  readonly outlines?: readonly Ring[];
  /** What a scan after cutting shows of the table; default: leather all over, nothing new. */
  readonly afterCut?: () => SmallCut;
  readonly judge?: (result: NestResult) => readonly string[];
  readonly onCall?: (room: string) => void;
}

const OUTLINE: Ring = [
  [0, 0],
  [1000, 0],
  [1000, 800],
  [0, 800],
];
const AT = '2026-01-01T00:00:00.000Z';
export const SQUARE = 100;

export const SMALL_ORDER: Order = {
  kerf: 1,
  pieces: [
    {
      id: 'patch',
      label: 'Patch',
      outline: [
        [0, 0],
        [SQUARE, 0],
        [SQUARE, SQUARE],
        [0, SQUARE],
      ],
      quantity: 12,
    },
  ],
};

export function smallDefect(id: string, x: number, y: number, size = 20, more: Partial<Defect> = {}): Defect {
  return {
    id,
    class: 'hole',
    outline: [
      [x, y],
      [x + size, y],
      [x + size, y + size],
      [x, y + size],
    ],
    holes: [],
    areaMm2: size * size,
    confidence: 0.9,
    doubt: 0.1,
    quality: 0,
    source: 'model',
    by: null,
    at: null,
    ...more,
  };
}

export function smallRooms({
  nestMs = 30,
  steps = 3,
  quantityAtFirst = 0,
  isChangeable = false,
  defects = [smallDefect('d1', 450, 20)],
  outlines = [OUTLINE],
  afterCut = () => ({ isMaterial: () => true }),
  judge = () => [],
  onCall,
}: SmallRoomsOptions = {}): Rooms {
  let looks = 0;
  return {
    async acquireScan({ source, thickness, dir, signal, onProgress }) {
      onCall?.('acquire');
      signal.throwIfAborted();
      await mkdir(dir, { recursive: true });
      const image = `picture of ${source}`;
      await writeFile(join(dir, 'scan.tif'), image);
      const scan: Scan = {
        kerf: 1,
        image: 'scan.tif',
        sha256: hash(image),
        widthPx: 1000,
        heightPx: 800,
        toMm: uniformToMm(1, 800),
        mmPerPx: 1,
        takenAt: AT,
        source,
        calibration: null,
        drift: null,
        thickness: thickness?.mm ?? null,
        flags: [],
      };
      await writeFile(join(dir, 'scan.json'), JSON.stringify(scan));
      onProgress({ what: 'scan', done: 1, total: 1 });
      return scan;
    },
    inspectScan({ scan, onTile, onDefects }) {
      onCall?.('inspect');
      onTile({ outline: OUTLINE, done: 1, total: 1 });
      onDefects(defects);
      const outline = outlines[Math.min(looks, outlines.length - 1)] ?? OUTLINE;
      looks += 1;
      return Promise.resolve(inspectionOf(scan, defects, outline));
    },
    withDefects(inspection, changed) {
      return Promise.resolve({ ...inspection, defects: changed, sheet: sheetOf(changed, inspection.outline) });
    },
    async nest({ problem: given, seconds, threads, seed, start, signal, onLayout, onStarted }) {
      onCall?.(start ? 'nest again' : 'nest');
      let problem = given;
      let all = squares(problem, start);
      let changes = 0;
      if (isChangeable)
        onStarted?.((changed) => {
          onCall?.('nest changed');
          [problem, changes] = [changed, changes + 1];
          all = squares(problem, result);
        });
      let result = resultOf(problem, all, 0, { seconds: 0, threads, seed, stopped: 'complete' });
      for (let step = 1; step <= steps; step += 1) {
        await sleep(nestMs / steps, undefined, { signal }).catch(() => undefined);
        const count = Math.min(all.length, quantityAtFirst + Math.ceil((all.length * step) / steps));
        if (!signal.aborted || step === 1)
          result = resultOf(problem, all, count, {
            seconds: (seconds * step) / steps,
            threads,
            seed,
            stopped: signal.aborted ? 'aborted' : 'complete',
          });
        onLayout(result, changes);
        if (signal.aborted) return { ...result, stopped: 'aborted' };
      }
      return result;
    },
    judgeLayout(_problem, result) {
      onCall?.('judge');
      const breaches = judge(result);
      return Promise.resolve({ isValid: breaches.length === 0, breaches });
    },
    settleSheet,
    judgeCut: ({ scan, ...question }) =>
      Promise.resolve(judgeCut(question, smallCutLook(scan, afterCut()), LEATHER_GRADING)),
    alignSheet: (question) => Promise.resolve(alignSheet(question)),
    cut({ result, dir, machine }) {
      onCall?.('cut');
      const text = JSON.stringify({ machine: machine.id, layouts: result.layouts });
      const file = `cut.${machine.format}`;
      writeFileSync(join(dir, file), text);
      return Promise.resolve({
        file,
        sha256: hash(text),
        order: result.layouts.flatMap((l) => l.placements.map((_, i) => i)),
        cutLength: 400,
        seconds: 1,
      });
    },
    scanJpeg: () => Promise.resolve(new Uint8Array([0xff, 0xd8, 0xff, 0xd9])),
  };
}

/** The table after cutting, in pixels of 1 mm. */
export interface SmallCut {
  readonly isMaterial: (x: number, y: number) => boolean;
  readonly defects?: readonly Defect[];
  readonly outline?: Ring;
}

function smallCutLook(scan: Scan, { isMaterial, defects = [], outline = OUTLINE }: SmallCut): CutLook {
  const { sha256, widthPx, heightPx, toMm } = scan;
  const mask = new Uint8Array(widthPx * heightPx);
  for (let v = 0, i = 0; v < heightPx; v += 1)
    for (let u = 0; u < widthPx; u += 1, i += 1) mask[i] = isMaterial(u + 0.5, heightPx - v - 0.5) ? 1 : 0;
  return {
    scan: { sha256, widthPx, heightPx, toMm },
    outline,
    ...{ holes: [], parts: [], defects, material: { mask, widthPx, heightPx } },
  };
}

function inspectionOf(scan: Scan, defects: readonly Defect[], outline: Ring): Inspection {
  return {
    kerf: 1,
    scan: { sha256: scan.sha256, widthPx: scan.widthPx, heightPx: scan.heightPx, toMm: scan.toMm },
    pack: { id: 'small', sha256: hash('small') },
    provider: { used: 'cpu', wanted: ['cpu'], why: 'a small room' },
    outline,
    holes: [],
    defects,
    regions: [],
    grain: null,
    sheet: sheetOf(defects, outline),
    usableMm2: { '4': 790000 },
    seconds: {},
  };
}

function sheetOf(defects: readonly Defect[], outline: Ring): Inspection['sheet'] {
  return { id: 'hide', outline, zones: defects.map((d) => ({ quality: d.quality, outline: d.outline })) };
}

/** Squares in rows from the corner, none over a zone; locks come first, those of `start` that still fit stay. */
function squares(problem: Problem, start: NestResult | undefined): Placement[] {
  const zones = problem.sheets?.[0]?.zones ?? [];
  const isFree = (x: number, y: number) =>
    zones.every((z) => z.outline.every(([zx, zy]) => zx <= x || zx >= x + SQUARE || zy <= y || zy >= y + SQUARE));
  const meets = (list: readonly Placement[], x: number, y: number) =>
    list.some((p) => Math.abs(p.x - x) < SQUARE && Math.abs(p.y - y) < SQUARE);
  const locked = (problem.sheets?.[0]?.locked ?? []).map(({ piece, x, y, rotation = 0, mirrored = false }) => {
    const index = problem.pieces.findIndex(({ id }) => id === piece);
    return { piece: index, x, y, rotation, mirrored };
  });
  const stayed = (start?.layouts[0]?.placements ?? []).filter((p) => isFree(p.x, p.y) && !meets(locked, p.x, p.y));
  const kept = [...locked, ...stayed];
  const isTaken = (x: number, y: number) => meets(kept, x, y);
  const wanted = problem.pieces[0]?.quantity ?? 1;
  const all = [...kept];
  const isShort = () => all.filter((p) => p.piece === 0).length < wanted;
  for (let y = 5; y + SQUARE <= 795 && isShort(); y += SQUARE)
    for (let x = 5; x + SQUARE <= 995 && isShort(); x += SQUARE)
      if (isFree(x, y) && !isTaken(x, y)) all.push({ piece: 0, x, y, rotation: 0, mirrored: false });
  return all;
}

function resultOf(
  problem: Problem,
  all: readonly Placement[],
  count: number,
  { seconds, threads, seed, stopped }: Pick<NestResult, 'seconds' | 'threads' | 'seed' | 'stopped'>,
): NestResult {
  const wanted = problem.pieces[0]?.quantity ?? 1;
  return {
    kerf: 1,
    layouts: [{ material: 0, placements: all.slice(0, count) }],
    unplaced: count < wanted ? [{ piece: 0, count: wanted - count, reason: 'NEST_NO_ROOM' }] : [],
    stopped,
    objective: { kind: 'value', value: count / wanted, bound: 1 },
    seconds,
    seed,
    threads,
    trace: [{ seconds, evaluations: count, value: count / wanted }],
  };
}

function hash(text: string): string {
  return sha256Of(text);
}
