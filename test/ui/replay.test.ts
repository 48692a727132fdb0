import i18next from 'i18next';
import { describe, expect, it } from 'vitest';
import type { JobEventView } from '../../src/api/engineer-views.ts';
import { readPieces, toldPieces } from '../../src/domain/act-pieces.ts';
import type { Job } from '../../src/domain/job.ts';
import { actsOf } from '../../src/ui/replay/acts-of.ts';
import { lengthOf, marksAt, replayAt } from '../../src/ui/replay/replay-at.ts';
import { actWords } from '../../src/ui/views/act-words.ts';
import { textsOf } from './texts.ts';
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

describe('what people did to marks and pieces', () => {
  const of = (...details: JobEventView['details'][]) => [
    ...actsOf([event(0, 0, 'new'), ...details.map((detail, k) => event(k + 1, k + 1, 'corrected', detail))]),
  ];
  const moved = { action: 'turn', ...toldPieces(['front']), act: 2 };

  it('is told by its act, and an undo or redo by the act that it moves', () => {
    const told = of({ action: 'draw', act: 1 }, moved, { action: 'undo' }, { action: 'undo' }, { action: 'redo' });
    expect(told.map(([id, { way, act }]) => [id, way, act.action, act.pieces])).toEqual([
      [1, 'done', 'draw', []],
      [2, 'done', 'turn', ['front']],
      [3, 'undone', 'turn', ['front']],
      [4, 'undone', 'draw', []],
      [5, 'redone', 'draw', []],
    ]);
  });
  it('ends what was taken back by the next act', () => {
    const told = of(
      { action: 'draw' },
      { action: 'undo' },
      { action: 'forbid' },
      { action: 'redo' },
      { action: 'undo' },
    );
    expect(told.map(([id, { way, act }]) => [id, way, act.action])).toEqual([
      [1, 'done', 'draw'],
      [2, 'undone', 'draw'],
      [3, 'done', 'forbid'],
      [5, 'undone', 'forbid'],
    ]);
  });
  it('is of so many pieces, the first ones by name; an event that does not say what was done is left as it was', () => {
    const [told] = of({ action: 'lock', ...toldPieces(['a', 'b', 'c', 'd']) });
    expect(told?.[1].act).toEqual({ action: 'lock', pieces: ['a', 'b'], pieceCount: 4 });
    expect(of({}, { action: 'juggle' })).toEqual([]);
  });
  it('has words with every count of pieces', async () => {
    const i18n = i18next.createInstance();
    const texts = Object.fromEntries([...textsOf('en')].map(([key, text]) => [key.replace('operator:', ''), text]));
    await i18n.init({ lng: 'en', resources: { en: { operator: texts } }, keySeparator: false, nsSeparator: false });
    const t = i18n.getFixedT('en', 'operator');
    const words = (pieces: string[]) =>
      actWords(t, { action: 'lock', ...readPieces(toldPieces(pieces)) }, (id) => id.toUpperCase());
    expect([words(['a']), words(['a', 'b']), words(['a', 'b', 'c', 'd'])]).toEqual([
      'A locked',
      'A, B locked',
      'A, B and 2 more locked',
    ]);
    expect(actWords(t, { action: 'swap', pieces: ['a', 'b', 'c'] }, (id) => id)).toBe('a, b and 1 more swapped');
  });
});

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
