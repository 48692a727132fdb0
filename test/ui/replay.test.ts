import { describe, expect, it } from 'vitest';
import type { JobEventView } from '../../src/api/engineer-views.ts';
import type { Job } from '../../src/domain/job.ts';
import { lengthOf, marksAt, replayAt } from '../../src/ui/replay/replay-at.ts';
import { DEFECTS } from './drawn-hide.ts';
import { layoutOf } from './page-fixtures.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString();
const event = (id: number, second: number, kind: string, details: JobEventView['details'] = {}): JobEventView => ({
  id,
  kind,
  at: at(second),
  by: null,
  details,
});
const EVENTS = [
  event(1, 0, 'new'),
  event(2, 2, 'scanned'),
  event(3, 9, 'inspected'),
  event(4, 20, 'reviewed'),
  event(5, 30, 'nested', { layoutSha256: 'old' }),
  event(6, 35, 'corrected'),
  event(7, 40, 'nested', { layoutSha256: 'kept' }),
  event(8, 50, 'approved'),
  event(9, 60, 'plc started', { code: 0, cutCount: 3 }),
  event(10, 61, 'plc started', { code: 0, cutCount: 7 }),
  event(11, 70, 'plc done', { code: 0 }),
];
const job = { layoutSha256: 'kept', pieceCount: 12 } as Job;
const layout = layoutOf([], {
  trace: [
    { seconds: 1, nestedYieldBp: 4000 },
    { seconds: 4, nestedYieldBp: 6000 },
  ],
});
const moment = (second: number) => replayAt({ events: EVENTS, job, layout }, second * 1000);

describe('a past job', () => {
  it('shows at each second what was so then', () => {
    expect(lengthOf(EVENTS)).toBe(70_000);
    expect(moment(0)).toMatchObject({ event: 0, hasScan: false, hasInspection: false, hasLayout: false, cutCount: 0 });
    expect(moment(8.9)).toMatchObject({ event: 1, hasScan: true, hasInspection: false });
    expect(moment(22)).toMatchObject({ hasInspection: true, searchYieldBp: 4000, hasLayout: false });
    expect(moment(26)).toMatchObject({ searchYieldBp: 6000 });
    expect(moment(60.5)).toMatchObject({ hasLayout: true, cutCount: 3, searchYieldBp: null });
    expect(moment(65)).toMatchObject({ cutCount: 7 });
    expect(moment(70)).toMatchObject({ cutCount: 12, event: 10 });
  });

  it('does not show the kept layout where another stood', () => {
    expect(moment(31).hasLayout).toBe(false);
    expect(moment(41).hasLayout).toBe(true);
  });

  it('shows a mark that a person drew from then on', () => {
    const drawn = { ...DEFECTS[0]!, id: 'p1', source: 'person' as const, by: 'Ana', at: at(36) };
    expect(marksAt([...DEFECTS, drawn], at(35))).toHaveLength(DEFECTS.length);
    expect(marksAt([...DEFECTS, drawn], at(36))).toHaveLength(DEFECTS.length + 1);
  });
});
