import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { tablePicture, type TableView } from '#api/table-routes.ts';
import { setCorners, type CornersWish } from '#acquire/set-corners.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import { tableCornersSchema, type TableCorners } from '#domain/table-corners.ts';
import { writeFileSynced } from '#store/job-files.node.ts';
import type { Store } from '#store/store.node.ts';
import type { StationCore } from './station-core.node.ts';

/** What the store keeps the corners under. */
const KEPT_AS = 'tableCorners';
const keptSchema = z.strictObject({
  kerf: z.literal(1),
  corners: tableCornersSchema.nullable(),
  before: tableCornersSchema.nullable(),
});
type Kept = z.infer<typeof keptSchema>;
const NONE: Kept = { kerf: 1, corners: null, before: null };

const FOLDER = 'table';
const pictureFile = z.strictObject({
  kerf: z.literal(1),
  image: z.string().regex(/^[\w.-]+$/, 'a file name'),
  picture: tablePicture,
});
type PictureFile = z.infer<typeof pictureFile>;

/** A camera that finds no calm, or a share that hangs. */
const PICTURE_MS = 60_000;

export interface TableDesk {
  view(): Promise<TableView>;
  /** @throws KerfError STATION_NOTHING_HERE, ACQUIRE_… of the source */
  takePicture(): Promise<TableView>;
  /** Ends the taking that is under way: it answers with the picture that was there before. */
  endPicture(): void;
  /** Each change is one transaction with its row of the audit log.
   *  @throws KerfError STATION_TABLE_PICTURE_OTHER, ACQUIRE_CORNERS_REFUSED */
  set(wish: CornersWish & { readonly takenAt: string }): Promise<TableView>;
  forget(by: string): Promise<TableView>;
  /** @throws KerfError STATION_NOTHING_TO_UNDO */
  takeBack(by: string): Promise<TableView>;
  /** A JPEG of a part of the picture, px; all of it where the part has no size. @throws KerfError STATION_NOTHING_HERE */
  jpeg(part: PicturePart): Promise<Uint8Array>;
}

export interface PicturePart {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Longer side of the answer. */
  readonly max: number;
}

/** Corners by which a scan is straightened now. */
export async function tableCornersOf(store: Store): Promise<TableCorners | null> {
  return (await readKept(store)).corners;
}

/** Where an engineer tells the camera where the table lies. */
export function tableDesk(core: StationCore): TableDesk {
  const { store, clock, logger, machine, rooms, source } = core.options;
  const dir = join(store.dir, FOLDER);
  let queue: Promise<unknown> = Promise.resolve();
  let taking: AbortController | null = null;
  const inOrder = <T>(work: () => Promise<T>): Promise<T> => {
    const done = queue.then(work);
    queue = done.catch(() => undefined);
    return done;
  };

  async function view(): Promise<TableView> {
    const [{ corners, before }, file] = await Promise.all([readKept(store), readPicture(dir)]);
    return {
      tableWidth: machine.width,
      tableHeight: machine.height,
      corners,
      hasBefore: corners !== null || before !== null,
      picture: file?.picture ?? null,
    };
  }

  async function keep(before: Kept, corners: TableCorners | null, by: string): Promise<TableView> {
    const kept: Kept = { kerf: 1, corners, before: before.corners };
    const details = { was: textOf(before.corners), is: textOf(corners) };
    await store.note(
      { kind: 'table corners changed', at: clock.now(), by, details },
      { [KEPT_AS]: JSON.stringify(kept) },
    );
    // Whatever drifted did so from what counts no more.
    await core.alarms.clear('ACQUIRE_CORNERS_DRIFTED');
    logger.info('table.corners', { isSet: corners !== null });
    return view();
  }

  async function takePicture(): Promise<TableView> {
    if (!rooms.seeTable) throw nothingHere();
    const image = `picture-${clock.now().replace(/\W/g, '')}.tif`;
    const own = (taking = new AbortController());
    const signal = AbortSignal.any([own.signal, AbortSignal.timeout(PICTURE_MS)]);
    const picture = await rooms
      .seeTable({ source, image: join(dir, image), signal })
      .catch((cause: unknown) => {
        if (own.signal.aborted) return null;
        throw cause;
      })
      .finally(() => (taking = null));
    if (picture === null) return view();
    const file: PictureFile = { kerf: 1, image, picture: tablePicture.parse(picture) };
    await writeFileSynced(join(dir, 'picture.json'), JSON.stringify(file));
    for (const name of await readdir(dir))
      if (name.startsWith('picture-') && name !== image) await rm(join(dir, name), { force: true });
    return view();
  }

  return {
    view,
    takePicture: () => inOrder(takePicture),
    endPicture: () => taking?.abort(),
    set: (wish) =>
      inOrder(async () => {
        const picture = (await readPicture(dir))?.picture;
        if (picture?.takenAt !== wish.takenAt)
          throw new KerfError(
            'STATION_TABLE_PICTURE_OTHER',
            `The corners were set in the picture of ${wish.takenAt}; the station has ${picture ? `the one of ${picture.takenAt}` : 'none'}. Set them in that.`,
            { fault: 'answer' },
          );
        return keep(await readKept(store), setCorners(wish, picture, clock), wish.by);
      }),
    forget: (by) =>
      inOrder(async () => {
        const kept = await readKept(store);
        return kept.corners === null ? view() : keep(kept, null, by);
      }),
    takeBack: (by) =>
      inOrder(async () => {
        const kept = await readKept(store);
        if (kept.corners === null && kept.before === null)
          throw new KerfError('STATION_NOTHING_TO_UNDO', 'No corners of the table were set.', { fault: 'answer' });
        return keep(kept, kept.before, by);
      }),
    async jpeg({ left, top, width, height, max }) {
      const file = await readPicture(dir);
      if (!file || !rooms.partJpeg) throw nothingHere();
      const { widthPx, heightPx } = file.picture;
      const part =
        width === 0 || height === 0
          ? { left: 0, top: 0, width: widthPx, height: heightPx }
          : {
              ...{ left, top },
              width: Math.min(width, widthPx - left),
              height: Math.min(height, heightPx - top),
            };
      if (part.width < 1 || part.height < 1) throw nothingHere();
      return rooms.partJpeg({ image: join(dir, file.image), ...part, maxPx: max });
    },
  };
}

async function readKept(store: Store): Promise<Kept> {
  const text = (await store.meta())[KEPT_AS];
  if (text === undefined) return NONE;
  return parseDocument(keptSchema, parseJson(text, KEPT_AS), { name: KEPT_AS, where: 'store' });
}

async function readPicture(dir: string): Promise<PictureFile | null> {
  const where = join(dir, 'picture.json');
  const text = await readFile(where, 'utf8').catch(() => null);
  return text === null ? null : parseDocument(pictureFile, parseJson(text, where), { name: 'picture', where });
}

const textOf = (corners: TableCorners | null) => corners && JSON.stringify(corners);

function nothingHere(): KerfError {
  return new KerfError('STATION_NOTHING_HERE', 'There is no picture of the table yet; POST /table/picture takes one.');
}
