import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { FILE_ROUTES } from '#api/file-routes.ts';
import { ROUTE_CALLERS, type Caller } from '#api/route-callers.ts';
import { API_PREFIX, ROUTES, type Route } from '#api/routes.ts';
import type { RunningStation } from '#station/start-station.node.ts';
import { startSmallStation, temporaryDir, type TemporaryDir } from './small-station.ts';

const errorBody = z.object({ code: z.string(), message: z.string() });
const callers: Readonly<Record<string, Caller>> = ROUTE_CALLERS;

let dir: TemporaryDir;
let running: RunningStation;
let base = '';
const cookies: Record<string, string> = {};

async function post(path: string, body: unknown, cookie = ''): Promise<Response> {
  const headers = { 'content-type': 'application/json', cookie };
  return fetch(base + path, { method: 'POST', headers, body: JSON.stringify(body) });
}

beforeAll(async () => {
  dir = await temporaryDir();
  running = await startSmallStation(dir.path, { http: { port: 0, listen: '127.0.0.1', uiDir: dir.path } });
  base = `${running.http?.url ?? ''}${API_PREFIX}`;
});
afterAll(async () => {
  await running?.close();
  await dir?.[Symbol.asyncDispose]();
});

test('every route says who may call it, and no line is of a route that is gone', () => {
  const names = [...Object.keys(ROUTES), ...Object.keys(FILE_ROUTES), 'events', 'openapi'];
  expect(Object.keys(ROUTE_CALLERS).sort()).toEqual(names.sort());
});

test('no route takes a name that cannot be read, of a person or of a mark', async () => {
  const named = Object.entries<Route>(ROUTES).flatMap(([route, { body }]) =>
    body instanceof z.ZodObject
      ? ['by', 'class', ...(route === 'setPerson' ? ['name'] : [])].flatMap((key) =>
          key in body.shape ? [{ route, key, schema: body.shape[key] as z.ZodType }] : [],
        )
      : [],
  );
  expect(named.length).toBeGreaterThan(25);
  for (const { route, key, schema } of named) {
    for (const name of ['', '  ', '\u200b', 'ann\n', 'ann\nbea', 'ann\u0007', 'x'.repeat(81)])
      expect([route, key, name, schema.safeParse(name).success]).toEqual([route, key, name, name === 'ann\n']);
    // Blanks round it are no part of it.
    expect(schema.parse(' ann ')).toBe('ann');
  }
  const answer = await post('/alarms/a1/unshelve', { by: ' ' });
  expect([answer.status, errorBody.parse(await answer.json()).code]).toEqual([400, 'STATION_REQUEST_REFUSED']);
});

test('no order or mapping is kept under a name that no list shows, or that is the file beside another', () => {
  const files = [{ name: 'a.json', text: '{}' }];
  for (const name of ['.', '..', '.week', 'week.about']) {
    expect(ROUTES.addOrder.body.safeParse({ files, name, by: 'ann' }).success, name).toBe(false);
    expect(ROUTES.chooseOrder.params.safeParse({ name }).success, name).toBe(false);
  }
  expect(ROUTES.addOrder.body.safeParse({ files, name: 'week', by: 'ann' }).success).toBe(true);
  expect(ROUTES.setOrderMapping.params.safeParse({ name: '.week' }).success).toBe(false);
});

test('whatever changes something asks for a person: no POST is for anyone but signing in and out, and asking for results', () => {
  const open = Object.entries<Route>(ROUTES).filter(([name, r]) => r.method === 'POST' && callers[name] === 'anyone');
  expect(open.map(([name]) => name)).toEqual(['signIn', 'signOut', 'results']);
});

describe('over HTTP', () => {
  const ids = { ':name': 'kerf-20261122T200000Z', ':id': 'j1', ':defect': 'd1' };
  const asked = Object.entries<Route | { readonly path: string }>({ ...ROUTES, ...FILE_ROUTES }).map(
    ([name, route]) => ({
      name,
      method: 'method' in route ? route.method : 'GET',
      path: Object.entries(ids).reduce((path, [key, id]) => path.replace(key, id), route.path),
    }),
  );
  const ask = async ({ method, path }: (typeof asked)[number], cookie = '') => {
    const response = await (method === 'POST' ? post(path, {}, cookie) : fetch(base + path, { headers: { cookie } }));
    const json: unknown = await response.json().catch(() => null);
    return { status: response.status, ...errorBody.safeParse(json).data };
  };
  const of = (...wanted: readonly Caller[]) => asked.filter(({ name }) => wanted.includes(callers[name]!));

  test('before anybody has a PIN the engineer’s functions are open at the station itself; the admin’s are not', async () => {
    for (const route of of('engineer')) expect([401, 403], route.name).not.toContain((await ask(route)).status);
    for (const route of of('admin'))
      expect(await ask(route), route.name).toMatchObject({ status: 403, code: 'STATION_PIN_NOT_SET' });
  });

  test('then each takes the session of its role: none 401, a lower one 403 with the role that it takes', async () => {
    for (const [name, role] of [
      ['ann', 'admin'],
      ['eve', 'engineer'],
      ['olga', 'operator'],
    ] as const) {
      const pin = `${name} has a horse`;
      expect((await post('/access/people', { name, role, pin }, cookies['ann'])).status).toBe(200);
      const cookie = (await post('/access/sign-in', { name, pin })).headers.get('set-cookie') ?? '';
      cookies[name] = cookie.split(';')[0] ?? '';
    }
    for (const route of of('engineer', 'admin')) {
      const role = callers[route.name];
      const none = await ask(route);
      expect(none, route.name).toMatchObject({ status: 401, code: 'STATION_SIGN_IN_NEEDED' });
      expect(none.message, route.name).toContain(`takes ${role}`);
      const low = await ask(route, cookies['olga']);
      expect(low, route.name).toMatchObject({ status: 403, code: 'STATION_ROLE_TOO_LOW' });
      expect(low.message, route.name).toBe(`olga is operator; this takes ${role}.`);
      const engineer = await ask(route, cookies['eve']);
      if (role === 'admin') expect(engineer, route.name).toMatchObject({ status: 403, code: 'STATION_ROLE_TOO_LOW' });
      else expect([401, 403], route.name).not.toContain(engineer.status);
    }
    for (const route of of('operator', 'anyone').filter(({ name }) => name !== 'signIn' && name !== 'signOut'))
      expect([401, 403], route.name).not.toContain((await ask(route)).status);
  });

  test('who is signed in is written down, whatever name the body gives', async () => {
    const body = { corners: null, by: 'somebody' };
    expect((await post('/projector', body, cookies['eve'])).status).toBe(200);
    expect((await post('/backups', { by: 'somebody' }, cookies['eve'])).status).toBe(200);
    const events = await running.store.latestEvents(20);
    expect(events.find((event) => event.kind === 'backup started')?.by).toBe('eve');
  });
});
