import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { layoutView, type LayoutView } from '#api/views.ts';
import { MOST_SHOWN, shownBy, withShown, type ShownLayouts } from '#station/shown-layouts.ts';
import type { Station } from '#station/station.node.ts';
import { codeOf, plcIsHeard, toInspected, toState } from './small-steps.ts';
import { smallDefect, smallRooms } from './small-rooms.ts';
import { SMALL_SETTINGS, startSmallStation, temporaryDir } from './small-station.ts';

const LONG = { ...SMALL_SETTINGS, nest: { seconds: 60, threads: 1, seed: 1 } };
/** A search of a minute that gets better ten times a second. */
const slowRooms = () => smallRooms({ nestMs: 60_000, steps: 600, quantityAtFirst: 4 });

function watch(station: Station): LayoutView[] {
  const shown: LayoutView[] = [];
  station.subscribe((message) => {
    if ('json' in message) shown.push(layoutView.parse((JSON.parse(message.json) as { layout: unknown }).layout));
  });
  return shown;
}

async function toSearch(station: Station): Promise<string> {
  const id = await toInspected(station);
  await station.review(id, { by: 'ann', waive: false });
  return id;
}

/** A station of small rooms in the middle of its search, its PLC heard, with the layouts that its windows were shown. */
async function searchingStation(options: Parameters<typeof startSmallStation>[1] = {}) {
  const dir = await temporaryDir();
  const running = await startSmallStation(dir.path, { settings: LONG, rooms: slowRooms(), ...options });
  const { station, store, plc } = running;
  const shown = watch(station);
  const id = await toSearch(station);
  await plcIsHeard(station);
  return {
    station,
    store,
    plc,
    shown,
    id,
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]();
      await dir[Symbol.asyncDispose]();
    },
  };
}

