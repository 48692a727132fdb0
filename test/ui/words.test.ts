import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALARM_CODES } from '#station/alarm-book.node.ts';
import { formats } from '../../src/ui/look/format.ts';
import { kitCounts } from '../../src/ui/state/kit-counts.ts';
import { isDoubtful, reviewSummary } from '../../src/ui/state/doubtful.ts';
import { trendLine } from '../../src/ui/state/trend.ts';
import { plcView } from '../../src/api/views.ts';
import { LEATHER_GRADING } from '../../src/domain/grading.ts';
import { DEFECTS, inspectionOf } from './drawn-hide.ts';
import { layoutOf, square } from './page-fixtures.ts';

const ui = join(import.meta.dirname, '../../src/ui');
type Words = { readonly [key: string]: string | Words };
const words = (name: string): Words =>
  JSON.parse(readFileSync(join(ui, 'locales/en', `${name}.json`), 'utf8')) as Words;

function keys(tree: Words, path = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [`${path}${key}`] : keys(value, `${path}${key}.`),
  );
}

describe('numbers', () => {
  const en = formats('en-GB');
  it('round yields down: 75.29 is not 75.3', () => {
    expect(en.percentBp(7529)).toBe('75.2');
    expect(en.percentBp(10_000)).toBe('100.0');
  });
  it('set a true minus before what is lost', () => {
    expect([en.differenceBp(-70), en.differenceBp(240), en.differenceBp(0)]).toEqual(['−0.7', '+2.4', '0.0']);
  });
  it('give areas in the unit that reads', () => {
    expect(en.area(250)).toBe('2.5 cm²');
    expect(en.area(15_400)).toBe('154 cm²');
    expect(en.area(240_000)).toBe('0.24 m²');
  });
  it('give times as a clock', () => {
    expect([en.clock(400), en.clock(59.6), en.clock(-3)]).toEqual(['6:40', '1:00', '0:00']);
  });
  it('writes short times as exactly as they matter', () => {
    const { secondsWithUnit } = formats('en-GB');
    expect([0, 0.0432, 2.34, 12.34].map(secondsWithUnit)).toEqual(['0 s', '0.043 s', '2.3 s', '12.3 s']);
    expect(formats('it').secondsWithUnit(2.34)).toBe('2,3 s');
  });
  it('write pixels without a millimetre: their sign stands in the words', () => {
    expect([en.pixels(2.13), formats('it').pixels(2.13)]).toEqual(['2.1', '2,1']);
  });
  it('follow the locale', () => {
    expect(formats('de-DE').percentBp(7520)).toBe('75,2');
  });
});

describe('words', () => {
  const sources = readdirSync(ui, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => readFileSync(join(ui, file), 'utf8'));
  const all = new Set(keys(words('operator')));

  it('has no key that nothing names', () => {
    const text = sources.join('\n');
    const dynamic = /^(steps|cutter|answer|plcCode|done|menu|alarm)\./;
    const idle = [...all].filter(
      (key) => !dynamic.test(key) && !text.includes(`'${key.replace(/_(one|other)$/, '')}'`),
    );
    expect(idle).toEqual([]);
  });

  it('writes how two yields differ in one place, in points and with their unit', () => {
    expect(sources.filter((text) => text.includes('formats.differenceBp'))).toHaveLength(1);
    expect(words('operator')['units']).toMatchObject({ points: 'pts' });
    // A gain by the yield's own formatting would lose its sign and its unit.
    expect(sources.filter((text) => /percentBp\((?:trend\.gainBp|Math\.abs|amount - )/.test(text))).toEqual([]);
  });

  it('has both plurals', () => {
    for (const key of all) if (key.endsWith('_one')) expect(all.has(key.replace(/_one$/, '_other'))).toBe(true);
  });

  it('names each mode of the cutter in Commission', () => {
    expect(Object.keys(words('commission')['mode']!).sort()).toEqual([...plcView.shape.mode.options].sort());
  });

  it('names each class of the grading rules', () => {
    const defects = words('defects');
    for (const rule of LEATHER_GRADING.rules) if (rule.class !== undefined) expect(defects).toHaveProperty(rule.class);
  });

  it('has title, what happened, what it means and what to do for each alarm', () => {
    expect(Object.keys(words('alarms')).sort()).toEqual([...ALARM_CODES, 'other'].sort());
    for (const [code, alarm] of Object.entries(words('alarms')))
      expect([code, Object.keys(alarm)]).toEqual([code, ['title', 'happened', 'means', 'todo']]);
  });
});

describe('what the review asks', () => {
  const { open, settled, openAreaMm2 } = reviewSummary(inspectionOf(DEFECTS));
  it('lists doubtful marks by area, largest first', () => {
    expect(open.map((d) => d.id)).toEqual(['d10', 'd7', 'd11']);
    expect(openAreaMm2).toBeCloseTo(open.reduce((sum, d) => sum + d.areaMm2, 0));
    expect(settled).toHaveLength(DEFECTS.length - 3);
  });
  it('takes a person’s word', () => {
    expect(isDoubtful({ ...open[0]!, by: 'Ana' })).toBe(false);
    expect(isDoubtful({ ...open[0]!, source: 'person' })).toBe(false);
    expect(isDoubtful({ ...open[0]!, doubt: LEATHER_GRADING.doubt.above })).toBe(false);
  });
});

describe('figures of a layout', () => {
  it('counts pieces by kit, in the order’s sequence, zero included', () => {
    const layout = layoutOf([square(0, 0, 1), square(2, 0, 1)]);
    expect(kitCounts(layout, [{ id: 'purse' }, { id: 'bag' }])).toEqual([
      { id: 'purse', position: 0, pieceCount: 0 },
      { id: 'bag', position: 1, pieceCount: 2 },
    ]);
  });
  it('draws the trace as steps inside its box and says what the last ten seconds brought', () => {
    const trend = trendLine(
      layoutOf([], {
        seconds: 20,
        trace: [
          { seconds: 0, nestedYieldBp: 5000 },
          { seconds: 8, nestedYieldBp: 6900 },
          { seconds: 15, nestedYieldBp: 7000 },
        ],
      }),
      320,
      48,
    );
    expect(trend.path).toBe('M0 48H128V2.4H240V0H320');
    expect(trend).toMatchObject({ end: [320, 0], gainBp: 100, gainSeconds: 10 });
  });
  it('does not make a mountain of a tenth of a per cent', () => {
    const trend = trendLine(
      layoutOf([], {
        seconds: 4,
        trace: [
          { seconds: 0, nestedYieldBp: 6990 },
          { seconds: 2, nestedYieldBp: 7000 },
        ],
      }),
      100,
      40,
    );
    expect(trend.path).toBe('M0 2H50V0H100');
  });
});
