import type { AlignAnswer } from '#geometry/align-outlines.ts';
import type { PictureOfTable } from '#acquire/set-corners.ts';
import type { CameraFrame, CameraGlance, CameraHealth } from '#acquire/camera.ts';
import type { Defect, Inspection } from '#domain/inspection.ts';
import type { Job } from '#domain/job.ts';
import type { Machine } from '#domain/machine.ts';
import type { ToldThickness } from '#domain/material.ts';
import type { NestResult } from '#domain/nest-result.ts';
import type { OnProgress } from '#domain/ports.ts';
import type { Problem } from '#domain/problem.ts';
import type { SearchRecord } from '#domain/search-record.ts';
import type { Ring } from '#domain/ring.ts';
import type { Remnant } from '#domain/remnant.ts';
import type { Scan } from '#domain/scan.ts';
import type { TableCorners } from '#domain/table-corners.ts';
import type { SheetFacts } from '#ledger/sheet-record.ts';
import type { RemnantOptions } from '#nest/remnants.ts';
import type { AlignSheetQuestion } from './align-sheet.ts';
import type { JudgeCutQuestion, JudgedCut } from './judge-cut.ts';

/** The rooms that a job passes through, as the station needs them. `real-rooms.node.ts` hands in the true ones; tests
 *  hand in small ones. Whatever takes over some milliseconds of CPU does it off the station's thread. */
export interface Rooms {
  /** Opens the camera that hides come from, where it is one, and tells its health whenever that changes; null: nothing
   *  there to watch. */
  watchCamera?(source: string, onHealth: (health: CameraHealth) => void): (() => void) | null;
  /** What the watched camera sees now; null: none is watched, or it gave no picture. */
  glance?(): Promise<CameraGlance | null>;
  /** Takes and rectifies a picture into `dir` (scan.json and its image). */
  acquireScan(question: AcquireQuestion): Promise<Scan>;
  /** Takes a picture of the table as the camera gives it into the file `image`, for people to set its corners in. */
  seeTable?(question: SeeTableQuestion): Promise<PictureOfTable>;
  /** A JPEG of a part of such a picture. */
  partJpeg?(question: PartQuestion): Promise<Uint8Array>;
  /** Texts of the codes that lie in the scan in `dir`. */
  readCodes?(dir: string): Promise<readonly string[]>;
  /** Looks at the scan in `dir`. @throws KerfError INSPECT_NO_HIDE, INSPECT_NOTHING_LEFT */
  inspectScan(question: InspectQuestion): Promise<Inspection>;
  /** The same inspection with these defects: zones, usable areas and sheet follow.
   *  @throws KerfError INSPECT_NOTHING_LEFT */
  withDefects(inspection: Inspection, defects: readonly Defect[]): Promise<Inspection>;
  nest(question: NestQuestion): Promise<NestResult>;
  judgeLayout(problem: Problem, result: NestResult): Promise<Verdict>;
  /** The ledger's record of an ended job, and what stays of its sheet. */
  settleSheet(question: SettleQuestion): Promise<SettledSheet>;
  /** Looks at the scan in `dir`, taken after cutting, and holds it against the layout. */
  judgeCut(question: JudgeCutQuestion & Pick<InspectQuestion, 'dir' | 'scan' | 'signal'>): Promise<JudgedCut>;
  /** How a sheet that was looked at twice has moved in between. */
  alignSheet(question: AlignSheetQuestion): Promise<AlignAnswer>;
  /** Plans and writes the cut file into `dir`, synced. */
  cut(question: CutQuestion): Promise<CutAnswer>;
  /** A JPEG of the scan in `dir`, at most `maxPx` a side. */
  scanJpeg(dir: string, maxPx: number): Promise<Uint8Array>;
  /** The pyramid of tiles of a scan's picture, made in `folder`: see scan-tiles.node.ts. */
  makeTiles?(image: string, folder: string): Promise<void>;
}

export interface SeeTableQuestion {
  readonly source: string;
  readonly frame?: CameraFrame | undefined;
  readonly image: string;
  readonly signal: AbortSignal;
}

export interface PartQuestion {
  readonly image: string;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Longer side of the answer; what is smaller stays as it is. */
  readonly maxPx: number;
}

export interface AcquireQuestion {
  readonly source: string;
  /** The table's corners that a person set: they count more than the calibration's markers. */
  readonly corners?: TableCorners | null | undefined;
  /** Of the material, as order or gauge tell it; absent or null: as the settings say. */
  readonly thickness?: ToldThickness | null | undefined;
  /** What the watched camera gave; the rooms take it themselves. */
  readonly frame?: CameraFrame | undefined;
  readonly dir: string;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

export interface InspectQuestion {
  readonly dir: string;
  readonly scan: Scan;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  readonly onTile: (tile: { readonly outline: Ring; readonly done: number; readonly total: number }) => void;
  /** What a tile shows, as soon as it has been looked at; the inspection takes its place. */
  readonly onDefects: (defects: readonly Defect[]) => void;
}

export interface NestQuestion {
  readonly problem: Problem;
  readonly seconds: number;
  readonly threads: number;
  readonly seed: number;
  /** Keeps what still fits of an earlier layout and goes on from there. */
  readonly start?: NestResult | undefined;
  /** Aborted: the best layout so far comes back, with `stopped: 'aborted'`. */
  readonly signal: AbortSignal;
  /** `changes`: how many changes of the problem are in it. */
  readonly onLayout: (result: NestResult, changes?: number) => void;
  /** Called by rooms whose search takes another problem under way (as many sheets and pieces): what it still allows of
   *  the best layout stays, and the answer is for the latest that came before the end. */
  readonly onStarted?: (change: (problem: Problem) => void) => void;
  /** What finds the answer's layouts again, told before it comes. */
  readonly onRecord?: (record: SearchRecord) => void;
}

export interface SettleQuestion extends Pick<SheetFacts, 'correctionCount' | 'states' | 'version' | 'solverSha256'> {
  /** The station's. */
  readonly dataDir: string;
  /** Has ended, with a layout. */
  readonly job: Job;
  readonly stock: Omit<RemnantOptions, 'gap'>;
}

export interface SettledSheet {
  /** The ledger's record as JSON. */
  readonly document: string;
  readonly at: string;
  readonly remnants: readonly Remnant[];
  /** Why there are none, where their geometry failed: the ledger has its record all the same. */
  readonly remnantsFailed: string | null;
}

export interface Verdict {
  readonly isValid: boolean;
  /** The first few breaches, in words. */
  readonly breaches: readonly string[];
}

export interface CutQuestion {
  readonly problem: Problem;
  readonly result: NestResult;
  readonly machine: Machine;
  readonly dir: string;
}

export interface CutAnswer {
  /** Name of the file in `dir`. */
  readonly file: string;
  readonly sha256: string;
  /** Placements in the order in which their outlines are cut. */
  readonly order: readonly number[];
  readonly cutLength: number;
  readonly seconds: number;
}
