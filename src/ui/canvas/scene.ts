import type { LayoutView } from '#api/views.ts';
import { bestQuality, gradeName } from '#domain/grading.ts';
import type { Defect, Inspection } from '#domain/inspection.ts';
import type { StationState } from '#domain/job.ts';
import type { Remnant } from '#domain/remnant.ts';
import type { Ring } from '#domain/ring.ts';
import { costOf, isDoubtful, usableOf } from '../state/doubtful.ts';
import { isGood, seenCut, type SeenCut } from '../state/cut-scan.ts';
import { badPlacements, cutPlacements } from '../state/marked-pieces.ts';
import { leatherNotes, type LeatherNotes } from '../state/leather-notes.ts';
import { gradingOf, lookOfQuality } from '../state/page-grading.ts';
import { shownLayout, shownStation, type PageState } from '../state/page-state.ts';
import { shortName } from '../stock/remnant-words.ts';
import { boxOf, type Box } from './viewport.ts';

/** Everything that is to be drawn, in table mm and in order; how big marks are on the screen is the drawer's affair. */
export interface Scene {
  /** What the picture shows as a whole; null: nothing to see yet. */
  readonly frame: Box | null;
  readonly picture: ScenePicture | null;
  /** The material's rim; the picture is shown inside it once it is known. */
  readonly outline: Ring | null;
  readonly holes: readonly Ring[];
  /** What does not lie flat, until the hide is released. */
  readonly folds: readonly Ring[];
  readonly marks: readonly SceneMark[];
  readonly pieces: readonly ScenePiece[];
  /** What is left of the hide, once it is cut. */
  readonly remnants: readonly SceneRemnant[];
  /** Outlines of the piece under the knife and the next ones, in their order. */
  readonly path: readonly Ring[];
  readonly tiles: readonly Ring[] | null;
  readonly draft: Ring | null;
}

export interface ScenePicture {
  readonly job: string;
  /** The comparison whose scan it is, after cutting; null: the scan that the hide was judged on. */
  readonly afterCut: string | null;
  /** The camera's colours show only while the leather is judged. */
  readonly isGrey: boolean;
  readonly place: PicturePlace;
  /** Width and height of the scan, once they are known. */
  readonly sizePx: readonly [number, number] | null;
}

/** Affine map of the picture's unit square (u right, v down) to table mm: x = a u + c v + e, y = b u + d v + f.
 *  A scan is rectified, so nothing of a perspective is left. `isGuess`: only the tiles seen so far tell its size. */
export interface PicturePlace {
  readonly matrix: readonly [number, number, number, number, number, number];
  readonly isGuess: boolean;
}

export interface SceneMark {
  readonly id: string;
  readonly outline: Ring;
  readonly holes: readonly Ring[];
  /** 0 (solid, a hole) to 4 (plain, faultless). */
  readonly grade: number;
  readonly letter: string;
  readonly areaMm2: number;
  /** What it costs in yield, as a share of the leather. */
  readonly cost: number;
  readonly isDoubtful: boolean;
  readonly isSelected: boolean;
  /** In the background: the pieces are what matters. */
  readonly isMuted: boolean;
}

export type PieceLook = 'placed' | 'done' | 'now' | 'next' | 'gone' | 'bad' | SeenLook;
/** Judged by a scan after cutting: good, not good, in doubt. */
export type SeenLook = 'seen-good' | 'seen-bad' | 'seen-open';

export interface ScenePiece {
  readonly piece: number;
  readonly outline: Ring;
  readonly holes: readonly Ring[];
  readonly text: string;
  /** Shorter text for a piece too small for the first. */
  readonly short: string;
  /** Position of the piece's kit among the order's kits; -1 without. */
  readonly hue: number;
  readonly look: PieceLook;
  readonly isLocked: boolean;
}

export interface SceneRemnant {
  readonly id: string;
  /** As its card names it. */
  readonly name: string;
  readonly outline: Ring;
  readonly holes: readonly Ring[];
  /** Stock; else thrown away. */
  readonly isKept: boolean;
}

