import type { TableMarkers } from '#domain/calibration.ts';
import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { CameraLogin } from '#acquire/camera-command.ts';
import { openScan } from '#acquire/open-scan.node.ts';
import { isRecording, recordedOptions } from '#acquire/recording.node.ts';
import type { PictureOfTable } from '#acquire/set-corners.ts';
import { takeTablePicture } from '#acquire/take-table-picture.node.ts';
import { acquireScan } from '#acquire/read-scan.node.ts';
import { planCuts } from '#cut/plan-cuts.ts';
import { writeCutFile } from '#cut/write-cut-file.node.ts';
import type { CutPlan } from '#domain/cut-plan.ts';
import type { Grading } from '#domain/grading.ts';
import type { Defect, Inspection } from '#domain/inspection.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { NestResult } from '#domain/nest-result.ts';
import type { Problem } from '#domain/problem.ts';
import type { Ring } from '#domain/ring.ts';
import type { Scan } from '#domain/scan.ts';
import type { TableCorners } from '#domain/table-corners.ts';
import { lensFor } from '#geometry/lens.ts';
import { inMillimetres } from '#geometry/in-millimetres.ts';
import { mapPoint } from '#geometry/plane-homography.ts';
import { roundToThousandth } from '#geometry/round-to-thousandth.ts';
import { buildSheet } from '#inspect/build-sheet.ts';
import { chalkMargin } from '#inspect/chalk-marks.ts';
import { regionPatches } from '#inspect/grade-regions.ts';
import { inspectScan } from '#inspect/inspect-scan.ts';
import { lookAtCut } from '#inspect/look-at-cut.ts';
import type { Pack } from '#inspect/load-pack.node.ts';
import { openSegmenter } from '#inspect/onnx-segmenter.node.ts';
import type { ProviderName } from '#inspect/providers.node.ts';
import type { Segmenter } from '#inspect/segmenter.ts';
import { shadesOf, withShades } from '#inspect/shade-zones.ts';
import { judgeLayout } from '#nest/judge.node.ts';
import { openNativeSolver } from '#nest/native-solver.node.ts';
import type { Solver } from '#nest/solver.ts';
import type { AlignAnswer } from '#geometry/align-outlines.ts';
import { openPack } from '#tune/pack-registry.node.ts';
import { alignSheet, type AlignSheetQuestion } from './align-sheet.ts';
import { judgeCut, type JudgedCut } from './judge-cut.ts';
import { nestWithChanges } from './nest-with-changes.node.ts';
import type {
  AcquireQuestion,
  CutAnswer,
  CutQuestion,
  InspectQuestion,
  NestQuestion,
  PartQuestion,
  Rooms,
  Verdict,
  SeeTableQuestion,
  SettledSheet,
  SettleQuestion,
} from './rooms.ts';
import { settleSheet } from './settle-sheet.node.ts';
import { systemClock } from './system-clock.node.ts';

export interface RoomsOptions {
  /** Folder of the model pack. */
  readonly packDir: string;
  readonly provider?: ProviderName | 'auto';
  /** No fall-back when the provider refuses. */
  readonly isStrict?: boolean;
  readonly grading: Grading;
  /** Scale of pictures that bring none; null only with a calibration, which tells it. */
  readonly mmPerPx: number | null;
  /** Scale that was asked for of pictures that a calibration or corners straighten; null: as fine as the camera saw. */
  readonly straightMmPerPx?: number | null;
  /** Of the material, mm; needs a calibration with a lens. */
  readonly thickness?: number | null;
  /** Where the table's markers are: pictures are straightened by them. */
  readonly calibration?: TableMarkers;
  /** Of an RTSP camera. */
  readonly login?: CameraLogin | undefined;
  /** The one source that is told the login; absent: whichever is asked. */
  readonly loginFor?: string | undefined;
  /** The picture is all material. */
  readonly isWhole?: boolean;
  /** Thickness that was asked for by name: what a recording was taken with gives way to it, not to the settings. */
  readonly toldThickness?: number | null;
  /** Keeps what the camera gave in this folder, the latest scan only. */
  readonly record?: string | undefined;
}

interface TakenWith {
  readonly mmPerPx: number | null;
  readonly calibration: TableMarkers | undefined;
  readonly thickness: number | null;
}

const JPEG_QUALITY = 82;
/** A corner is set to a pixel in it. */
const PART_QUALITY = 92;

/** Kept round a mark that a person drew: its line is as wide as a finger shows it, so it needs none. */
const PERSON_MARGIN = 0;

/** The true rooms, run where they are called: rooms-main.node.ts calls them in its own process. The model is loaded
 *  once, with the first scan, and stays. */
export class RealRooms implements Rooms {
  readonly #options: RoomsOptions;
  #eyes: Promise<{ pack: Pack; segmenter: Segmenter }> | null = null;
  #solver: Solver | null = null;

  constructor(options: RoomsOptions) {
    this.#options = options;
  }

