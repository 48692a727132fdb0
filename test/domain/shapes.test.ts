import { describe, expect, it } from 'vitest';
import { fileId, orderName, personName } from '../../src/domain/shapes.ts';

describe('the name of a person', () => {
  it.each([
    'ann',
    'A',
    'Ana María',
    'Łukasz O’Neil',
    '李雷',
    'अनुजा',
    'Đặng Thị Mai',
    'نگار می‌خواهد',
    'demo',
    '7',
    '🙂',
  ])('is taken as people write it: %s', (name) => expect(personName.parse(name)).toBe(name));

  it('is without the blanks round it', () => {
    expect(personName.parse('  ann \u00a0\n')).toBe('ann');
    expect(personName.parse(` ${'n'.repeat(80)} `)).toBe('n'.repeat(80));
  });

  it.each([
    ['nothing', ''],
    ['blanks', ' \t\u00a0\u3000 '],
    ['signs that are not seen', '\u200b\u200d\ufeff'],
    ['letters that look like nothing', '\u3164\u115f'],
    ['a mark on nothing', '\u0301'],
    ['two lines', 'ann\nbea'],
    ['a line end of another kind', 'ann\u2028bea'],
    ['a control character', 'ann\u0000'],
    ['an escape', '\u001b[31mann'],
    ['a turn of the line', 'ann\u202emoc'],
    ['half a sign', 'ann\ud83d'],
    ['too much', 'n'.repeat(81)],
  ])('is not %s', (_what, name) => expect(personName.safeParse(name).success).toBe(false));
});

describe('the name of an order', () => {
  it('is a file that is seen, and none of those that lie beside an order', () => {
    for (const name of ['week', 'week.2', 'about', 'week.about.2', '-x'])
      expect(orderName.safeParse(name).success, name).toBe(true);
    for (const name of ['', '.', '..', '.week', 'week.about', '.about', 'a/b', 'a b', 'x'.repeat(41)])
      expect(orderName.safeParse(name).success, name).toBe(false);
    // Of a mapping nothing lies beside it.
    expect([fileId.safeParse('week.about').success, fileId.safeParse('.week').success]).toEqual([true, false]);
  });
});
