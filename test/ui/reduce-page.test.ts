import { describe, expect, it } from 'vitest';
import { reducePage, type PageAction } from '../../src/ui/state/reduce-page.ts';
import { cannotSend, canCut, shownLayout } from '../../src/ui/state/page-state.ts';
import { cutterWord } from '../../src/ui/state/cutter-word.ts';
import { wantedDocuments } from '../../src/ui/state/wanted-documents.ts';
import { alarmInFront } from '../../src/ui/state/alarm-in-front.ts';
import type { Alarm } from '../../src/domain/job.ts';
import type { SheetRecord } from '../../src/domain/sheet-record.ts';
import { DEFECTS, inspectionOf } from './drawn-hide.ts';
import { HASH, NOW, OTHER_HASH, jobOf, layoutOf, pageAfter, square, statusEvent } from './page-fixtures.ts';

const inspection = inspectionOf(DEFECTS);
const wantedNames = (action: PageAction) => wantedDocuments(pageAfter(action)).map((w) => w.what);

describe('the page’s state', () => {
  it('asks for all that a screen shows when it opens in the middle of a job', () => {
    expect(wantedNames(statusEvent('READY', { job: null }))).toEqual([]);
    expect(wantedNames(statusEvent('REVIEWING'))).toEqual(['inspection']);
    expect(wantedNames(statusEvent('NESTING'))).toEqual(['inspection', 'layout']);
    expect(wantedNames(statusEvent('CUTTING'))).toEqual(['inspection', 'layout', 'cutPlan']);
    expect(wantedNames(statusEvent('DONE'))).toEqual(['inspection', 'layout', 'cutPlan']);
  });

  it('asks for nothing that a failed job never had', () => {
    const job = jobOf({ state: 'failed', inspectionSha256: null, layoutSha256: null, cutSha256: null });
    expect(wantedNames(statusEvent('DONE', { job }))).toEqual([]);
    // A search that runs has a layout before the job names one.
    const nesting = jobOf({ state: 'reviewed', layoutSha256: null, cutSha256: null });
    expect(wantedNames(statusEvent('NESTING', { job: nesting }))).toEqual(['inspection', 'layout']);
  });

  it('asks for nothing twice, and for nothing while the link is lost', () => {
    const fetched = pageAfter(statusEvent('REVIEWING'), { kind: 'inspection', job: 'job-1', serial: 1, inspection });
    expect(fetched.inspection.serial).toBe(0);
    const loaded = pageAfter(statusEvent('REVIEWING'), { kind: 'inspection', job: 'job-1', serial: 0, inspection });
    expect(wantedDocuments(loaded)).toEqual([]);
    const lost = reducePage(pageAfter(statusEvent('REVIEWING')), { kind: 'link', link: 'lost' });
    expect(wantedDocuments(lost)).toEqual([]);
  });

  it('asks again for what may have changed behind a broken link, and shows the old until then', () => {
    const loaded = pageAfter(statusEvent('REVIEWING'), { kind: 'inspection', job: 'job-1', serial: 0, inspection });
    const back = [
      { kind: 'link', link: 'lost' },
      { kind: 'link', link: 'open' },
    ] as const;
    const after = back.reduce(reducePage, loaded);
    expect(after.inspection.value).toBe(inspection);
    expect(wantedDocuments(after).map((w) => w.what)).toEqual(['inspection']);
  });

  it('sends no wish while another is under way or the link is not open, and knows nothing of the cutter then', () => {
    const open = pageAfter({ kind: 'link', link: 'open' }, statusEvent('CUTTING'));
    expect([cannotSend(open), cutterWord(open.status!, open.link)]).toEqual([false, 'running']);
    expect(cannotSend({ ...open, sending: 'pause' })).toBe(true);
    const lost = reducePage(open, { kind: 'link', link: 'lost' });
    expect([cannotSend(lost), cutterWord(lost.status!, lost.link)]).toEqual([true, 'unseen']);
  });

  it('drops an answer that was fetched before the document changed', () => {
    const state = pageAfter(
      statusEvent('REVIEWING'),
      { kind: 'event', event: { kind: 'inspection', job: 'job-1' } },
      { kind: 'inspection', job: 'job-1', serial: 0, inspection },
    );
    expect(state.inspection.value).toBeNull();
    expect(wantedDocuments(state)).toHaveLength(1);
  });

  it('shows each tile once, also where all are told again from the first', () => {
    const tile = (done: number) =>
      ({ kind: 'tile', job: 'job-1', outline: square(done, 0, 1), done, total: 3 }) as const;
    const told = [tile(1), tile(2)].map((event) => ({ kind: 'event', event }) as const);
    const state = pageAfter(statusEvent('INSPECTING'), ...told, ...told);
    expect([state.tiles, state.tilesDone]).toEqual([[square(1, 0, 1), square(2, 0, 1)], 2]);
  });

  it('drops what speaks of another job', () => {
    const state = pageAfter(
      statusEvent('NESTING'),
      { kind: 'event', event: { kind: 'layout', layout: layoutOf([], { job: 'job-0' }) } },
      { kind: 'event', event: { kind: 'cut', job: 'job-0', cutCount: 3 } },
      { kind: 'inspection', job: 'job-0', serial: 0, inspection },
    );
    expect(state.layout.value).toBeNull();
    expect(state.cutCount).toBeNull();
    expect(state.inspection.value).toBeNull();
  });

  it('forgets the old hide when the next one comes', () => {
    const state = pageAfter(
      statusEvent('DONE'),
      { kind: 'inspection', job: 'job-1', serial: 0, inspection },
      { kind: 'select', id: 'd1' },
      statusEvent('SCANNING', { n: 2, job: jobOf({ id: 'job-2', scanSha256: null }) }),
    );
    expect(state.inspection.value).toBeNull();
    expect(state.selected).toBeNull();
  });

  it('asks for the cut plan once the layout is released', () => {
    const nesting = pageAfter(
      statusEvent('NESTING'),
      { kind: 'inspection', job: 'job-1', serial: 0, inspection },
      { kind: 'event', event: { kind: 'layout', layout: layoutOf([square(0, 0, 9)]) } },
    );
    expect(wantedDocuments(nesting)).toEqual([]);
    const released = reducePage(nesting, statusEvent('RELEASED', { n: 2 }));
    expect(wantedDocuments(released).map((w) => w.what)).toEqual(['cutPlan']);
  });

  it('asks for what is left of a cut hide once the ledger has it, and again when somebody has said what becomes of it', () => {
    const job = jobOf({ state: 'done', approvedBy: 'ann' });
    const sheet = { kind: 'sheet', job: 'job-1', serial: 0, sheet: {} as SheetRecord } as const;
    const names = (...more: readonly PageAction[]) =>
      wantedDocuments(pageAfter(statusEvent('DONE', { job }), ...more)).map((w) => w.what);
    expect(names()).not.toContain('remnants');
    expect(names(sheet)).toContain('remnants');
    const found = { kind: 'remnants', job: 'job-1', serial: 0, remnants: [] } as const;
    expect(names(sheet, found)).not.toContain('remnants');
    expect(names(sheet, found, { kind: 'remnants-uncertain' })).toContain('remnants');
    // Asked before somebody said so: an old answer.
    const old = pageAfter(statusEvent('DONE', { job }), { kind: 'remnants-uncertain' }, found);
    expect(old.remnants.value).toBeNull();
    // What a broken-off job leaves is still to be cut.
    const broken = pageAfter(statusEvent('DONE', { job: { ...job, state: 'cancelled' } }), sheet);
    expect(wantedDocuments(broken).map((w) => w.what)).not.toContain('remnants');
  });

  it('keeps a defect that grew over a tile’s seam once', () => {
    const grown = { ...DEFECTS[0]!, areaMm2: 99_999 };
    const state = pageAfter(
      statusEvent('INSPECTING'),
      { kind: 'event', event: { kind: 'defects', job: 'job-1', defects: DEFECTS.slice(0, 2) } },
      { kind: 'event', event: { kind: 'defects', job: 'job-1', defects: [grown] } },
    );
    expect(state.found).toHaveLength(2);
    expect(state.found.find((d) => d.id === grown.id)?.areaMm2).toBe(99_999);
  });

  it('lets go of a selection whose mark was taken away', () => {
    const without = inspectionOf(DEFECTS.filter((d) => d.id !== 'd1'));
    const state = pageAfter(
      statusEvent('REVIEWING'),
      { kind: 'inspection', job: 'job-1', serial: 0, inspection },
      { kind: 'select', id: 'd1' },
      { kind: 'inspection', job: 'job-1', serial: 0, inspection: without },
    );
    expect(state.selected).toBeNull();
  });

  it('takes for cut only a layout of this inspection, whether the layout or the status of a correction comes first', () => {
    const nesting = (inspectionSha256: string) =>
      statusEvent('NESTING', { job: jobOf({ state: 'reviewed', layoutSha256: null, inspectionSha256 }) });
    const layout = (sha256: string, inspectionSha256: string): PageAction => ({
      kind: 'event',
      event: { kind: 'layout', layout: layoutOf([square(0, 0, 9)], { sha256, inspectionSha256 }) },
    });
    const [old, next] = [layout('1'.repeat(64), HASH), layout('2'.repeat(64), OTHER_HASH)];
    const isReady = (...actions: readonly PageAction[]) => {
      const state = pageAfter(nesting(HASH), ...actions);
      return canCut(state, shownLayout(state));
    };
    expect(isReady(old)).toBe(true);
    expect(isReady(old, next)).toBe(false);
    expect(isReady(old, next, nesting(OTHER_HASH))).toBe(true);
    expect(isReady(old, nesting(OTHER_HASH))).toBe(false);
    expect(isReady(old, nesting(OTHER_HASH), next)).toBe(true);
    // A late layout of the old inspection.
    expect(isReady(nesting(OTHER_HASH), old)).toBe(false);
  });

  it('holds the layout under the finger while a better one comes', () => {
    const first = layoutOf([square(0, 0, 9)], { sha256: HASH });
    const better = layoutOf([square(5, 5, 9)], { sha256: OTHER_HASH });
    const state = pageAfter(
      statusEvent('NESTING'),
      { kind: 'event', event: { kind: 'layout', layout: first } },
      { kind: 'hold', layout: first },
      { kind: 'event', event: { kind: 'layout', layout: better } },
    );
    expect(state.held).toBe(first);
    expect(reducePage(state, { kind: 'let-go' }).held).toBeNull();
    expect(state.layout.value).toEqual(better);
  });
});

