import { afterEach, describe, expect, it, vi } from 'vitest';
import { pageCommands } from '../../src/ui/link/page-commands.ts';
import { pageStore } from '../../src/ui/state/page-store.ts';
import { DEFECTS, inspectionOf } from './drawn-hide.ts';
import { HASH, jobOf, layoutOf, square, statusOf } from './page-fixtures.ts';

afterEach(() => vi.unstubAllGlobals());

function page(answers: (path: string, body: unknown) => { status: number; body: unknown }) {
  const calls: { path: string; body: unknown }[] = [];
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : null;
    calls.push({ path, body });
    const answer = answers(path, body);
    return new Response(JSON.stringify(answer.body), { status: answer.status });
  });
  const made = pageStore();
  made.dispatch({ kind: 'link', link: 'open' });
  made.dispatch({ kind: 'event', event: { kind: 'status', status: statusOf('REVIEWING') } });
  made.dispatch({ kind: 'inspection', job: 'job-1', serial: 0, inspection: inspectionOf(DEFECTS) });
  return { ...made, calls, commands: pageCommands(made, () => 'Ana') };
}

const ok = (body: unknown) => ({ status: 200, body });

describe('"Cut this"', () => {
  const layout = layoutOf([square(0, 0, 10)]);

  it('carries the hash of the layout it was given, and the name', async () => {
    const { commands, calls } = page(() => ok(jobOf({ state: 'released' })));
    await commands.approve(layout);
    expect(calls).toEqual([{ path: '/api/v1/jobs/job-1/approve', body: { layoutSha256: HASH, by: 'Ana' } }]);
  });

  it('acts once however often it is tapped', async () => {
    const { commands, calls } = page(() => ok(jobOf({ state: 'released' })));
    await Promise.all([commands.approve(layout), commands.approve(layout)]);
    await commands.approve(layout);
    expect(calls).toHaveLength(1);
  });

  it('can be pressed again after a refusal, and says why', async () => {
    const { commands, calls, store } = page(() => ({
      status: 409,
      body: { code: 'STATION_PLC_NOT_READY', message: 'not ready', details: { mode: 'manual' } },
    }));
    await commands.approve(layout);
    expect(store.getState().refusal).toEqual({ code: 'STATION_PLC_NOT_READY', details: { mode: 'manual' } });
    await commands.approve(layout);
    expect(calls).toHaveLength(2);
  });

  it('does nothing for a layout without a hash', async () => {
    const { commands, calls } = page(() => ok(jobOf()));
    await commands.approve({ ...layout, sha256: null });
    expect(calls).toEqual([]);
  });
});

describe('edits', () => {
  it('a drawn mark is shown at once and undone by taking it away', async () => {
    const drawn = { ...DEFECTS[0]!, id: 'p1', source: 'person' as const, by: 'Ana' };
    const { commands, calls, store } = page((path) =>
      ok(inspectionOf(path.endsWith('/defects') ? [...DEFECTS, drawn] : DEFECTS)),
    );
    await commands.addDefect(drawn.outline, 1);
    expect(store.getState().inspection.value?.defects).toHaveLength(DEFECTS.length + 1);
    await commands.undo();
    expect(calls.at(-1)).toEqual({ path: '/api/v1/jobs/job-1/defects/p1', body: { quality: null, by: 'Ana' } });
    expect(store.getState().undo).toEqual([]);
  });

  it('a regrade is undone by the old grade, a removal by drawing it again', async () => {
    const { commands, calls } = page(() => ok(inspectionOf(DEFECTS)));
    await commands.regrade(DEFECTS[6]!, 4);
    await commands.undo();
    expect(calls.at(-1)?.body).toEqual({ quality: DEFECTS[6]!.quality, by: 'Ana' });
    await commands.remove(DEFECTS[6]!);
    await commands.undo();
    expect(calls.at(-1)).toMatchObject({ path: '/api/v1/jobs/job-1/defects', body: { quality: 2, class: 'scar' } });
  });

  it('a refused undo keeps its step', async () => {
    let isRefusing = false;
    const { commands, store } = page(() =>
      isRefusing
        ? { status: 409, body: { code: 'STATION_WRONG_STATE', message: 'no', details: {} } }
        : ok(inspectionOf(DEFECTS)),
    );
    await commands.regrade(DEFECTS[6]!, 4);
    isRefusing = true;
    await commands.undo();
    expect(store.getState().undo).toHaveLength(1);
  });
});

describe('a station that cannot be asked', () => {
  it('is told in its own code, whatever broke', async () => {
    const { commands, store } = page(() => ({ status: 502, body: 'bad gateway' }));
    await commands.scan();
    expect(store.getState().refusal?.code).toBe('UI_ANSWER_NOT_UNDERSTOOD');
    vi.stubGlobal('fetch', async () => {
      throw new TypeError('fetch failed');
    });
    await commands.scan();
    expect(store.getState().refusal?.code).toBe('UI_STATION_UNREACHABLE');
    expect(store.getState().sending).toBeNull();
  });
});
