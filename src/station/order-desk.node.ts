import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { OrderColumnsView, OrderDetailView, OrderPreviewView, OrderView } from '#api/order-views.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { orderedQuantities } from '#domain/ordered-quantity.ts';
import type { OrderMapping } from '#domain/order-mapping.ts';
import type { Order } from '#domain/problem.ts';
import type { LengthUnit, OrderFile } from '#orders/drawing-file.node.ts';
import { columnsOf } from '#orders/columns-of.ts';
import type { OnlyLines } from '#orders/order-by-mapping.node.ts';
import { readOrder } from '#orders/read-order.node.ts';
import { writeFileSynced } from '#store/job-files.node.ts';
import { loadOrder, orderPath } from './load-order.node.ts';
import { ABOUT_ENDING, ORDERS_FOLDER, aboutPath, readAbout, type OrderAbout } from './order-about.node.ts';
import { orderPieces } from './order-pieces.ts';
import type { CutOfOrder } from './cut-of-order.ts';
import { jobsOfOrder, progressOf, unplacedOf } from './order-progress.node.ts';
import type { MappingDesk } from './mapping-desk.node.ts';
import { readFiles } from './read-files.node.ts';
import type { ReadFilesAnswer } from './read-files.worker.node.ts';
import { codeOf } from './station-errors.ts';
import type { StationCore } from './station-core.node.ts';

export interface OrderDesk {
  list(): Promise<readonly OrderView[]>;
  /** @throws KerfError STATION_ORDER_MISSING, and those of `readOrder` */
  detail(name: string): Promise<OrderDetailView>;
  /** @throws KerfError STATION_MAPPING_UNKNOWN, and those of `orderFromFiles` and `orderByMapping` */
  preview(files: HandedOver): Promise<OrderPreviewView>;
  /** @throws KerfError STATION_ORDER_EXISTS, and those of `preview` */
  add(wish: NewOrder): Promise<OrderView>;
  choose(name: string): Promise<void>;
  /** @throws KerfError ORDERS_CSV_REFUSED, ORDERS_DOCUMENT_REFUSED */
  columns(file: OrderFile): OrderColumnsView;
}

export interface HandedOver {
  readonly files: readonly OrderFile[];
  readonly readAs?: LengthUnit | undefined;
  /** The mapping by which the first file is read, or its name. */
  readonly mapping?: string | OrderMapping | undefined;
  readonly only?: OnlyLines | undefined;
}

export interface NewOrder extends HandedOver {
  readonly name: string;
  readonly by: string;
}

interface LookedAt {
  readonly view: OrderView;
  readonly about: OrderAbout | null;
  /** Pieces cut by id; none where the order is not counted. */
  readonly cut: CutOfOrder['pieces'];
}

