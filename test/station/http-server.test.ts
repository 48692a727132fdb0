import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { eventSchema } from '#api/events.ts';
import { errorBody, ROUTES } from '#api/routes.ts';
import { cutView, layoutView, statusView } from '#api/views.ts';
import { inspectionSchema } from '#domain/inspection.ts';
import { jobSchema } from '#domain/job.ts';
import { isOwnHost, isOwnOrigin } from '#station/http-answers.ts';
import { openApi } from '#station/open-api.ts';
import type { RunningStation } from '#station/start-station.node.ts';
import { startSmallStation, temporaryDir, type TemporaryDir } from './small-station.ts';

let dir: TemporaryDir;
let running: RunningStation;
let base = '';
const page = '<!doctype html><title>Kerf</title>';

beforeAll(async () => {
  dir = await temporaryDir();
  const uiDir = join(dir.path, 'ui');
  await mkdir(uiDir);
  await writeFile(join(uiDir, 'index.html'), page);
  running = await startSmallStation(join(dir.path, 'data'), { http: { port: 0, listen: '127.0.0.1', uiDir } });
  base = `${running.http?.url ?? ''}/api/v1`;
});
afterAll(async () => {
  await running?.close();
  await dir?.[Symbol.asyncDispose]();
});

async function ask(method: string, path: string, body?: unknown): Promise<{ status: number; json: unknown }> {
  const response = await fetch(base + path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  return { status: response.status, json: await response.json() };
}

/** As a page of another origin or name would ask; `fetch` does not let us. */
function askAs(headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(base);
    const asked = request({ host: '127.0.0.1', port, path: '/api/v1/status', headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on('error', reject);
    asked.end();
  });
}

describe('the API', () => {
  test('tells a window that opens while a hide is looked at what was told of it before', async () => {
    const ring = [
      [0, 0],
      [1, 0],
      [1, 1],
    ] as const;
    const tile = { kind: 'tile', job: 'j1', outline: ring, done: 1, total: 2 } as const;
    const seen = vi.spyOn(running.station, 'lookedAt').mockReturnValue([tile]);
    const socket = new WebSocket(`${base.replace('http', 'ws')}/events`);
    const events: unknown[] = [];
    socket.on('message', (data: Buffer) => events.push(JSON.parse(data.toString())));
    await expect.poll(() => events.length).toBe(2);
    expect(events[0]).toMatchObject({ kind: 'status' });
    expect(events[1]).toEqual(tile);
    seen.mockRestore();
    socket.close();
  });

  test('leads a job from the first button to the last, and every answer fits its schema', async () => {
    const events: unknown[] = [];
    const socket = new WebSocket(`${base.replace('http', 'ws')}/events`);
    socket.on('message', (data: Buffer) => events.push(JSON.parse(data.toString())));
    await expect.poll(() => events.length).toBeGreaterThan(0);
    expect(events[0]).toMatchObject({ kind: 'status', status: { state: 'READY' } });

    const { json } = await ask('POST', '/jobs', { source: 'hide 7.png' });
    const { id } = jobSchema.parse(json);
    const stateIs = (state: string) =>
      expect
        .poll(async () => jobSchema.parse((await ask('GET', `/jobs/${id}`)).json).state, { timeout: 20_000 })
        .toBe(state);
    await stateIs('inspected');
    expect(inspectionSchema.parse((await ask('GET', `/jobs/${id}/inspection`)).json).defects).toHaveLength(1);
    const none = await ask('GET', `/jobs/${id}/layout`);
    expect(none).toEqual({ status: 200, json: null });
    await ask('POST', `/jobs/${id}/review`, { by: 'ann' });
    await stateIs('nested');
    const layout = layoutView.parse((await ask('GET', `/jobs/${id}/layout`)).json);
    expect(cutView.parse((await ask('GET', `/jobs/${id}/cut-plan`)).json).order).toHaveLength(12);
    await expect
      .poll(async () => statusView.parse((await ask('GET', '/status')).json).plc.isConnected, { timeout: 20_000 })
      .toBe(true);
    const approved = await ask('POST', `/jobs/${id}/approve`, { layoutSha256: layout.sha256, by: 'ann' });
    expect(approved).toMatchObject({ status: 200, json: { approvedBy: 'ann' } });
    await stateIs('done');
    const cut = await fetch(`${base}/jobs/${id}/cut`);
    expect(cut.headers.get('content-disposition')).toContain(`${id}-cut.dxf`);
    expect((await cut.arrayBuffer()).byteLength).toBeGreaterThan(0);
    const picture = await fetch(`${base}/jobs/${id}/scan.jpg?max=200`);
    expect(picture.headers.get('content-type')).toBe('image/jpeg');
    expect((await ask('GET', '/jobs?limit=5')).json).toHaveLength(1);
    expect((await ask('GET', '/jobs?before=1')).json).toEqual([]);
    expect((await ask('GET', '/jobs?until=2020-01-01T00:00:00Z')).json).toEqual([]);
    expect((await ask('GET', '/jobs?hide=H-7')).json).toEqual([]);
    expect((await ask('GET', '/hides?find=7')).json).toEqual([]);

    await expect
      .poll(() => events.some((e) => (e as { status?: { state: string } }).status?.state === 'DONE'), { timeout: 5000 })
      .toBe(true);
    const kinds = new Set(events.map((event) => eventSchema.parse(event).kind));
    expect([...kinds].sort()).toEqual(['cut', 'defects', 'inspection', 'layout', 'status', 'tile']);
    socket.terminate();
  });

  test('says what is wrong with a request: where, found, expected', async () => {
    const cases: readonly (readonly [string, string, unknown, number, string])[] = [
      ['GET', '/jobs?limit=0', undefined, 400, 'query.limit'],
      ['GET', '/jobs?until=yesterday', undefined, 400, 'query.until'],
      ['GET', '/jobs/nobody', undefined, 404, 'no job nobody'],
      ['POST', '/jobs/nobody/cancel', undefined, 409, 'not the one on the table'],
      ['POST', '/jobs/nobody/approve', { by: 'ann' }, 400, 'body.layoutSha256'],
      ['POST', '/jobs/nobody/review', { by: 7 }, 400, 'body.by: found 7, expected string'],
      ['POST', '/jobs/nobody/defects', { outline: [[0, 0]], quality: 1, by: 'ann' }, 400, 'body.outline'],
      [
        'POST',
        '/jobs/nobody/defects',
        {
          outline: [
            [0, 0],
            [6e7, 0],
            [0, 9],
          ],
          quality: 1,
          by: 'ann',
        },
        400,
        'body.outline',
      ],
      ['POST', '/alarms/a99/acknowledge', undefined, 404, 'a99'],
      ['GET', '/nothing', undefined, 404, 'nothing at'],
    ];
    for (const [method, path, body, status, words] of cases) {
      const answer = await ask(method, path, body);
      expect(answer.status, path).toBe(status);
      expect(errorBody.parse(answer.json).message, path).toContain(words);
    }
    const noJson = await fetch(`${base}/jobs`, {
      method: 'POST',
      body: '{',
      headers: { 'content-type': 'application/json' },
    });
    expect(noJson.status).toBe(400);
    const tooLong = await fetch(`${base}/jobs`, {
      method: 'POST',
      body: JSON.stringify({ source: 'x'.repeat(2_000_000) }),
      headers: { 'content-type': 'application/json' },
    });
    const limitBytes = 1024 * 1024;
    expect([tooLong.status, await tooLong.json()]).toEqual([
      413,
      {
        code: 'STATION_BODY_TOO_LARGE',
        message: `Found a body of more than ${limitBytes} bytes, expected ${limitBytes} at most.`,
        details: { limitBytes },
      },
    ]);
    const text = await fetch(`${base}/jobs`, { method: 'POST', body: 'a', headers: { 'content-type': 'text/plain' } });
    expect([text.status, errorBody.parse(await text.json())]).toEqual([
      415,
      expect.objectContaining({
        code: 'STATION_BODY_TYPE_REFUSED',
        message: expect.stringContaining('"text/plain", expected "application/json"') as string,
      }),
    ]);
  });

  test('says which methods a path takes, before it reads a body, and answers what it cannot read in its own words', async () => {
    for (const [method, path, allow] of [
      ['PUT', '/jobs', 'GET, HEAD, POST'],
      ['DELETE', '/jobs/j1?x=1', 'GET, HEAD'],
      ['OPTIONS', '/jobs/j1/review', 'POST'],
      ['GET', '/jobs/j1/review', 'POST'],
      ['POST', '/backups/kerf-1.tar', 'GET, HEAD'],
      ['POST', '/openapi.json', 'GET, HEAD'],
    ] as const) {
      const body = method === 'PUT' ? { body: 'x'.repeat(3_000_000), headers: { 'content-type': 'text/plain' } } : {};
      const answer = await fetch(base + path, { method, ...body });
      expect([answer.status, answer.headers.get('allow')], `${method} ${path}`).toEqual([405, allow]);
      expect(errorBody.parse(await answer.json()).code).toBe('STATION_METHOD_REFUSED');
    }
    expect((await fetch(`${base}/nothing`, { method: 'PUT' })).status).toBe(404);
    const broken = await fetch(`${base}/hides/%E0%A4%A`);
    expect([broken.status, errorBody.parse(await broken.json()).code]).toEqual([400, 'STATION_REQUEST_REFUSED']);
    expect(broken.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('describes itself: every route, and its schemas', async () => {
    const document = (await ask('GET', '/openapi.json')).json as {
      openapi: string;
      paths: Record<string, Record<string, unknown>>;
    };
    expect(document.openapi).toBe('3.1.0');
    for (const route of Object.values(ROUTES)) {
      const path = `/api/v1${route.path.replaceAll(/:(\w+)/g, '{$1}')}`;
      expect(document.paths[path]?.[route.method.toLowerCase()], path).toBeDefined();
    }
    expect(JSON.parse(JSON.stringify(openApi('0')))).toMatchObject({ info: { version: '0' } });
    const { components } = document as { components?: { responses?: Record<string, unknown> } };
    for (const [path, operations] of Object.entries(document.paths))
      for (const [method, operation] of Object.entries(operations)) {
        const { responses } = operation as { responses: Record<string, { $ref?: string }> };
        expect(Object.keys(responses), path).toEqual(expect.arrayContaining(['400', '500', '503']));
        expect('413' in responses && '415' in responses, path).toBe(method === 'post');
        for (const [status, { $ref }] of Object.entries(responses).filter(([code]) => code !== '200'))
          expect(components?.responses, path).toHaveProperty($ref?.split('/').at(-1) ?? status);
      }
    const waits = (path: string) => {
      const operation = document.paths[`/api/v1${path}`]?.['post'] as { responses: object } | undefined;
      return operation !== undefined && '429' in operation.responses;
    };
    expect(['/access/sign-in', '/orders/preview', '/orders', '/jobs'].map(waits)).toEqual([true, true, true, false]);
  });
});

describe('the page', () => {
  test('is served with headers that let it run its own code only', async () => {
    const response = await fetch(running.http?.url ?? '');
    expect(await response.text()).toBe(page);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('x-frame-options')).toBe('DENY');
    expect((await fetch(`${running.http?.url ?? ''}/../../package.json`)).status).toBe(404);
  });

  test('of another origin, or under another name, is refused', async () => {
    const { host, port } = new URL(base);
    expect(await askAs({ host })).toBe(200);
    expect(await askAs({ host, origin: `http://${host}` })).toBe(200);
    expect(await askAs({ host: `localhost:${port}`, origin: `http://localhost:${port}` })).toBe(200);
    expect(await askAs({ host: 'rebound.example' })).toBe(403);
    expect(await askAs({ host, origin: 'http://evil.example' })).toBe(403);
    expect(await askAs({ host, origin: 'null' })).toBe(403);
    const socket = new WebSocket(`${base.replace('http', 'ws')}/events`, { origin: 'http://evil.example' });
    const refused = await new Promise<string>((resolve) => {
      socket.on('error', (error) => resolve(error.message));
      socket.on('open', () => resolve('opened'));
    });
    expect(refused).toContain('403');
  });

  test('from elsewhere, by a proxy on this machine too, opens no source but the station’s own', async () => {
    const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
      const answer = await fetch(base + path, {
        ...{ method: 'POST', body: JSON.stringify(body) },
        headers: { 'content-type': 'application/json', ...headers },
      });
      return ((await answer.json()) as { code?: string }).code;
    };
    const rsp = { source: 'rtsp://198.51.100.7/x' };
    for (const header of ['X-Forwarded-For', 'Forwarded', 'X-Real-IP', 'Via']) {
      const through = { [header]: '198.51.100.7' };
      expect(await post('/jobs', rsp, through), header).toBe('STATION_PIN_NOT_SET');
      expect(await post('/jobs/j1/after-cut', { by: 'ann', pieces: 'inPlace', ...rsp }, through)).toBe(
        'STATION_PIN_NOT_SET',
      );
      // The first admin is set at the station itself.
      const admin = { name: 'eve', role: 'admin', pin: '840275' };
      expect(await post('/access/people', admin, through), header).toBe('STATION_NOT_LOCAL');
      expect(await post('/jobs/j1/after-cut', { by: 'ann', pieces: 'inPlace' }, through)).toBe('STATION_JOB_UNKNOWN');
    }
    expect(await post('/jobs/j1/after-cut', { by: 'ann', pieces: 'inPlace', ...rsp })).toBe('STATION_JOB_UNKNOWN');
  });

  test('names of this machine are addresses, localhost and its own name', () => {
    for (const host of ['127.0.0.1:8480', '192.168.1.7', '[::1]:8480', 'localhost', 'bench-3:80'])
      expect(isOwnHost(host, ['bench-3']), host).toBe(true);
    for (const host of [undefined, '', 'kerf.example', '127.0.0.1.example.org', 'localhost.evil.org:80'])
      expect(isOwnHost(host, ['bench-3']), host).toBe(false);
    expect(isOwnOrigin('https://127.0.0.1', '127.0.0.1')).toBe(false);
  });
});

test('a port in use is named with its remedy, and nothing stays open', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const dataDir = join(dir.path, 'second');
  const start = () => startSmallStation(dataDir, { http: { port, listen: '127.0.0.1', uiDir: '' } });
  await expect(start()).rejects.toMatchObject({
    code: 'STATION_PORT_IN_USE',
    fault: 'device',
    message: expect.stringContaining(`${port}`),
  });
  await expect(start()).rejects.toMatchObject({ message: expect.stringContaining('--port') });
  other.close();
});