describe('alarms', () => {
  const alarm = (change: Partial<Alarm>): Alarm => ({
    id: 'a1',
    code: 'PLC_SILENT',
    severity: 2,
    isActive: true,
    isAcknowledged: false,
    n: 1,
    job: null,
    details: {},
    raisedAt: NOW,
    clearedAt: null,
    ...change,
  });
  const front = (...alarms: readonly Alarm[]) =>
    alarmInFront(pageAfter(statusEvent('CUTTING', { alarms })))?.id ?? null;

  it('puts the most urgent one that nobody has seen in front', () => {
    expect(front(alarm({ id: 'a1', severity: 3 }), alarm({ id: 'a2', severity: 1 }))).toBe('a2');
    expect(front(alarm({ id: 'a1', severity: 3 }), alarm({ id: 'a2', severity: 1, isAcknowledged: true }))).toBe('a1');
  });

  it('leaves the screen to the job once seen, and for information only', () => {
    expect(front(alarm({ isAcknowledged: true }))).toBeNull();
    expect(front(alarm({ severity: 4 }))).toBeNull();
    expect(front(alarm({ isActive: false }))).toBeNull();
  });

  it('comes back when a person opens it, and goes with its cause', () => {
    const opened = pageAfter(statusEvent('CUTTING', { alarms: [alarm({ isAcknowledged: true })] }), {
      kind: 'open-alarm',
      id: 'a1',
    });
    expect(alarmInFront(opened)?.id).toBe('a1');
    expect(alarmInFront(reducePage(opened, statusEvent('CUTTING')))).toBeNull();
  });
});
