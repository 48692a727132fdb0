import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { API_PREFIX } from '#api/routes.ts';
import { parseDocument } from '#domain/parse-document.ts';
import { openApi } from './open-api.ts';
import { ScanTiles } from './scan-tiles.node.ts';
import type { Station } from './station.node.ts';

const JPEG_DEFAULT_PX = 2048;
const jpegQuery = z.strictObject({ max: z.coerce.number().int().min(16).max(8192).default(JPEG_DEFAULT_PX) });
const idParams = z.strictObject({ id: z.string() });
const whole = z.coerce.number().int().min(0).max(9999);
const tileParams = z.strictObject({ id: z.string(), level: whole, column: whole, row: whole });

/** What is no JSON: pictures, cut files, the description of the rest. */
export function addFiles(app: FastifyInstance, station: Station, version: string): void {
  const description = JSON.stringify(openApi(version));
  app.get(`${API_PREFIX}/openapi.json`, (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(description),
  );
  app.get(`${API_PREFIX}/jobs/:id/scan.jpg`, async (request, reply) => {
    const where = `GET ${API_PREFIX}/jobs/:id/scan.jpg`;
    const code = 'STATION_REQUEST_REFUSED';
    const { id } = parseDocument(idParams, request.params, { name: 'params', where, code });
    const { max } = parseDocument(jpegQuery, request.query, { name: 'query', where, code });
    // A job's scan never changes.
    return reply
      .type('image/jpeg')
      .header('cache-control', 'private, max-age=3600')
      .send(await station.scanJpeg(id, max));
  });
  const tiles = new ScanTiles();
  app.get(`${API_PREFIX}/jobs/:id/tiles/:level/:column/:row.jpg`, async (request, reply) => {
    const where = `GET ${API_PREFIX}/jobs/:id/tiles/:level/:column/:row.jpg`;
    const code = 'STATION_REQUEST_REFUSED';
    const { id, ...place } = parseDocument(tileParams, request.params, { name: 'params', where, code });
    const job = await station.jobById(id);
    return reply
      .type('image/jpeg')
      .header('cache-control', 'private, max-age=3600')
      .send(await tiles.tileOfJob(station.jobDir(job.id), place));
  });
  app.get(`${API_PREFIX}/jobs/:id/cut`, async (request, reply) => {
    const { id } = parseDocument(idParams, request.params, {
      name: 'params',
      where: `GET ${API_PREFIX}/jobs/:id/cut`,
      code: 'STATION_REQUEST_REFUSED',
    });
    const { name, bytes } = await station.cutFile(id);
    return reply
      .type('application/octet-stream')
      .header('content-disposition', `attachment; filename="${id}-${name}"`)
      .send(bytes);
  });
}
