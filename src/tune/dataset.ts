import type { TrainingPicture } from './training-picture.ts';

/** Pictures with truth (docs/contracts.md, "DATASET"): folders with masks, COCO or YOLO. */
export interface Dataset {
  readonly dir: string;
  /** Pictures with defects in the order of their names, then good ones. */
  readonly items: readonly DatasetItem[];
  /** Names of all classes but "good", sorted. */
  readonly classNames: readonly string[];
  /** What is read otherwise than one might expect, for who gave the folder to know. */
  readonly notes: readonly string[];
  /** Hash over names and bytes of all files, for the card. */
  sha256(): Promise<string>;
  /** The picture with its mask as class indices of `classes`; a class that `classes` lacks becomes "defect", or else the
   *  last one, and keeps its name in `className`. */
  read(index: number, classes: readonly string[], mmPerPx: number): Promise<TrainingPicture>;
}

export interface DatasetItem {
  readonly name: string;
  readonly imagePath: string;
  /** Mask or label file, for the hash; null where there is none. */
  readonly maskPath: string | null;
  /** The one class that the picture shows, "good", or null where it shows several. */
  readonly className: string | null;
  /** The hide that it shows, where groups.csv says so. */
  readonly group: string | null;
}

/** What a reader of a format gives; the rest is the same for all. */
export interface DatasetParts {
  readonly items: readonly DatasetItem[];
  readonly classNames: readonly string[];
  readonly notes?: readonly string[];
  /** Paints the truth of a picture of the given size. */
  mask(item: DatasetItem, size: PictureSize, classes: readonly string[]): Promise<Uint8Array>;
}

export interface PictureSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Where a class name lands among the classes of a pack: 0 good, 255 no material. */
export function classIndex(name: string, classes: readonly string[]): number {
  if (name === 'good') return 0;
  if (name === 'outside') return 255;
  const at = classes.indexOf(name);
  if (at > 0) return at;
  const any = classes.indexOf('defect');
  return any > 0 ? any : classes.length - 1;
}

/** Words of public sets for classes of ours. */
const SYNONYMS: Readonly<Record<string, string>> = { wringle: 'wrinkle' };

export function ourWord(name: string): string {
  return SYNONYMS[name] ?? name;
}

/** Says that marks are boxes: all of a box counts as defect, and a pack learns good material in it as such. */
export function boxNote(boxCount: number, markCount: number): string[] {
  if (boxCount === 0) return [];
  return [
    `${boxCount} of ${markCount} marks are boxes without an outline: all that lies in a box counts as defect. Outlines teach more`,
  ];
}
