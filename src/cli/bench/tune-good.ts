import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '#domain/seeded-random.ts';
import type { DefectKind } from '#synth/defect-kinds.ts';
import { drawLeatherTile, type LeatherTile } from '#synth/draw-leather-tile.ts';
import { chooseLook } from '#synth/leather-look.ts';
import type { Dataset } from '#tune/dataset.ts';
import type { EvaluationList } from '#tune/evaluate-pack.ts';
import { STATED_FALSE_PER_M2 } from '#tune/evaluate-pack.ts';
import { goodLook, materialsOf } from '#tune/good-parts.ts';
import type { GoodLook } from '#tune/good-parts.ts';
import { OBJECT_WORDS, RATE_WORDS } from '#tune/object-counts.ts';
import type { Evaluation } from '#tune/summarise-evaluation.ts';
import { teachPack } from '#tune/teach-pack.node.ts';
import type { BenchOptions } from './bench-section.ts';
import { CLEAN_KINDS, CLEAN_MM_PER_PX, CLEAN_PX, cleanLook, drawCleanCloseUp } from './clean-close-ups.ts';
import type { FigureTable } from './figures.ts';
import {
  counted,
  judgedItems,
  made,
  meanOfAll,
  MM_PER_PX,
  span,
  summary,
  writeGoodParts,
  writePicture,
} from './tune-judge.ts';

const GOOD_PICTURES = 8;
/** Neighbours in number often show one hide: so many stay together. */
const RUN = 4;
const QUICK_JUDGED = 12;

export interface GoodFigures {
  readonly table: FigureTable;
  /** One a material. */
  readonly figures: readonly Evaluation[];
}

interface Material {
  readonly name: string;
  readonly taught: string;
  readonly judged: EvaluationList;
  readonly mmPerPx: number;
}

/** Eight good pictures of each material of real-256. */
export async function realGoodTable(options: BenchOptions, set: Dataset, folder: string): Promise<GoodFigures> {
  const materials: Material[] = [];
  for (const own of await materialsIn(set)) {
    const { taught, test } = splitMaterial(own);
    const dir = join(folder, `good-${materials.length}`);
    await writeGoodParts(set, taught, dir);
    const judged = judgedItems(set, options.isQuick ? test.slice(0, QUICK_JUDGED) : test);
    materials.push({ name: `like ${set.items[own[0]!]!.name}`, taught: dir, judged, mmPerPx: MM_PER_PX });
  }
  return goodTable(options, materials, {
    title: 'Taught from eight good pictures (real-256)',
    about: `\`kerf tune teach\` on the largest parts without mask pixels of eight pictures a material, runs of ${RUN} neighbours kept together; judged on the material's other pictures${options.isQuick ? `, ${QUICK_JUDGED} at most` : ''}. Materials are sorted by colour and grain. The parts hold marks that nobody noted, and the judged pictures unlabelled defects: figures on clean sets are higher.`,
  });
}

const DRAWN_PX = 320;
const DRAWN_MM_PER_PX = 0.3;
const DRAWN_KINDS: readonly (readonly DefectKind[])[] = [
  ['hole', 'cut'],
  ['scratch'],
  ['cut'],
  ['scar', 'tick'],
  ['wrinkle'],
  ['stain', 'hole'],
  ['scratch', 'cut'],
  [],
];

/** The same on drawn materials: nobody's marks are in them but the drawn ones. */
export async function drawnGoodTable(options: BenchOptions, folder: string): Promise<GoodFigures> {
  const materials: Material[] = [];
  for (let k = 0; k < (options.isQuick ? 4 : 6); k += 1) {
    const look = chooseLook(seededRandom(70 + k));
    const draw = (seed: number, kinds: readonly DefectKind[]) =>
      drawLeatherTile({ seed: 1000 * k + seed, sizePx: DRAWN_PX, mmPerPx: DRAWN_MM_PER_PX, kinds, look });
    const name = `${look.grain}, look ${70 + k}`;
    materials.push(await drawnMaterial(name, join(folder, `drawn-${k}`), DRAWN_KINDS, draw));
  }
  return goodTable(options, materials, {
    title: 'Taught from eight good pictures (drawn leather)',
    about: `The same on drawn close-ups of ${DRAWN_PX} px at ${DRAWN_MM_PER_PX} mm, eight good ones to teach and eight others, seven of them with defects, to judge.`,
  });
}

/** The same on drawn close-ups of clean leather: what the asked figures are asked on, as far as it can be drawn. */
export async function cleanGoodTable(options: BenchOptions, folder: string): Promise<GoodFigures> {
  const materials: Material[] = [];
  for (let k = 0; k < (options.isQuick ? 3 : 6); k += 1) {
    const look = cleanLook(80 + k);
    const draw = (seed: number, kinds: readonly DefectKind[]) => drawCleanCloseUp(1000 * k + seed, look, kinds);
    const name = `${look.grain}, look ${80 + k}`;
    materials.push(await drawnMaterial(name, join(folder, `clean-${k}`), CLEAN_KINDS, draw));
  }
  return goodTable(options, materials, {
    title: 'Taught from eight good pictures (drawn, clean close-ups)',
    about: `The same on drawn close-ups of ${CLEAN_PX} px at ${CLEAN_MM_PER_PX} mm: grained leather in even light without dust, whole defects in it, masks 2 px wider than the marks.`,
  });
}

