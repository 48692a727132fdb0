import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { API_PREFIX, ROUTES, type Route } from '#api/routes.ts';
import type { RunningStation } from '#station/start-station.node.ts';
import { startSmallStation, temporaryDir, type TemporaryDir } from './small-station.ts';

const BODY_LIMIT = 1024 * 1024;
let dir: TemporaryDir;
let running: RunningStation;
let base = '';

beforeAll(async () => {
  dir = await temporaryDir();
  const uiDir = join(dir.path, 'ui');
  await mkdir(uiDir);
  await writeFile(join(uiDir, 'index.html'), '<!doctype html>');
  await writeFile(join(dir.path, 'secret.txt'), 'the secret');
  running = await startSmallStation(join(dir.path, 'data'), { http: { port: 0, listen: '127.0.0.1', uiDir } });
  base = running.http?.url ?? '';
});
afterAll(async () => {
  await running?.close();
  await dir?.[Symbol.asyncDispose]();
});

/** As it is written, without what a client would tidy up. */
function raw(lines: readonly string[], body = ''): Promise<string> {
  const { port } = new URL(base);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), '127.0.0.1', () =>
      socket.write(
        `${[...lines, `Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`,
      ),
    );
    socket.on('data', (chunk) => (answer += String(chunk)));
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
    socket.setTimeout(10_000, () => socket.destroy());
  });
}
const statusOf = (answer: string) => Number(/^HTTP\/1.1 (\d+)/.exec(answer)?.[1] ?? 0);
const host = () => `Host: ${new URL(base).host}`;

describe('an attacker at the door', () => {
  test('comes to no file outside the screens and the jobs', async () => {
    const up = [
      '../',
      '..%2f',
      '%2e%2e/',
      '%2e%2e%2f',
      '..\\',
      '..%5c',
      '..%c0%af',
      '%252e%252e/',
      '....//',
      '/%00../',
    ];
    for (const step of up)
      for (const path of [
        `/${step}secret.txt`,
        `/${step}${step}data/station-key.pem`,
        `${API_PREFIX}/jobs/${step}${step}station-key.pem`,
        `${API_PREFIX}/jobs/${step}/inspection`,
        `${API_PREFIX}/jobs/${step}/cut`,
        `${API_PREFIX}/jobs/${step}/tiles/0/0/0.jpg`,
        `${API_PREFIX}/orders/${step}settings`,
      ]) {
        const answer = await raw([`GET ${path} HTTP/1.1`, host()]);
        expect([400, 403, 404], path).toContain(statusOf(answer));
        expect(answer, path).not.toMatch(/the secret|PRIVATE KEY|"kerf"/);
      }
  });

  test('changes no prototype by a body', async () => {
    const bodies = [
      '{"__proto__":{"polluted":true},"source":"a"}',
      '{"constructor":{"prototype":{"polluted":true}}}',
      '{"source":{"__proto__":{"polluted":true}}}',
    ];
    for (const body of bodies) {
      const answer = await raw([`POST ${API_PREFIX}/jobs HTTP/1.1`, host(), 'Content-Type: application/json'], body);
      expect(statusOf(answer), body).toBe(400);
    }
    expect('polluted' in {}).toBe(false);
    expect(running.station.job).toBeNull();
  });

  test('sends no form from another page: other types of body, another origin, another name', async () => {
    const post = (...headers: string[]) => raw([`POST ${API_PREFIX}/jobs HTTP/1.1`, ...headers], '{"source":"a"}');
    const json = 'Content-Type: application/json';
    expect(statusOf(await post(host(), 'Content-Type: text/plain'))).toBe(415);
    expect(statusOf(await post(host(), 'Content-Type: application/x-www-form-urlencoded'))).toBe(415);
    expect(statusOf(await post(host(), 'Content-Type: multipart/form-data; boundary=x'))).toBe(415);
    expect(statusOf(await post(host(), json, 'Origin: http://evil.example'))).toBe(403);
    // The name was made to lead here; the page that it served is of that name too.
    const { port } = new URL(base);
    expect(statusOf(await post(`Host: evil.example:${port}`, json, `Origin: http://evil.example:${port}`))).toBe(403);
    expect(running.station.job).toBeNull();
  });

  test('keeps no request open by sending it slowly: neither its head nor its body', async () => {
    await using slow = await temporaryDir();
    const http = { port: 0, listen: '127.0.0.1', uiDir: '', requestMs: 400 };
    await using patient = await startSmallStation(slow.path, { http });
    const { port, host: name } = new URL(patient.http?.url ?? '');
    const heads = [
      `GET ${API_PREFIX}/status HTTP/1.1\r\nHost: ${name}\r\nX-Drop: `,
      `POST ${API_PREFIX}/jobs HTTP/1.1\r\nHost: ${name}\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n`,
    ];
    const answers = await Promise.all(
      heads.map(
        (head) =>
          new Promise<string>((resolve) => {
            let answer = '';
            const socket = connect(Number(port), '127.0.0.1', () => socket.write(head));
            // A byte now and then, which keeps any timer of silence from ending it.
            const drip = setInterval(() => socket.write(' '), 50);
            const late = setTimeout(() => (socket.destroy(), resolve('still open')), 10_000);
            socket.on('data', (chunk) => (answer += String(chunk)));
            socket.on('error', () => undefined);
            socket.on('close', () => {
              clearInterval(drip);
              clearTimeout(late);
              resolve(answer);
            });
          }),
      ),
    );
    expect(answers.map(statusOf)).toEqual([408, 408]);
    expect(patient.station.job).toBeNull();
  });

  test('makes no body larger here than it was sent, and sends no header too long', async () => {
    // A thousand times as large once it is unpacked.
    const packed = gzipSync(Buffer.from(`{"source":"${' '.repeat(8_000_000)}"}`));
    expect(packed.length).toBeLessThan(BODY_LIMIT);
    for (const type of ['gzip', 'deflate', 'br']) {
      const response = await fetch(`${base}${API_PREFIX}/jobs`, {
        method: 'POST',
        body: packed,
        headers: { 'content-type': 'application/json', 'content-encoding': type },
      });
      expect(response.status, type).toBe(400);
    }
    expect(running.station.job).toBeNull();
    const long = await raw([`GET ${API_PREFIX}/status HTTP/1.1`, host(), `X-Long: ${'x'.repeat(40_000)}`]);
    expect([400, 431]).toContain(statusOf(long));
  });
});