/** Orders of the data folder, and the one that the station was started with. */
export function orderDesk(core: StationCore, mappings: MappingDesk): OrderDesk {
  const { options, memory } = core;
  const dataDir = options.store.dir;
  const standing = options.order;

  async function read(name: string): Promise<Order> {
    if (name === standing.name) return standing.order;
    const path = orderPath(dataDir, name);
    if (path === null)
      throw new KerfError('STATION_ORDER_MISSING', `There is no order ${name} here.`, { details: { order: name } });
    return readOrder(path, { grading: core.grading });
  }

  async function readHandedOver({ files, readAs, mapping: given, only }: HandedOver): Promise<ReadFilesAnswer> {
    const mapping = typeof given === 'string' ? await mappings.read('order', given) : given;
    return readFiles({ files, readAs, mapping, only, grading: core.grading });
  }

  /** Whatever fails of one order is its fault in the list, which has the others all the same.
   *  @param doneCount hides that are done for an order of this name */
  async function look(name: string, doneCount: number): Promise<LookedAt> {
    const order = await read(name).catch((cause: unknown) => codeOf(cause));
    const about =
      name === standing.name ? null : await readAbout(dataDir, name).catch((cause: unknown) => codeOf(cause));
    const isKnown = about !== null && typeof about !== 'string';
    const cut = isKnown ? await progressOf(core, name, about).catch((cause: unknown) => codeOf(cause)) : null;
    const progress = typeof cut === 'string' ? null : cut;
    const isReadable = typeof order !== 'string';
    const view: OrderView = {
      name,
      isNext: memory.order.name === name,
      isCounted: about !== null,
      importedAt: isKnown ? about.importedAt : null,
      importedBy: isKnown ? about.importedBy : null,
      pieceCount: isReadable ? orderedQuantities(order).reduce((sum, count) => sum + count, 0) : 0,
      cutCount: progress ? [...progress.pieces.values()].reduce((sum, count) => sum + count, 0) : 0,
      hideCount: progress ? progress.hideCount : about === null ? doneCount : 0,
      thickness: (isReadable ? order.thickness : undefined) ?? null,
      kits: isReadable ? kitsOf(order) : [],
      fault: [order, about, cut].find((found) => typeof found === 'string') ?? null,
    };
    return { view, about: isKnown ? about : null, cut: progress?.pieces ?? new Map() };
  }

  return {
    async list() {
      const doneCounts = new Map(
        (await options.store.orderTallies()).map(({ order, hideCount }) => [order, hideCount]),
      );
      const names = [...new Set([standing.name, ...(await namesIn(join(dataDir, ORDERS_FOLDER)))])];
      const views = await Promise.all(names.map(async (name) => (await look(name, doneCounts.get(name) ?? 0)).view));
      return views.sort(
        (a, b) => (b.importedAt ?? '').localeCompare(a.importedAt ?? '') || a.name.localeCompare(b.name),
      );
    },
    async detail(name) {
      const order = await read(name);
      const tally = (await options.store.orderTallies()).find((one) => one.order === name);
      const { view, about, cut } = await look(name, tally?.hideCount ?? 0);
      const jobs = await jobsOfOrder(core, name, about);
      return {
        order: view,
        pieces: orderPieces(order, cut),
        hides: await Promise.all(
          jobs.map(async (job) => ({
            job: job.id,
            seq: job.seq,
            at: job.updatedAt,
            state: job.state,
            pieceCount: job.pieceCount ?? 0,
            nestedYieldBp: job.nestedYieldBp ?? 0,
            unplaced: await unplacedOf(core, job),
          })),
        ),
      };
    },
    columns: ({ name, text }) => columnsOf(text, name),
    async preview(given) {
      const { name, order, unitsStated, doubts } = await readHandedOver(given);
      const pieces = orderPieces(order, new Map());
      return {
        name: wireName(name),
        unitsStated,
        doubts,
        pieceCount: pieces.reduce((sum, p) => sum + p.quantity, 0),
        areaMm2: pieces.reduce((sum, p) => sum + p.quantity * p.areaMm2, 0),
        kits: kitsOf(order),
        pieces,
      };
    },
    async add({ name, by, ...given }) {
      if (name === standing.name || orderPath(dataDir, name) !== null)
        throw new KerfError('STATION_ORDER_EXISTS', `There is an order ${name} already. Give this one another name.`, {
          fault: 'answer',
          details: { order: name },
        });
      const { order } = await readHandedOver(given);
      const about: OrderAbout = {
        ...{ kerf: 1, importedAt: options.clock.now(), importedBy: by, files: given.files.map((f) => f.name) },
        afterSeq: (await options.store.latestJob())?.seq ?? 0,
      };
      // First what makes it counted: an order without it would be cut whole from every hide.
      await writeFileSynced(aboutPath(dataDir, name), JSON.stringify(about));
      await writeFileSynced(join(dataDir, ORDERS_FOLDER, `${name}.json`), JSON.stringify(order));
      options.logger.info('order.imported', { order: name, pieces: order.pieces.length });
      return (await look(name, 0)).view;
    },
    choose: (name) => loadOrder(core, name),
  };
}

/** A name as the cutter's messages can carry it. */
function wireName(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '');
  return plain.slice(0, 40) || 'order';
}

function kitsOf(order: Order): { id: string; quantity: number }[] {
  return (order.kits ?? []).map((kit) => ({ id: kit.id, quantity: kit.quantity ?? 1 }));
}

async function namesIn(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw cause;
  });
  return files
    .filter(
      (file) =>
        /^[A-Za-z0-9._-]{1,40}\.(json|csv)$/.test(file) && !file.startsWith('.') && !file.endsWith(ABOUT_ENDING),
    )
    .map((file) => file.replace(/\.(json|csv)$/, ''));
}