const MANY_AHEAD = 5;

export function sceneOf(state: PageState): Scene {
  const station = shownStation(state) ?? 'STARTING';
  const job = state.status?.job ?? null;
  const inspection = state.inspection.value;
  const isLooking = station === 'SCANNING' || station === 'INSPECTING';
  const layout = shownLayout(state);
  const isShown = job !== null && station !== 'READY' && station !== 'STARTING';
  const seen = seenCut(state);
  const frame = inspection ? boxOf(inspection.outline) : boxOf(state.tiles.flat());
  if (isShown && seen) return seenScene(seen, job.id, frame);
  return {
    frame: isShown ? frame : null,
    picture:
      isShown && job.scanSha256 !== null
        ? {
            job: job.id,
            afterCut: null,
            isGrey: isPast(station) && job.inspectionSha256 !== null,
            place: inspection ? placeOf(inspection.scan) : guessedPlace(state.tiles),
            sizePx: inspection ? [inspection.scan.widthPx, inspection.scan.heightPx] : null,
          }
        : null,
    outline: isShown ? (inspection?.outline ?? null) : null,
    holes: isShown ? (inspection?.holes ?? []) : [],
    folds: isShown && !isReleased(station) ? dashedOf(leatherNotes(inspection)) : [],
    marks:
      !isShown || isReleased(station)
        ? []
        : marksOf(isLooking ? state.found : (inspection?.defects ?? []), state, station),
    pieces: layout && isShown && isPast(station) ? piecesOf(layout, state) : [],
    remnants: station === 'DONE' ? (state.remnants.value ?? []).map(sceneRemnant) : [],
    path: pathOf(layout, state, station),
    tiles: isLooking ? state.tiles : null,
    draft: state.draft,
  };
}

function sceneRemnant({ id, sheet, state }: Remnant): SceneRemnant {
  const { outline, holes = NO_RINGS } = sheet;
  return { id, name: shortName(id), outline, holes, isKept: state === 'free' };
}

const NO_RINGS: readonly Ring[] = [];

function dashedOf({ folds, cutOff }: LeatherNotes): readonly Ring[] {
  return [...folds.flatMap(({ outline, holes = [] }) => [outline, ...holes]), ...cutOff];
}

/** The table after cutting as the camera sees it, each piece as it is judged. */
function seenScene(seen: SeenCut, job: string, frame: Box | null): Scene {
  const { scan, sights } = seen.comparison;
  return {
    ...NOTHING_SHOWN,
    frame,
    picture: { job, afterCut: seen.sha256, isGrey: false, place: placeOf(scan), sizePx: null },
    pieces: sights.map((sight) => ({
      ...{ piece: sight.placement, outline: sight.outline, holes: [], text: '', short: '', hue: -1, isLocked: false },
      look: SEEN_LOOKS[String(isGood(seen, sight))]!,
    })),
  };
}

const SEEN_LOOKS: Readonly<Record<string, SeenLook>> = { true: 'seen-good', false: 'seen-bad', null: 'seen-open' };

const NOTHING_SHOWN: Scene = {
  frame: null,
  picture: null,
  outline: null,
  holes: [],
  folds: [],
  marks: [],
  pieces: [],
  remnants: [],
  path: [],
  tiles: null,
  draft: null,
};

function isPast(station: StationState): boolean {
  return ['NESTING', 'RELEASED', 'CUTTING', 'PAUSED', 'DONE'].includes(station);
}

/** From release on only the pieces count. */
function isReleased(station: StationState): boolean {
  return ['RELEASED', 'CUTTING', 'PAUSED', 'DONE'].includes(station);
}

function placeOf(scan: Inspection['scan']): PicturePlace {
  const [a, b, c, d, e, f] = scan.toMm;
  const w = scan.widthPx;
  const h = scan.heightPx;
  return {
    matrix: [(a ?? 0) * w, (d ?? 0) * w, (b ?? 0) * h, (e ?? 0) * h, c ?? 0, f ?? 0],
    isGuess: false,
  };
}

