import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AccessDesk } from '#station/access-desk.node.ts';
import { openStore, type Store } from '#store/store.node.ts';
import { codeOf } from './small-steps.ts';
import { startSmallStation, temporaryDir } from './small-station.ts';

const HERE = { token: null, isLocal: true };
const THERE = { token: null, isLocal: false };

describe('people and their PINs', () => {
  let dir: Awaited<ReturnType<typeof temporaryDir>>;
  let store: Store;
  let nowMs = Date.parse('2026-11-22T10:00:00.000Z');
  const clock = { now: () => new Date(nowMs).toISOString(), monotonicMs: () => nowMs };
  beforeAll(async () => {
    dir = await temporaryDir();
    store = await openStore(dir.path);
  });
  afterAll(async () => {
    await store.close();
    await dir[Symbol.asyncDispose]();
  });

  test('there is no PIN at first; the first is an admin, set at the station itself, and not a guessed one', async () => {
    const desk = new AccessDesk(store, clock);
    expect(await codeOf(desk.demand(THERE, 'engineer'))).toBe('STATION_PIN_NOT_SET');
    expect(await codeOf(desk.demand(HERE, 'engineer'))).toBe('no error');
    expect(await codeOf(desk.demand(HERE, 'admin'))).toBe('STATION_PIN_NOT_SET');
    expect(await codeOf(desk.demand(HERE, 'operator'))).toBe('no error');
    const first = { name: 'ann', role: 'admin', pin: '840275' } as const;
    expect(await codeOf(desk.setPerson(THERE, first))).toBe('STATION_NOT_LOCAL');
    expect(await codeOf(desk.setPerson(HERE, { ...first, role: 'engineer' }))).toBe('STATION_FIRST_ADMIN');
    for (const pin of ['123456', '111111', '654321', '121212', '123123', 'password', '12345'])
      expect(await codeOf(desk.setPerson(HERE, { ...first, pin })), pin).toBe('STATION_PIN_TOO_WEAK');
    expect((await desk.setPerson(HERE, first)).people).toEqual([{ name: 'ann', role: 'admin' }]);
    expect(JSON.stringify(await store.people())).not.toContain('840275');
    expect(JSON.stringify(await store.latestEvents(50))).not.toContain('840275');
    expect(await codeOf(desk.setPerson(HERE, { name: 'eve', role: 'admin', pin: '904417' }))).toBe(
      'STATION_SIGN_IN_NEEDED',
    );
  });

  test('a flood of tries, under whatever names, waits in no line without end', async () => {
    const desk = new AccessDesk(store, clock);
    const tries = Array.from({ length: 30 }, (_, k) => codeOf(desk.signIn(`nobody ${k}`, '111111')));
    const codes = await Promise.all(tries);
    const countOf = (code: string) => codes.filter((one) => one === code).length;
    expect([countOf('STATION_SIGN_IN_REFUSED'), countOf('STATION_SIGN_IN_LOCKED')]).toEqual([10, 20]);
    expect(await codeOf(desk.signIn('ann', '840275'))).toBe('no error');
  });

  test('a session opens what its role may, and ends after a quarter of an hour without a request', async () => {
    const desk = new AccessDesk(store, clock);
    const ann = { token: (await desk.signIn('ann', '840275')).token, isLocal: false };
    await desk.setPerson(ann, { name: 'bob', role: 'engineer', pin: 'horse staple' });
    const bob = { token: (await desk.signIn('bob', 'horse staple')).token, isLocal: false };
    expect((await desk.demand(bob, 'engineer'))?.name).toBe('bob');
    expect(await codeOf(desk.demand(bob, 'admin'))).toBe('STATION_ROLE_TOO_LOW');
    expect(await codeOf(desk.setPerson(bob, { name: 'bob', role: 'admin', pin: 'horse staple' }))).toBe(
      'STATION_ROLE_TOO_LOW',
    );
    expect(await codeOf(desk.removePerson(ann, 'ann'))).toBe('STATION_LAST_ADMIN');
    expect(await codeOf(desk.setPerson(ann, { name: 'ann', role: 'operator', pin: '840275' }))).toBe(
      'STATION_LAST_ADMIN',
    );
    nowMs += 14 * 60_000;
    expect((await desk.demand(bob, 'engineer'))?.name).toBe('bob');
    nowMs += 16 * 60_000;
    expect(await codeOf(desk.demand(bob, 'engineer'))).toBe('STATION_SIGN_IN_NEEDED');
    const again = { token: (await desk.signIn('bob', 'horse staple')).token, isLocal: false };
    await desk.setPerson(again, { name: 'bob', role: 'engineer', pin: 'other horse' });
    expect((await desk.demand(again, 'engineer'))?.name).toBe('bob');
    expect(await codeOf(desk.signIn('bob', 'horse staple'))).toBe('STATION_SIGN_IN_REFUSED');
  });

  test('wrong PINs lock the name for longer and longer, over a restart too; an unknown name says no more', async () => {
    const desk = new AccessDesk(store, clock);
    expect(await codeOf(desk.signIn('nobody', '840275'))).toBe('STATION_SIGN_IN_REFUSED');
    // At once, as a program would.
    const tries = await Promise.all(Array.from({ length: 8 }, (_, k) => codeOf(desk.signIn('ann', `00000${k}`))));
    expect(tries.filter((code) => code === 'STATION_SIGN_IN_REFUSED')).toHaveLength(5);
    expect(tries.filter((code) => code === 'STATION_SIGN_IN_LOCKED')).toHaveLength(3);
    const restarted = new AccessDesk(store, clock);
    expect(await codeOf(restarted.signIn('ann', '840275'))).toBe('STATION_SIGN_IN_LOCKED');
    nowMs += 31_000;
    expect(await codeOf(restarted.signIn('ann', '000009'))).toBe('STATION_SIGN_IN_REFUSED');
    nowMs += 31_000;
    expect(await codeOf(restarted.signIn('ann', '840275'))).toBe('STATION_SIGN_IN_LOCKED');
    nowMs += 31_000;
    expect(await codeOf(restarted.signIn('ann', '840275'))).toBe('no error');
    expect((await store.people()).find((p) => p.name === 'ann')?.failedCount).toBe(0);
    expect((await store.auditCheck()).brokenAt).toBeNull();
  });
});

