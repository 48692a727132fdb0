import { afterEach, describe, expect, it, vi } from 'vitest';
import { pageCommands } from '../../src/ui/link/page-commands.ts';
import { keepCutScan } from '../../src/ui/link/keep-cut-scan.ts';
import { isGood, seenCut, seenOf } from '../../src/ui/state/cut-scan.ts';
import { nextRedo, nextUndo } from '../../src/ui/state/page-state.ts';
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
const AT = '2026-11-29T10:00:00.000Z';
const atDone = (made: ReturnType<typeof page>) =>
  made.dispatch({ kind: 'event', event: { kind: 'status', status: statusOf('DONE', { n: 2 }) } });

describe('scanning the same sheet again', () => {
  const dropped = ok(jobOf({ state: 'cancelled', hide: 'H-7', remnant: 'r1' }));

  it('gives the job up and scans what it was of', async () => {
    const { commands, calls, store } = page((path) =>
      path.endsWith('/cancel') ? dropped : ok(jobOf({ id: 'job-2' })),
    );
    await commands.scanAgain();
    expect(calls.map(({ path }) => path)).toEqual(['/api/v1/jobs/job-1/cancel', '/api/v1/jobs']);
    expect(calls[1]!.body).toEqual({ hide: 'H-7', remnant: 'r1' });
    expect(store.getState().nextSheet).toEqual({ hide: null, remnant: null });
  });

  it('keeps its code where the scan is refused, and scans nothing where the job is not given up', async () => {
    const no = { status: 409, body: { code: 'STATION_BUSY', message: 'busy', details: {} } };
    const refused = page((path) => (path.endsWith('/cancel') ? dropped : no));
    await refused.commands.scanAgain();
    expect(refused.store.getState().nextSheet).toEqual({ hide: 'H-7', remnant: 'r1' });
    expect(refused.store.getState().refusal?.code).toBe('STATION_BUSY');
    const kept = page(() => no);
    await kept.commands.scanAgain();
    expect(kept.calls).toHaveLength(1);
  });
});

describe('a tap on a piece of a scan after cutting', () => {
  const sights = [0, 1].map((placement) => ({
    ...{ placement, piece: 'pad', outline: square(200 * placement, 0, 100), marks: [], share: 0.5 },
    ...({ state: 'partly', verdict: 'doubtful' } as const),
  }));
  const { scan } = inspectionOf(DEFECTS);
  const comparison = { kerf: 1, job: 'job-1', at: AT, by: 'Ana', pieces: 'inPlace', scan, slip: null, sights } as const;
  const opened = (answers: Parameters<typeof page>[0]) => {
    const made = page(answers);
    atDone(made);
    made.dispatch({ kind: 'cut-scan', cutScan: seenOf({ sha256: HASH, comparison, decisions: [] }) });
    const shown = () => sights.map((sight) => isGood(seenCut(made.store.getState())!, sight));
    return { ...made, shown };
  };
  const keep = (_: string, body: unknown) => ok({ ...wordIn(body), by: 'Ana', at: new Date().toISOString() });
  const wordIn = (body: unknown) => {
    const { placement, isGood: good } = body as { placement: number; isGood: boolean };
    return { placement, isGood: good };
  };

  it('shows at once, and is kept by the station, one after another, however fast they come', async () => {
    const { commands, calls, shown } = opened(keep);
    const taps = [0, 1, 0].map((placement) => commands.decide(placement));
    expect(shown()).toEqual([false, true]);
    await Promise.all(taps);
    expect(shown()).toEqual([false, true]);
    expect(calls.map(({ body }) => wordIn(body))).toEqual([
      { placement: 0, isGood: true },
      { placement: 1, isGood: true },
      { placement: 0, isGood: false },
    ]);
    expect(calls[0]).toMatchObject({
      path: '/api/v1/jobs/job-1/after-cut/decisions',
      body: { by: 'Ana', comparison: HASH },
    });
  });

  it('that the station does not keep is taken back, and said', async () => {
    const full = { status: 503, body: { code: 'STORE_DISK_FULL', message: 'full', details: {} } };
    const { commands, shown, store } = opened((path, body) => (wordIn(body).placement === 0 ? full : keep(path, body)));
    await Promise.all([commands.decide(0), commands.decide(1)]);
    expect(shown()).toEqual([null, true]);
    expect(store.getState().refusal?.code).toBe('STORE_DISK_FULL');
  });
});