test('every route, asked anything, gives an answer of its own: never a defect, never silence', async () => {
  const routes = Object.values<Route>(ROUTES).filter((route) => !route.path.startsWith('/access'));
  const asked = fc.record({
    route: fc.constantFrom(...routes),
    id: fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('__proto__', '..', 'j1', '%', '\u0000', 'NaN')),
    query: fc.oneof(fc.constant(''), fc.constantFrom('?limit=1e9', '?limit=-1', '?limit[]=1', '?__proto__[a]=1', '?%')),
    body: fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.record({ by: fc.string(), quality: fc.double(), outline: fc.jsonValue() }),
    ),
  });
  await fc.assert(
    fc.asyncProperty(asked, async ({ route, id, query, body }) => {
      const path = route.path.replaceAll(/:\w+/g, encodeURIComponent(id) || 'x');
      const response = await fetch(`${base}${API_PREFIX}${path}${query}`, {
        method: route.method,
        ...(route.method === 'POST'
          ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
          : {}),
      });
      await response.arrayBuffer();
      // 500 would be a defect of ours; `load` and `preview` may say 503 for a device.
      expect(response.status, `${route.method} ${path}${query} ${JSON.stringify(body)}`).not.toBe(500);
    }),
    { numRuns: process.env['KERF_LONG'] === '1' ? 20_000 : 400, interruptAfterTimeLimit: 1000_000 },
  );
});
