import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { mappingKinds, type MappingKind } from '#api/mapping-routes.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { orderMappingSchema } from '#domain/order-mapping.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import { resultsMappingSchema } from '#domain/results-mapping.ts';
import { writeFileSynced } from '#store/job-files.node.ts';
import type { StationCore } from './station-core.node.ts';

/** `mappings/order/NAME.json` and `mappings/results/NAME.json` of the data folder. */
const FOLDER = 'mappings';
const SCHEMAS = { order: orderMappingSchema, results: resultsMappingSchema } as const;
type Mapping<K extends MappingKind> = z.output<(typeof SCHEMAS)[K]>;

export interface MappingDesk {
  list(): Promise<Record<MappingKind, string[]>>;
  /** @throws KerfError STATION_MAPPING_UNKNOWN, DOMAIN_DOCUMENT_REFUSED for a file that somebody spoilt */
  read<K extends MappingKind>(kind: K, name: string): Promise<Mapping<K>>;
  put<K extends MappingKind>(kind: K, name: string, mapping: Mapping<K>, by: string): Promise<void>;
}

/** Mappings of other programs' orders and results, kept by name. */
export function mappingDesk({ options }: StationCore): MappingDesk {
  const { store, clock } = options;
  const folder = (kind: MappingKind) => join(store.dir, FOLDER, kind);
  const namesOf = async (kind: MappingKind) =>
    (await readdir(folder(kind)).catch(nothingThere<string[]>([])))
      .filter((file) => /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,39}\.json$/.test(file))
      .map((file) => file.slice(0, -'.json'.length))
      .sort();
  return {
    async list() {
      const [order, results] = await Promise.all(mappingKinds.map(namesOf));
      return { order: order ?? [], results: results ?? [] };
    },
    async read<K extends MappingKind>(kind: K, name: string) {
      const path = join(folder(kind), `${name}.json`);
      const text = await readFile(path, 'utf8').catch(nothingThere<null>(null));
      if (text === null)
        throw new KerfError('STATION_MAPPING_UNKNOWN', `There is no mapping ${name} of ${kind} here.`, {
          details: { mapping: name },
        });
      const where = `${FOLDER}/${kind}/${name}.json`;
      return parseDocument(SCHEMAS[kind], parseJson(text, where), { name: 'mapping', where }) as Mapping<K>;
    },
    async put(kind, name, mapping, by) {
      await writeFileSynced(join(folder(kind), `${name}.json`), `${JSON.stringify(mapping, null, 1)}\n`);
      await store.note({ kind: 'mapping kept', at: clock.now(), by, details: { mapping: name, of: kind } });
    },
  };
}

function nothingThere<T>(nothing: T): (cause: unknown) => T {
  return (cause) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return nothing;
    throw cause;
  };
}