describe('a scan after cutting that was open', () => {
  const storage = (value: string | null) => {
    const kept = new Map(value === null ? [] : [['kerf.cutScan', value]]);
    return {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, text: string) => void kept.set(key, text),
      kept,
    };
  };
  const { scan } = inspectionOf(DEFECTS);
  const comparison = {
    kerf: 1,
    job: 'job-1',
    at: AT,
    by: 'Ana',
    pieces: 'inPlace',
    scan,
    slip: null,
    sights: [],
  } as const;
  const decisions = [{ placement: 0, isGood: true, by: 'Ben', at: AT }];
  const latest = { sha256: HASH, comparison, decisions };
  const seen = (made: ReturnType<typeof page>) => seenCut(made.store.getState());

  it('is open again after a reload, with what people had decided', async () => {
    const made = page(() => ok(latest));
    atDone(made);
    const stop = keepCutScan(made, storage('job-1'));
    await vi.waitFor(() => expect(seen(made)?.kept.get(0)?.by).toBe('Ben'));
    stop();
  });

  it('is over once another job is there, or it was left', async () => {
    const made = page(() => ok(latest));
    const other = storage('job-0');
    const stop = keepCutScan(made, other);
    atDone(made);
    expect(made.calls).toEqual([]);
    made.dispatch({ kind: 'cut-scan', cutScan: seenOf(latest) });
    expect(other.kept.get('kerf.cutScan')).toBe('job-1');
    made.dispatch({ kind: 'cut-scan', cutScan: null });
    expect(other.kept.get('kerf.cutScan')).toBe('');
    stop();
  });

  it('is fetched again after a gap, and closed where the station has it no more', async () => {
    let answer = ok(latest);
    const made = page(() => answer);
    const stop = keepCutScan(made, storage(null));
    atDone(made);
    made.dispatch({ kind: 'cut-scan', cutScan: seenOf({ ...latest, decisions: [] }) });
    const gap = () => {
      made.dispatch({ kind: 'link', link: 'lost' });
      made.dispatch({ kind: 'link', link: 'open' });
    };
    gap();
    await vi.waitFor(() => expect(seen(made)?.kept.size).toBe(1));
    answer = { status: 404, body: { code: 'STATION_COMPARISON_UNKNOWN', message: 'gone', details: {} } } as never;
    gap();
    await vi.waitFor(() => expect(seen(made)).toBeNull());
    stop();
  });
});

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

  it('releases the next hide too where it is laid alike, byte for byte', async () => {
    const { commands, calls } = page(() => ok(jobOf({ state: 'released' })));
    await commands.approve(layout);
    await commands.approve({ ...layout, job: 'job-2' });
    expect(calls.map(({ path }) => path)).toEqual(['/api/v1/jobs/job-1/approve', '/api/v1/jobs/job-2/approve']);
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
  it('a drawn mark is shown at once, under the person’s name', async () => {
    const drawn = { ...DEFECTS[0]!, id: 'p1', source: 'person' as const, by: 'Ana' };
    const { commands, calls, store, dispatch } = page(() => ok(inspectionOf([...DEFECTS, drawn])));
    dispatch({ kind: 'draft', ring: drawn.outline });
    await commands.addDefect(drawn.outline, 1);
    expect(calls.at(-1)).toEqual({
      path: '/api/v1/jobs/job-1/defects',
      body: { outline: drawn.outline, class: 'person', quality: 1, by: 'Ana' },
    });
    expect(store.getState().inspection.value?.defects).toHaveLength(DEFECTS.length + 1);
    expect(store.getState().draft).toBeNull();
  });

  it('a refused mark stays on the screen to be sent again', async () => {
    const { commands, store, dispatch } = page(() => ({
      status: 409,
      body: { code: 'STATION_WRONG_STATE', message: 'no', details: {} },
    }));
    const ring = square(0, 0, 30);
    dispatch({ kind: 'draft', ring });
    await commands.addDefect(ring, 1);
    expect(store.getState().draft).toEqual(ring);
  });

  it('are taken back and done again by the station, which remembers them over reloads', async () => {
    const { commands, calls, store } = page((path) =>
      ok(inspectionOf(path.endsWith('/undo') ? DEFECTS.slice(1) : DEFECTS)),
    );
    await commands.undo();
    expect(store.getState().inspection.value?.defects).toHaveLength(DEFECTS.length - 1);
    await commands.redo();
    expect(store.getState().inspection.value?.defects).toHaveLength(DEFECTS.length);
    expect(calls).toEqual([
      { path: '/api/v1/jobs/job-1/undo', body: { by: 'Ana' } },
      { path: '/api/v1/jobs/job-1/redo', body: { by: 'Ana' } },
    ]);
  });
});

