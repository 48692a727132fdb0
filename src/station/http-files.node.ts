import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { FILE_ROUTES, type FileRoute, type FileRouteName } from '#api/file-routes.ts';
import { API_PREFIX } from '#api/routes.ts';
import { parseDocument } from '#domain/parse-document.ts';
import { askerOf, demandCaller } from './http-access.node.ts';
import { openApi } from './open-api.ts';
import { ScanTiles } from './scan-tiles.node.ts';
import type { Station } from './station.node.ts';

interface FileAnswer {
  readonly bytes: Uint8Array | AsyncIterable<Uint8Array>;
  /** A name makes it a download. */
  readonly name?: string;
  /** A job's scan never changes. */
  readonly isConstant?: boolean;
}
type Read<R, K extends string> = R extends Readonly<Record<K, z.ZodType>> ? z.output<R[K]> : undefined;
interface Question<N extends FileRouteName> {
  readonly params: Read<(typeof FILE_ROUTES)[N], 'params'>;
  readonly query: Read<(typeof FILE_ROUTES)[N], 'query'>;
}
type Handlers = { readonly [N in FileRouteName]: (question: Question<N>) => Promise<FileAnswer> };

function handlersOf(station: Station): Handlers {
  const tiles = new ScanTiles(station.makeTiles);
  return {
    scanPicture: async ({ params, query }) => ({
      bytes: await station.scanJpeg(params.id, query.max),
      isConstant: true,
    }),
    scanTile: async ({ params: { id, ...place } }) => {
      const job = await station.jobById(id);
      return { bytes: await tiles.tileOfJob(station.jobDir(job.id), place), isConstant: true };
    },
    afterCutPicture: async ({ params, query }) => ({ bytes: await station.afterCut.scanJpeg(params.id, query.max) }),
    cameraPicture: async () => ({ bytes: await station.camera.picture() }),
    tablePicture: async ({ query }) => ({ bytes: await station.table.jpeg(query) }),
    cutFile: async ({ params }) => {
      const { name, bytes } = await station.cutFile(params.id);
      return { bytes, name: `${params.id}-${name}` };
    },
    shiftPaper: async ({ query }) => ({
      bytes: await station.ledger.shiftPaper(query),
      name: `shift-${query.from.slice(0, 10)}.pdf`,
    }),
    backupFile: async ({ params }) => ({
      bytes: await station.backups.file(params.name),
      name: `${params.name}.tar`,
    }),
  };
}

/** What is no JSON: pictures, cut files, backups; and the description of all routes. */
export function addFiles(app: FastifyInstance, station: Station, version: string): void {
  const description = JSON.stringify(openApi(version));
  app.get(`${API_PREFIX}/openapi.json`, (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(description),
  );
  const handlers = handlersOf(station) as Readonly<Record<string, (question: unknown) => Promise<FileAnswer>>>;
  for (const [name, route] of Object.entries<FileRoute>(FILE_ROUTES)) {
    const where = `GET ${API_PREFIX}${route.path}`;
    const read = (schema: z.ZodType | undefined, value: unknown, part: string) =>
      schema && (parseDocument(schema, value, { name: part, where, code: 'STATION_REQUEST_REFUSED' }) as unknown);
    app.get(API_PREFIX + route.path, async (request, reply) => {
      await demandCaller(station, askerOf(request), name as FileRouteName);
      const params = read(route.params, request.params, 'params');
      const answer = await handlers[name]?.({ params, query: read(route.query, request.query, 'query') });
      if (!answer) throw new Error(`route ${name} has no handler`);
      const { bytes, name: fileName, isConstant } = answer;
      if (fileName !== undefined) reply.header('content-disposition', `attachment; filename="${fileName}"`);
      return reply
        .type(route.type)
        .header('cache-control', isConstant ? 'private, max-age=3600' : 'no-store')
        .send(bytes instanceof Uint8Array ? bytes : Readable.from(bytes, { objectMode: false }));
    });
  }
}