  async acquireScan(question: AcquireQuestion): Promise<Scan> {
    const { source, frame, dir, signal, onProgress } = question;
    // The scan will be inspected: the model is loaded meanwhile. Should it be refused, inspecting says so.
    void this.#openEyes().catch(() => undefined);
    if (existsSync(join(source, 'scan.json'))) {
      const { scan } = await openScan(source, { verify: true });
      await cp(source, dir, { recursive: true });
      return scan;
    }
    const isPlayed = frame === undefined && isRecording(source);
    const { mmPerPx, calibration, thickness } = isPlayed ? await this.#playedWith(question) : this.#takenWith(question);
    return acquireScan(frame ?? source, {
      outDir: dir,
      login: this.#loginOf(source),
      isWhole: this.#options.isWhole === true ? true : undefined,
      record: this.#options.record,
      clock: systemClock,
      signal,
      onProgress,
      ...(mmPerPx === null ? {} : { mmPerPx }),
      ...(calibration ? { calibration } : {}),
      ...(thickness === null ? {} : { thickness }),
    });
  }

  async seeTable({ source, frame, image, signal }: SeeTableQuestion): Promise<PictureOfTable> {
    const { calibration } = this.#options;
    const login = this.#loginOf(source);
    const picture = await takeTablePicture(frame ?? source, image, { clock: systemClock, login, signal });
    const lens = calibration ? lensFor(calibration, picture) : null;
    return { ...picture, lens, known: calibration?.tableMarkers ?? [] };
  }

  async partJpeg({ image, maxPx, ...part }: PartQuestion): Promise<Uint8Array> {
    const { default: sharp } = await import('sharp');
    return sharp(image, { limitInputPixels: false })
      .extract(part)
      .resize(maxPx, maxPx, { fit: 'inside', withoutEnlargement: true })
      .jpeg({ quality: PART_QUALITY })
      .toBuffer();
  }