describe('wishes that come faster than answers', () => {
  /** Each call is answered when the test says so. */
  const slowPage = () => {
    const made = page(() => ok(inspectionOf(DEFECTS)));
    const answers: (() => void)[] = [];
    const fetchAtOnce = globalThis.fetch;
    vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
      const coming = fetchAtOnce(path, init);
      await new Promise<void>((done) => answers.push(done));
      return coming;
    });
    return { ...made, answers };
  };
  const paths = (calls: readonly { path: string }[]) => calls.map(({ path }) => path.replace('/api/v1/jobs/job-1', ''));

  it('are sent one after another, none dropped: marks taken away, a code that is scanned', async () => {
    const { commands, calls, answers } = slowPage();
    const wishes = [commands.remove(DEFECTS[0]!), commands.remove(DEFECTS[1]!), commands.nameHide('H-2291')];
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    expect(calls).toHaveLength(1);
    answers[0]!();
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    answers[1]!();
    await vi.waitFor(() => expect(answers).toHaveLength(3));
    answers[2]!();
    await Promise.all(wishes);
    expect(paths(calls)).toEqual([`/defects/${DEFECTS[0]!.id}`, `/defects/${DEFECTS[1]!.id}`, '/hide']);
  });

  it('do nothing where the second would do a step of the job, whose button is closed meanwhile', async () => {
    const { commands, calls, answers, store } = slowPage();
    const edit = commands.remove(DEFECTS[0]!);
    expect(store.getState().sending).not.toBeNull();
    await commands.review(true);
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    answers[0]!();
    await edit;
    expect(paths(calls)).toEqual([`/defects/${DEFECTS[0]!.id}`]);
    expect(store.getState().sending).toBeNull();
  });

  it('keep the sentence about the one that was refused, until the next act', async () => {
    const no = { status: 409, body: { code: 'STATION_DEFECT_UNKNOWN', message: 'no', details: {} } };
    const { commands, calls, store } = page((path) => (path.endsWith(DEFECTS[0]!.id) ? no : ok(inspectionOf(DEFECTS))));
    await Promise.all([commands.remove(DEFECTS[0]!), commands.remove(DEFECTS[1]!)]);
    expect(calls).toHaveLength(2);
    expect(store.getState().refusal?.code).toBe('STATION_DEFECT_UNKNOWN');
    await commands.remove(DEFECTS[1]!);
    expect(store.getState().refusal).toBeNull();
  });

  it('end in words when the station is lost, and the panel can be used once it is back', async () => {
    const { commands, calls, store, dispatch, answers } = slowPage();
    const wishes = [commands.remove(DEFECTS[0]!), commands.nameHide('H-2291')];
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    dispatch({ kind: 'link', link: 'lost' });
    await Promise.all(wishes);
    expect(store.getState()).toMatchObject({ sending: null, refusal: { code: 'UI_STATION_UNREACHABLE' } });
    expect(calls).toHaveLength(1);
    dispatch({ kind: 'link', link: 'open' });
    const next = commands.ask('pause');
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    // The late answer to what was lost says nothing of the wish that is under way.
    answers[0]!();
    await new Promise((done) => setTimeout(done));
    expect(store.getState().sending).toBe('pause');
    answers[1]!();
    await next;
    expect(store.getState().sending).toBeNull();
  });
});