const seen = (shown: LayoutView[], count: number) =>
  expect.poll(() => shown.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(count);

describe('"Cut this" while the search runs', () => {
  test('releases exactly the layout that was on the screen, though better ones came since, and ends the search', async () => {
    await using running = await searchingStation();
    const { station, shown, id } = running;
    await seen(shown, 4);
    const [first] = shown;
    expect(first?.isFinal).toBe(false);
    expect(shown.at(-1)?.sha256).not.toBe(first?.sha256);
    const before = shown.length;
    const approved = await station.approve(id, { layoutSha256: first?.sha256 ?? '', by: 'ann' });
    expect(approved).toMatchObject({ layoutSha256: first?.sha256, approvedBy: 'ann', pieceCount: first?.pieceCount });
    await toState(station, 'done');
    const bytes = await readFile(join(station.jobDir(id), 'layout.json'));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(first?.sha256);
    // What windows see last is what was cut.
    expect(shown.at(-1)).toMatchObject({ sha256: first?.sha256, isFinal: true });
    expect(shown.at(-1)?.pieces).toEqual(first?.pieces);
    expect(shown.length - before).toBeLessThan(5);
    expect(running.plc?.cutJobs).toEqual([id]);
    const events = await running.store.events(id);
    expect(events.filter((e) => e.kind === 'chosen')).toMatchObject([
      { by: 'ann', details: { layoutSha256: first?.sha256 } },
    ]);
  });

  test('a double tap while the layout improves releases once: the first that was tapped', async () => {
    await using running = await searchingStation();
    const { station, shown, id } = running;
    await seen(shown, 2);
    const first = shown[0]?.sha256 ?? '';
    const later = shown[1]?.sha256 ?? '';
    expect(later).not.toBe(first);
    const taps = await Promise.allSettled([
      station.approve(id, { layoutSha256: first, by: 'ann' }),
      station.approve(id, { layoutSha256: first, by: 'ann' }),
      station.approve(id, { layoutSha256: later, by: 'ann' }),
    ]);
    expect(taps.map((tap) => tap.status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(taps[2]).toMatchObject({ reason: { code: 'STATION_ALREADY_APPROVED' } });
    await toState(station, 'done');
    const kinds = (await running.store.events(id)).map((e) => e.kind);
    for (const once of ['chosen', 'nested', 'approved', 'released'])
      expect(
        kinds.filter((kind) => kind === once),
        once,
      ).toHaveLength(1);
    expect(station.job?.layoutSha256).toBe(first);
    expect(running.plc?.cutJobs).toEqual([id]);
    expect(await codeOf(station.approve(id, { layoutSha256: first, by: 'ann' }))).toBe('no error');
  });

  test('a hash that nobody was shown, or that a correction has ended, releases nothing and the search goes on', async () => {
    await using running = await searchingStation();
    const { station, shown, id } = running;
    await seen(shown, 1);
    const old = shown[0]?.sha256 ?? '';
    expect(await codeOf(station.approve(id, { layoutSha256: 'a'.repeat(64), by: 'ann' }))).toBe(
      'STATION_LAYOUT_CHANGED',
    );
    const { outline } = smallDefect('', 700, 700);
    await station.addDefect(id, { outline, class: 'person', quality: 0, by: 'ann' });
    expect(await codeOf(station.approve(id, { layoutSha256: old, by: 'ann' }))).toBe('STATION_LAYOUT_CHANGED');
    expect(station.job).toMatchObject({ state: 'reviewed', approvedBy: null });
    const before = shown.length;
    await seen(shown, before + 1);
    // Each says what it was made for: the status, which is later, cannot tell a window.
    expect(shown[0]?.inspectionSha256).not.toBe(station.job?.inspectionSha256);
    expect(shown.at(-1)?.inspectionSha256).toBe(station.job?.inspectionSha256);
    expect((await running.store.openOutbox()).filter((row) => row.topic === 'job/released')).toEqual([]);
  });

  test('a PLC that is not ready, or a judge who says no, refuses the tap and leaves the search', async () => {
    let breaches: string[] = [];
    await using running = await searchingStation({
      rooms: smallRooms({ nestMs: 60_000, steps: 600, judge: () => breaches }),
      plc: { answerMs: 1, heartbeatMs: 50, mode: 'manual' },
    });
    const { station, shown, id } = running;
    await seen(shown, 1);
    const tap = () => codeOf(station.approve(id, { layoutSha256: shown.at(-1)?.sha256 ?? '', by: 'ann' }));
    expect(await tap()).toBe('STATION_PLC_NOT_READY');
    running.plc?.setMode('auto');
    await station.until(() => station.status().plc.mode === 'auto', AbortSignal.timeout(20_000));
    breaches = ['pieces 0 and 1 overlap'];
    expect(await tap()).toBe('STATION_LAYOUT_INVALID');
    expect(station.job).toMatchObject({ state: 'reviewed', reason: null });
    breaches = [];
    expect(await tap()).toBe('no error');
    await toState(station, 'done');
  });

  test('a layout seen just before the search ended is cut as it was seen', async () => {
    await using dir = await temporaryDir();
    await using running = await startSmallStation(dir.path, { rooms: smallRooms({ nestMs: 1500, steps: 12 }) });
    const { station } = running;
    const shown = watch(station);
    const id = await toSearch(station);
    await toState(station, 'nested');
    await plcIsHeard(station);
    const early = shown.find((layout) => !layout.isFinal);
    expect(early?.sha256).not.toBe(station.job?.layoutSha256);
    await station.approve(id, { layoutSha256: early?.sha256 ?? '', by: 'ann' });
    await toState(station, 'done');
    expect(station.job).toMatchObject({ layoutSha256: early?.sha256, pieceCount: early?.pieceCount });
    expect(running.plc?.cutJobs).toEqual([id]);
  });
});

test('the layouts that were shown are bounded, the latest stay, and another search ends them', () => {
  let shown: ShownLayouts | null = null;
  const layout = (n: number) => ({ sha256: `h${n}`, text: '', json: '', figures: {} as never, result: {} as never });
  for (let n = 0; n < MOST_SHOWN + 5; n += 1) shown = withShown(shown, 'a', layout(n));
  expect(shown?.byHash.size).toBe(MOST_SHOWN);
  expect(shownBy(shown, 'a', 'h4')).toBeNull();
  expect(shownBy(shown, 'a', `h${MOST_SHOWN + 4}`)?.sha256).toBe(`h${MOST_SHOWN + 4}`);
  expect(shownBy(shown, 'b', `h${MOST_SHOWN + 4}`)).toBeNull();
  expect(withShown(shown, 'b', layout(1)).byHash.size).toBe(1);
});