/** Draws good pictures into a folder, and the judged ones, with these kinds, when they are asked for. */
async function drawnMaterial(
  name: string,
  dir: string,
  kinds: readonly (readonly DefectKind[])[],
  draw: (seed: number, kinds: readonly DefectKind[]) => LeatherTile,
): Promise<Material> {
  await mkdir(dir, { recursive: true });
  for (let i = 0; i < GOOD_PICTURES; i += 1) await writePicture(draw(i, []), join(dir, `${i}.png`));
  const picture = (i: number) => Promise.resolve({ ...draw(500 + i, kinds[i]!), name: String(i), className: 'defect' });
  return { name, taught: dir, judged: { count: kinds.length, picture }, mmPerPx: draw(0, []).mmPerPx };
}

async function goodTable(
  options: BenchOptions,
  materials: readonly Material[],
  { title, about }: Pick<FigureTable, 'title' | 'about'>,
): Promise<GoodFigures> {
  const rows: string[][] = [];
  const all: Evaluation[] = [];
  for (const { name, taught, judged, mmPerPx } of materials) {
    options.signal.throwIfAborted();
    const out = `${taught}.pack`;
    const card = await teachPack({ ...made(options), mmPerPx, folder: taught, out, id: 'taught', seed: 1 });
    const e = summary(await counted(out, judged, options));
    all.push(e);
    rows.push([
      name,
      String(card.data[0]!.items),
      String(e.images),
      e.pixelF1.toFixed(3),
      span(e.ci95),
      ...cells(e),
      card.training.seconds.toFixed(0),
    ]);
    options.note(`tune: ${rows.at(-1)!.join(' | ')}`);
  }
  const mean = meanOfAll(all);
  rows.push(['mean', '', '', mean.pixelF1.toFixed(3), '', ...cells(mean), '']);
  const table = {
    title,
    about: `${about} Kept: F1 at the pack's own threshold over the best. Objects: share found when ${STATED_FALSE_PER_M2} false patches a square metre are let through; then at the own threshold, with its false patches a square metre. ${OBJECT_WORDS} ${RATE_WORDS}`,
    columns: [
      'material',
      'taught',
      'judged',
      'F1',
      '95 %',
      'F1 at own threshold',
      'kept',
      'F1, 2 px',
      'AP',
      'AUPRO .3',
      'ECE',
      'objects',
      'objects at own threshold',
      'seconds to teach',
    ],
    rows,
  };
  return { table, figures: all };
}

function cells(e: Evaluation): string[] {
  return [
    e.pixelF1AtThreshold.toFixed(3),
    (e.pixelF1AtThreshold / Math.max(1e-9, e.pixelF1)).toFixed(2),
    e.tolerantF1.toFixed(3),
    e.ap.toFixed(3),
    e.aupro30.toFixed(3),
    e.ece.toFixed(3),
    e.objectRecallAt.recall.toFixed(2),
    `${e.objectRecall.toFixed(2)} at ${e.falsePerM2.toFixed(0)}`,
  ];
}

/** Materials with enough pictures, in the order of their first picture's name. */
async function materialsIn(set: Dataset): Promise<number[][]> {
  const classes = ['good', ...set.classNames];
  const order = set.items
    .map((_, i) => i)
    .sort((a, b) => set.items[a]!.name.localeCompare(set.items[b]!.name, 'en', { numeric: true }));
  // The class "line" of this set shows other leather than the rest, of like colours.
  return (
    await Promise.all(
      [true, false].map(async (isLine) => {
        const own = order.filter((i) => (set.items[i]!.className === 'line') === isLine);
        const looks: GoodLook[] = [];
        for (const i of own) looks.push(goodLook(await set.read(i, classes, MM_PER_PX)));
        return materialsOf(looks).map((m) => m.map((k) => own[k]!));
      }),
    )
  )
    .flat()
    .filter((m) => m.length >= GOOD_PICTURES + RUN);
}

/** Every other run of neighbours teaches until there are enough. */
function splitMaterial(material: readonly number[]): { taught: number[]; test: number[] } {
  const taught: number[] = [];
  const test: number[] = [];
  for (let i = 0, run = 0; i < material.length; i += RUN, run += 1) {
    const own = material.slice(i, i + RUN);
    if (run % 2 === 0 && taught.length + own.length <= GOOD_PICTURES) taught.push(...own);
    else test.push(...own);
  }
  return { taught, test };
}