describe('an undo', () => {
  it('goes back by one act: the choice, then what the station has of pieces and marks', async () => {
    const { commands, calls, store, dispatch } = page((_, body) =>
      ok({ ...inspectionOf(DEFECTS), ...((body as { banned?: string[] }).banned?.length ? { banned: ['flap'] } : {}) }),
    );
    const layout = layoutOf([square(0, 0, 10), square(20, 0, 10)]);
    const ban = { action: 'ban', pieces: ['flap'] } as const;
    const corrections = { undoCount: 1, redoCount: 0, undo: ban };
    dispatch({ kind: 'event', event: { kind: 'status', status: statusOf('NESTING') } });
    dispatch({ kind: 'event', event: { kind: 'layout', layout } });
    await commands.ban(layout.pieces[0]!);
    expect(calls.at(-1)).toEqual({
      path: '/api/v1/jobs/job-1/locked',
      body: { locked: [], banned: ['flap'], by: 'Ana', layoutSha256: HASH },
    });
    expect(store.getState().inspection.value?.banned).toEqual(['flap']);
    expect(nextUndo(store.getState())).toBeNull();
    dispatch({ kind: 'event', event: { kind: 'status', status: statusOf('NESTING', { corrections }) } });
    expect(nextUndo(store.getState())).toEqual(ban);
    dispatch({ kind: 'choose', layout: layoutOf([square(0, 0, 10)], { sha256: 'b'.repeat(64) }) });
    expect([nextUndo(store.getState()), nextRedo(store.getState())]).toEqual(['choice', null]);
    await commands.undo();
    expect(store.getState().chosen).toBeNull();
    expect(calls).toHaveLength(1);
    await commands.undo();
    expect(calls.at(-1)).toEqual({ path: '/api/v1/jobs/job-1/undo', body: { by: 'Ana', layoutSha256: HASH } });
  });

  it('of a piece that was carried is the station’s, in every window and over reloads', async () => {
    const { commands, calls, store, dispatch } = page(() => ok(inspectionOf(DEFECTS)));
    const layout = layoutOf([square(0, 0, 10), square(20, 0, 10)]);
    dispatch({ kind: 'event', event: { kind: 'status', status: statusOf('NESTING') } });
    dispatch({ kind: 'event', event: { kind: 'layout', layout } });
    const carried = { ...layout.pieces[1]!, x: 300, y: 200, outline: square(300, 200, 10) };
    dispatch({ kind: 'pick', placement: 1 });
    await commands.place([carried]);
    const { placement, id, x, y, rotation, mirrored } = carried;
    expect(calls.at(-1)).toEqual({
      path: '/api/v1/jobs/job-1/locked',
      body: {
        ...{ locked: [{ piece: id, x, y, rotation, mirrored }], banned: [] },
        ...{ moved: [placement], layoutSha256: HASH, by: 'Ana' },
      },
    });
    dispatch({ kind: 'event', event: { kind: 'layout', layout: { ...layout, sha256: 'c'.repeat(64) } } });
    dispatch({ kind: 'pick', placement: 0 });
    await commands.undo();
    expect(calls.at(-1)).toEqual({
      path: '/api/v1/jobs/job-1/undo',
      body: { by: 'Ana', layoutSha256: 'c'.repeat(64) },
    });
    // The layout that comes is not hidden behind the one that the hand was on.
    expect([store.getState().picked, store.getState().held]).toEqual([null, null]);
    await commands.redo();
    expect(calls.at(-1)?.path).toBe('/api/v1/jobs/job-1/redo');
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

describe('the next sheet', () => {
  const scans = (calls: readonly { path: string; body: unknown }[]) =>
    calls.filter(({ path }) => path === '/api/v1/jobs').map(({ body }) => body);

  it('is scanned as what somebody said it is, and the next as a hide of which nothing is known', async () => {
    const made = page(() => ok(jobOf()));
    atDone(made);
    await made.commands.nameHide('H-2291');
    made.dispatch({ kind: 'next-sheet', sheet: { ...made.store.getState().nextSheet, remnant: 'job-0-r1' } });
    await made.commands.scan();
    await made.commands.scan();
    expect(scans(made.calls)).toEqual([{ hide: 'H-2291', remnant: 'job-0-r1' }, {}]);
  });

  it('keeps its code when the scan is refused', async () => {
    const made = page(() => ({ status: 409, body: { code: 'STATION_BUSY', message: 'busy', details: {} } }));
    atDone(made);
    await made.commands.nameHide('H-2291');
    await made.commands.scan();
    expect(made.store.getState().nextSheet.hide).toBe('H-2291');
  });

  it('is not named while a hide is reviewed: a code is of the hide that lies there', async () => {
    const made = page(() => ok(jobOf({ hide: 'H-2291' })));
    await made.commands.nameHide('H-2291');
    expect(made.calls).toEqual([{ path: '/api/v1/jobs/job-1/hide', body: { code: 'H-2291', by: 'Ana' } }]);
    expect(made.store.getState().nextSheet.hide).toBeNull();
  });

  it('goes on where the last job was broken off, with what a person says was cut', async () => {
    const made = page(() => ok(jobOf()));
    atDone(made);
    await made.commands.goOn([4, 2]);
    await made.commands.goOn(null);
    expect(scans(made.calls)).toEqual([{ follows: { job: 'job-1', cut: [4, 2] } }, { follows: { job: 'job-1' } }]);
  });

  it('goes on with the same sheet where the cutter did not take the job that went on with it', async () => {
    const made = page(() => ok(jobOf()));
    const job = jobOf({ id: 'job-2', state: 'rejected', follows: 'job-1' });
    made.dispatch({ kind: 'event', event: { kind: 'status', status: statusOf('DONE', { n: 2, job }) } });
    await made.commands.goOn(null);
    expect(scans(made.calls)).toEqual([{ follows: { job: 'job-1' } }]);
  });
});