  async inspectScan({ dir, signal, onProgress, onTile, onDefects }: InspectQuestion): Promise<Inspection> {
    const { pack, segmenter } = await orAborted(this.#openEyes(), signal);
    const opened = await openScan(dir);
    const { scan } = opened;
    let done = 0;
    let total = 0;
    return inspectScan(opened, pack, {
      segmenter,
      grading: this.#options.grading,
      clock: systemClock,
      isWhole: this.#options.isWhole ?? false,
      signal,
      onProgress: (progress) => {
        if (progress.what === 'tiles') total = progress.total;
        onProgress(progress);
      },
      onFirst: onDefects,
      onTile: ({ plan: { leftPx, topPx, widthPx, heightPx }, pxPerPx }) => {
        done += 1;
        const corner = (u: number, v: number) => mapPoint(scan.toMm, u * pxPerPx[0], v * pxPerPx[1]);
        const outline: Ring = [
          corner(leftPx, topPx + heightPx),
          corner(leftPx + widthPx, topPx + heightPx),
          corner(leftPx + widthPx, topPx),
          corner(leftPx, topPx),
        ];
        onTile({ outline, done, total: Math.max(total, done) });
      },
    });
  }

  async withDefects(inspection: Inspection, defects: readonly Defect[]): Promise<Inspection> {
    const { grading } = this.#options;
    const { sheet, usableMm2, leftOut } = buildSheet({
      id: inspection.sheet.id,
      outline: inspection.outline,
      holes: inspection.holes,
      baseQuality: inspection.sheet.baseQuality ?? grading.otherwise,
      patches: [
        ...defects.map((d) => ({
          outline: d.outline,
          holes: d.holes,
          quality: d.quality,
          margin: marginOf(d, grading),
        })),
        ...regionPatches(inspection.regions, grading),
      ],
    });
    const { leftOut: _, ...seen } = inspection;
    const kept = inspection.sheet;
    return {
      ...seen,
      defects,
      sheet: withShades(
        {
          ...sheet,
          ...(kept.grain ? { grain: kept.grain } : {}),
          ...(kept.margin === undefined ? {} : { margin: kept.margin }),
        },
        shadesOf(kept),
      ),
      usableMm2: Object.fromEntries(Object.entries(usableMm2).map(([k, v]) => [k, roundToThousandth(v)])),
      ...(leftOut && { leftOut: { ...leftOut, areaMm2: roundToThousandth(leftOut.areaMm2) } }),
    };
  }

  nest(question: NestQuestion): Promise<NestResult> {
    this.#solver ??= openNativeSolver();
    return nestWithChanges(question, this.#solver);
  }

  async judgeLayout(problem: Problem, result: NestResult): Promise<Verdict> {
    const verdict = await judgeLayout(JSON.stringify(problem), JSON.stringify(result));
    return { isValid: verdict.valid, breaches: verdict.faults };
  }

  async readCodes(dir: string): Promise<readonly string[]> {
    // Loaded with the first scan whose codes are wanted.
    const { readCodes } = await import('#acquire/read-codes.node.ts');
    return readCodes(dir);
  }

  settleSheet(question: SettleQuestion): Promise<SettledSheet> {
    return settleSheet(question);
  }

  async judgeCut({ dir, signal, ...question }: Parameters<Rooms['judgeCut']>[0]): Promise<JudgedCut> {
    const { pack, segmenter } = await orAborted(this.#openEyes(), signal);
    const { grading, isWhole = false } = this.#options;
    const look = await lookAtCut(await openScan(dir), pack, {
      segmenter,
      grading,
      clock: systemClock,
      isWhole,
      signal,
    });
    return judgeCut(question, look, grading);
  }

  alignSheet(question: AlignSheetQuestion): Promise<AlignAnswer> {
    return Promise.resolve(alignSheet(question));
  }

  async cut({ problem, result, machine, dir }: CutQuestion): Promise<CutAnswer> {
    const inMm = inMillimetres(problem);
    const layout = result.layouts[0];
    const sheet = layout && inMm.sheets?.[layout.material];
    if (!layout || !sheet)
      throw new KerfError('STATION_NOTHING_PLACED', 'The layout holds no sheet to cut.', { fault: 'answer' });
    const plan = planCuts(layout, inMm, sheet, machine);
    const name = `cut.${machine.format}`;
    const { sha256 } = await writeCutFile(plan, machine, join(dir, name));
    return { file: name, sha256, order: orderOf(plan), cutLength: plan.cutLength, seconds: plan.seconds };
  }

  async scanJpeg(dir: string, maxPx: number): Promise<Uint8Array> {
    const { default: sharp } = await import('sharp');
    const opened = await openScan(dir);
    const { rgb, widthPx, heightPx } = await opened.overview(maxPx);
    return sharp(rgb, { raw: { width: widthPx, height: heightPx, channels: 3 } })
      .jpeg({ quality: JPEG_QUALITY })
      .toBuffer();
  }

  /** Gives back what the model takes; the next scan loads it again. */
  async close(): Promise<void> {
    const eyes = this.#eyes;
    this.#eyes = null;
    await (await eyes?.catch(() => null))?.segmenter.close();
  }

  #loginOf(source: string): CameraLogin | undefined {
    const { login, loginFor = source } = this.#options;
    return source === loginFor ? login : undefined;
  }

  /** How thick it is says first a gauge, then the command line, the order, the settings. */
  #takenWith({ corners = null, thickness: told }: AcquireQuestion): TakenWith {
    const { straightMmPerPx = null, mmPerPx, calibration, toldThickness, thickness: usual = null } = this.#options;
    const thickness = told?.by === 'gauge' ? told.mm : (toldThickness ?? told?.mm ?? usual);
    if (corners === null) return { mmPerPx, calibration, thickness };
    return { mmPerPx: straightMmPerPx, calibration: this.#byCorners(corners), thickness };
  }

  /** A recording knows its camera, scale and material; only what was asked for by name counts more. Where it knows neither
   *  calibration nor scale it is a picture like others. */
  async #playedWith(question: AcquireQuestion): Promise<TakenWith> {
    const recorded = await recordedOptions(question.source);
    const { straightMmPerPx = null, toldThickness, calibration } = this.#options;
    if (recorded.calibration === undefined && recorded.mmPerPx === undefined) return this.#takenWith(question);
    const { thickness: told } = question;
    const ordered = recorded.thickness === undefined ? (told?.mm ?? null) : null;
    const thickness = told?.by === 'gauge' ? told.mm : (toldThickness ?? ordered);
    return { mmPerPx: straightMmPerPx, calibration, thickness };
  }

  /** Lens, light and markers of the calibration, the table by its corners. */
  #byCorners(tableCorners: TableCorners): TableMarkers {
    const { calibration } = this.#options;
    if (calibration === undefined) return { kerf: 1, id: 'corners', tableMarkers: [], tableCorners };
    return { ...calibration, id: `${calibration.id} corners`, tableCorners };
  }

  #openEyes(): Promise<{ pack: Pack; segmenter: Segmenter }> {
    const open = async () => {
      const pack = await openPack(this.#options.packDir);
      const { provider = 'auto', isStrict = false } = this.#options;
      return { pack, segmenter: await openSegmenter(pack, { provider, isStrict }) };
    };
    return (this.#eyes ??= open().catch((cause: unknown) => {
      // Another hide may find the pack mended.
      this.#eyes = null;
      throw cause;
    }));
  }
}

/** The work's outcome, unless nobody waits for it any longer: it goes on then, for the next who asks. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** The distance that the grading keeps round such a defect; for one of our own drawing, or of a class without rules,
 *  what the person drew is what counts. */
function marginOf(defect: Defect, grading: Grading): number {
  const rules = grading.rules.filter((rule) => rule.class === defect.class);
  const ofQuality = rules.filter((rule) => rule.quality === defect.quality);
  if (defect.source === 'chalk') return chalkMargin(defect.class, grading);
  return Math.max(PERSON_MARGIN, ...(ofQuality.length > 0 ? ofQuality : rules).map((rule) => rule.margin ?? 0));
}

/** Placements in the order in which their outlines are cut. */
function orderOf(plan: CutPlan): number[] {
  return [...new Set(plan.steps.filter((step) => step.kind === 'outer').map((step) => step.placement))];
}
