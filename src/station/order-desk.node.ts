import type { OrderTally } from '#store/records.ts';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { OrderColumnsView, OrderDetailView, OrderPreviewView, OrderView } from '#api/order-views.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { orderedQuantities } from '#domain/ordered-quantity.ts';
import type { OrderMapping } from '#domain/order-mapping.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import type { Order } from '#domain/problem.ts';
import { isoTime } from '#domain/shapes.ts';
import type { LengthUnit, OrderFile } from '#orders/drawing-file.node.ts';
import { columnsOf } from '#orders/columns-of.ts';
import type { OnlyLines } from '#orders/order-by-mapping.node.ts';
import { readOrder } from '#orders/read-order.node.ts';
import { writeFileSynced } from '#store/job-files.node.ts';
import { ABOUT_ENDING, ORDERS_FOLDER, aboutPath, loadOrder, orderPath } from './load-order.node.ts';
import { orderPieces } from './order-pieces.ts';
import { cutPieces, hidesOfOrder, tallies } from './order-progress.node.ts';
import type { MappingDesk } from './mapping-desk.node.ts';
import { readFiles } from './read-files.node.ts';
import type { ReadFilesAnswer } from './read-files.worker.node.ts';
import { codeOf } from './station-errors.ts';
import type { StationCore } from './station-core.node.ts';

/** Kept beside an imported order. */
const aboutSchema = z.strictObject({
  kerf: z.literal(1),
  importedAt: isoTime,
  importedBy: z.string(),
  files: z.array(z.string()).readonly(),
});

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

  async function view(name: string, tally: OrderTally | undefined): Promise<OrderView> {
    const about = name === standing.name ? null : await readAbout(aboutPath(dataDir, name));
    const order = await read(name).catch((cause: unknown) => codeOf(cause));
    const isReadable = typeof order !== 'string';
    return {
      name,
      isNext: memory.order.name === name,
      isCounted: about !== null,
      importedAt: about?.importedAt ?? null,
      importedBy: about?.importedBy ?? null,
      pieceCount: isReadable ? orderedQuantities(order).reduce((sum, count) => sum + count, 0) : 0,
      cutCount: about ? (tally?.cutCount ?? 0) : 0,
      hideCount: tally?.hideCount ?? 0,
      thickness: (isReadable ? order.thickness : undefined) ?? null,
      kits: isReadable ? kitsOf(order) : [],
      fault: isReadable ? null : order,
    };
  }

  return {
    async list() {
      const counted = await tallies(core);
      const names = [...new Set([standing.name, ...(await namesIn(join(dataDir, ORDERS_FOLDER)))])];
      const views = await Promise.all(names.map((name) => view(name, counted.get(name))));
      return views.sort(
        (a, b) => (b.importedAt ?? '').localeCompare(a.importedAt ?? '') || a.name.localeCompare(b.name),
      );
    },
    async detail(name) {
      const order = await read(name);
      const hides = await hidesOfOrder(core, name);
      const seen = await view(name, (await tallies(core)).get(name));
      return {
        order: seen,
        pieces: orderPieces(order, seen.isCounted ? cutPieces(hides) : new Map()),
        hides: hides.map(({ job, placed, unplaced }) => ({
          job: job.id,
          seq: job.seq,
          at: job.updatedAt,
          state: job.state,
          pieceCount: [...placed.values()].reduce((sum, count) => sum + count, 0),
          nestedYieldBp: job.nestedYieldBp ?? 0,
          unplaced,
        })),
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
      const about = { kerf: 1, importedAt: options.clock.now(), importedBy: by, files: given.files.map((f) => f.name) };
      // First what makes it counted: an order without it would be cut whole from every hide.
      await writeFileSynced(aboutPath(dataDir, name), JSON.stringify(about));
      await writeFileSynced(join(dataDir, ORDERS_FOLDER, `${name}.json`), JSON.stringify(order));
      options.logger.info('order.imported', { order: name, pieces: order.pieces.length });
      return view(name, undefined);
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

async function readAbout(path: string): Promise<z.infer<typeof aboutSchema> | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  return text === null ? null : parseDocument(aboutSchema, parseJson(text, path), { name: 'about', where: path });
}