describe('over HTTP', () => {
  test('a session is a cookie that no script reads; without it admin functions are closed, the run screen is open', async () => {
    await using dir = await temporaryDir();
    await using running = await startSmallStation(dir.path, {
      http: { port: 0, listen: '127.0.0.1', uiDir: dir.path },
    });
    const base = `${running.http?.url ?? ''}/api/v1`;
    const ask = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
      fetch(base + path, {
        ...(body === undefined
          ? { headers }
          : {
              method: 'POST',
              body: JSON.stringify(body),
              headers: { 'content-type': 'application/json', ...headers },
            }),
      });
    expect((await ask('/audit')).status).toBe(403);
    expect((await ask('/access/people', { name: 'ann', role: 'admin', pin: '840275' })).status).toBe(200);
    expect((await ask('/audit')).status).toBe(401);
    expect((await ask('/access/sign-in', { name: 'ann', pin: '000000' })).status).toBe(401);
    const signedIn = await ask('/access/sign-in', { name: 'ann', pin: '840275' });
    const cookie = signedIn.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^kerf-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    const mine = { cookie: cookie.split(';')[0] ?? '' };
    const rows = (await (await ask('/audit', undefined, mine)).json()) as { kind: string }[];
    expect(rows.map((row) => row.kind)).toEqual(['signed in', 'sign-in refused', 'person set', 'station started']);
    await ask('/access/sign-out', {}, mine);
    expect((await ask('/audit', undefined, mine)).status).toBe(401);
    expect((await ask('/status')).status).toBe(200);
    expect((await ask('/jobs', {})).status).toBe(200);
  });
});
