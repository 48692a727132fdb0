import { describe, expect, it } from 'vitest';
import type { HealthView, ProjectorView } from '../../src/api/engineer-views.ts';
import type { OrderView } from '../../src/api/order-views.ts';
import type { TableView } from '../../src/api/table-routes.ts';
import type { StatusView } from '../../src/api/views.ts';
import { checkValue } from '../../src/ui/commission/check-value.ts';
import { formats } from '../../src/ui/look/format.ts';
import { openFirst, stationChecks, type CheckId } from '../../src/ui/commission/station-checks.ts';

const AT = '2026-01-01T12:00:00.000Z';
const scan = {
  job: 'j1',
  takenAt: AT,
  widthPx: 100,
  heightPx: 100,
  mmPerPx: 0.5,
  calibration: 'c1',
  foundBy: 'markers' as 'markers' | 'corners' | null,
  residual: 0.2 as number | null,
  drift: 0 as number | null,
};
const health = {
  source: { address: 'hides', kind: 'folder', isThere: true },
  scan,
  model: { wanted: 'leather-base', used: 'leather-base abc', provider: 'cpu' },
  disk: { freeBytes: 1e11, totalBytes: 2e11 },
} as HealthView;
const status = {
  plc: { isConnected: true, mode: 'auto', answeredInMs: 40 },
  broker: { isConnected: true, outboxCount: 0 },
} as StatusView;
const projector = { corners: null } as ProjectorView;
const none = { corners: null } as TableView;
interface More {
  readonly health?: Partial<HealthView>;
  readonly plc?: Partial<StatusView['plc']>;
  readonly table?: TableView;
}
const checkOf = (id: CheckId, { health: h, plc, table = none }: More = {}) =>
  stationChecks({ ...health, ...h }, { ...status, plc: { ...status.plc, ...plc } }, projector, [], table).find(
    (check) => check.id === id,
  )!;
const stateOf = (id: CheckId, more: More = {}) => checkOf(id, more).state;

describe('the checklist', () => {
  it('ticks what the station has seen', () => {
    const square = { name: 'test-square-1', cutCount: 1 } as OrderView;
    const open = stationChecks(health, status, projector, [square], none).filter((check) => check.state !== 'ok');
    expect(open.map((check) => check.id)).toEqual(['projector']);
  });

  it('begins with what is to be done', () => {
    const plc = { ...status.plc, mode: 'manual' as const };
    const sorted = openFirst(stationChecks(health, { ...status, plc }, projector, [], none));
    expect(sorted.slice(0, 4).map((check) => [check.id, check.state])).toEqual([
      ['auto', 'check'],
      ['square', 'open'],
      ['projector', 'open'],
      ['source', 'ok'],
    ]);
    expect(sorted).toHaveLength(12);
  });

  it('never ticks what nobody has seen', () => {
    expect(stateOf('scale', { health: { scan: { ...scan, calibration: null } } })).toBe('open');
    expect(stateOf('residual', { health: { scan: null } })).toBe('open');
    expect(stateOf('model', { health: { model: { wanted: 'a', used: null, provider: null } } })).toBe('open');
    expect(stateOf('answer', { plc: { answeredInMs: null } })).toBe('open');
    expect(
      stateOf('source', { health: { scan: null, source: { address: 'v4l2:0', kind: 'device', isThere: null } } }),
    ).toBe('open');
    expect(stateOf('disk', { health: { disk: null } })).toBe('open');
    expect(stateOf('square')).toBe('open');
  });

  it('shows how the cutter is by a word of the language, not as its messages have it', () => {
    const { value } = checkOf('auto', { plc: { mode: 'manual' } });
    expect(checkValue(value, formats('it'), (mode) => `word of ${mode}`)).toBe('word of manual');
  });

  it('says what is not so', () => {
    expect(stateOf('residual', { health: { scan: { ...scan, residual: 0.51 } } })).toBe('check');
    expect(stateOf('source', { health: { source: { address: 'x', kind: 'file', isThere: false } } })).toBe('check');
    expect(stateOf('auto', { plc: { mode: 'manual' } })).toBe('check');
    expect(stateOf('heard', { plc: { mode: 'unknown' } })).toBe('check');
    expect(stateOf('disk', { health: { disk: { freeBytes: 4e9, totalBytes: 1e12 } } })).toBe('check');
  });

  it('says of a table that was told by its corners only what was measured', () => {
    const byCorners = { health: { scan: { ...scan, foundBy: 'corners' as const, residual: null, drift: null } } };
    const set = (setAt: string, told: number | null) =>
      ({
        corners: { setAt, checks: { markers: null, length: told === null ? null : { told, measured: 800 } } },
      }) as TableView;
    expect(checkOf('scale', byCorners)).toMatchObject({ state: 'ok', words: 'corners' });
    // Four corners fit exactly: that is no tick. Nor is a camera that nobody could measure.
    expect(stateOf('residual', { ...byCorners, table: set(AT, null) })).toBe('open');
    expect(checkOf('drift', byCorners)).toMatchObject({ state: 'open', words: 'corners' });
    expect(checkOf('residual', { ...byCorners, table: set(AT, 800.4) })).toMatchObject({
      state: 'ok',
      words: 'length',
    });
    expect(stateOf('residual', { ...byCorners, table: set(AT, 802) })).toBe('check');
    // Set after the scan: they say nothing of it.
    expect(stateOf('residual', { ...byCorners, table: set('2026-01-01T12:00:01.000Z', 800.4) })).toBe('open');
    const measured = { ...byCorners.health.scan, residual: 0.7, drift: 0.6 };
    expect(stateOf('residual', { health: { scan: measured } })).toBe('check');
    expect(stateOf('drift', { health: { scan: measured } })).toBe('check');
  });
});