/** Before the inspection is there, no document says how large the scan is on the table. Its lower left corner is the
 *  table's, and tiles come row by row from the top: the highest y so far is the picture's top. The drawer fills in
 *  the width from the picture's own proportions. */
function guessedPlace(tiles: readonly Ring[]): PicturePlace {
  const box = boxOf(tiles.flat());
  const height = box ? box.maxY : 1;
  return { matrix: [0, 0, 0, -height, 0, height], isGuess: true };
}

function marksOf(defects: readonly Defect[], state: PageState, station: StationState): SceneMark[] {
  const usableMm2 = usableOf(state.inspection.value);
  const grading = gradingOf(state);
  const best = bestQuality(grading);
  return defects
    .filter((d) => d.quality < best || d.id === state.selected || isDoubtful(d, grading))
    .map((d) => ({
      id: d.id,
      outline: d.outline,
      holes: d.holes,
      grade: lookOfQuality(d.quality, grading),
      letter: gradeName(d.quality, grading),
      areaMm2: d.areaMm2,
      cost: costOf(d, usableMm2, grading),
      isDoubtful: station === 'REVIEWING' && isDoubtful(d, grading),
      isSelected: d.id === state.selected,
      isMuted: isPast(station),
    }));
}

function piecesOf(layout: LayoutView, state: PageState): ScenePiece[] {
  const kits = state.status?.order.kits ?? [];
  const station = shownStation(state);
  const isCutting = station === 'RELEASED' || station === 'CUTTING' || station === 'PAUSED';
  const positions = new Map(cutOrder(state.cutPlan.value).map((placement, i) => [placement, i]));
  const done = state.cutCount ?? 0;
  const cut = station === 'DONE' ? cutPlacements(state) : null;
  const bad = badPlacements(state);
  return layout.pieces.map((p) => {
    const position = positions.get(p.placement) ?? p.placement;
    return {
      piece: p.piece,
      outline: p.outline,
      holes: p.holes,
      text: isCutting ? String(position + 1) : p.label,
      short: isCutting ? String(position + 1) : shortLabel(p.label),
      hue: kits.findIndex((k) => k.id === p.kit),
      look:
        cut !== null
          ? bad.has(p.placement)
            ? 'bad'
            : cut.has(p.placement)
              ? 'gone'
              : 'placed'
          : !isCutting
            ? 'placed'
            : position < done
              ? 'done'
              : position === done && station !== 'RELEASED'
                ? 'now'
                : 'next',
      isLocked: p.isLocked,
    };
  });
}

/** "front panel 2" becomes "FP2", first letters and the number; "strap 2" becomes "ST2", for one letter alone is a kit's
 *  badge. */
export function shortLabel(label: string): string {
  const words = label.split(/[\s_\-/]+/).filter(Boolean);
  const isNumber = (word: string) => /^\d+$/.test(word);
  const isOneWord = words.filter((word) => !isNumber(word)).length === 1;
  const letters = words.map((word) => {
    if (isNumber(word)) return word;
    const [first = '', second = ''] = word;
    return (first + (isOneWord ? second : '')).toUpperCase();
  });
  return letters.slice(0, 3).join('');
}

/** Placements in the order of cutting, each once: a plan names a piece again for each of its contours. */
export function cutOrder(plan: PageState['cutPlan']['value']): readonly number[] {
  return [...new Set(plan?.order ?? [])];
}

function pathOf(layout: LayoutView | null, state: PageState, station: StationState): readonly Ring[] {
  if (!layout || !['RELEASED', 'CUTTING', 'PAUSED'].includes(station)) return [];
  const byPlacement = new Map(layout.pieces.map((p) => [p.placement, p.outline]));
  const done = state.cutCount ?? 0;
  return cutOrder(state.cutPlan.value)
    .slice(done, done + 1 + MANY_AHEAD)
    .map((placement) => byPlacement.get(placement))
    .filter((outline) => outline !== undefined);
}
