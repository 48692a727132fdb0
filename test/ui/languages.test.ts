import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LANGUAGES, languageOf, numberTag, writeValue } from '../../src/ui/languages.ts';
import { UI, hardCodedWords, keysOf, namedKeys, placeholders, textsOf } from './texts.ts';

const english = textsOf('en');
const sources = readdirSync(UI, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => ({ file, source: readFileSync(join(UI, file), 'utf8') }));

describe.each(LANGUAGES)('texts in %s (%s)', (tag) => {
  const texts = textsOf(tag);
  const keys = keysOf(texts);

  it('have every key of the English ones and no other', () => {
    const wanted = keysOf(english);
    expect([...wanted.keys()].filter((key) => !keys.has(key))).toEqual([]);
    expect([...keys.keys()].filter((key) => !wanted.has(key))).toEqual([]);
    // Where one language counts, each does.
    expect([...wanted].filter(([key, forms]) => forms.length > 0 !== keys.get(key)!.length > 0)).toEqual([]);
  });

  it('have the plural forms of the language, all of them and no other', () => {
    const { pluralCategories } = new Intl.PluralRules(tag).resolvedOptions();
    const wrong = [...keys].filter(
      ([, forms]) => forms.length > 0 && [...forms].sort().join() !== [...pluralCategories].sort().join(),
    );
    expect(wrong).toEqual([]);
  });

  it('have the placeholders of the English ones', () => {
    const differ = [...texts].filter(([key, text]) => {
      const one = english.get(key) ?? english.get(key.replace(/_(many|other)$/, '_other'))!;
      return placeholders(text) !== placeholders(one);
    });
    expect(differ).toEqual([]);
  });

  it('say something, without stray space', () => {
    expect([...texts].filter(([, text]) => text === '' || text !== text.trim() || /\s{2}/.test(text))).toEqual([]);
  });
});

describe('translations', () => {
  it('head the figures of an order alike, keep a per cent sign by its figure, and call two ways back by two names', () => {
    for (const [tag] of LANGUAGES) {
      const texts = textsOf(tag);
      const heads = ['left', 'cut', 'hides'].map((key) => texts.get(`orders:${key}`)!);
      expect([tag, heads.map((head) => head[0]!.toUpperCase())]).toEqual([tag, heads.map((head) => head[0])]);
      for (const key of ['cost', 'doubtNote']) expect(texts.get(`operator:review.${key}`)).toMatch(/\}\u00a0%/);
      expect(texts.get('table:takeBack')!.startsWith(texts.get('table:undo')!)).toBe(false);
    }
  });

  it('are translated: all but names and signs differ from English', () => {
    for (const [tag] of LANGUAGES.filter(([t]) => t !== 'en')) {
      const texts = textsOf(tag);
      const same = [...english].filter(
        ([key, text]) => /\p{L}{4}/u.test(text.replace(/\{\{.*?\}\}/g, '')) && texts.get(key) === text,
      );
      expect(same.length, `${tag}: ${same.map(([key]) => key).join(', ')}`).toBeLessThan(english.size / 40);
    }
  });
});

describe('the code', () => {
  it('writes no words itself', () => {
    const words = sources
      .filter(({ file }) => file.endsWith('.tsx'))
      .flatMap(({ file, source }) => hardCodedWords(file, source).map((found) => `${file}:${found}`));
    expect(words).toEqual([]);
  });

  it('would be caught writing them', () => {
    const caught = (jsx: string) => hardCodedWords('a.tsx', `const a = ${jsx};`).length;
    expect(caught('<p>Cut this</p>')).toBe(1);
    expect(caught('<p>{"Cut"}</p>')).toBe(1);
    expect(caught('<p>{isOn ? "On" : t("off")}</p>')).toBe(1);
    expect(caught('<p>{isOn && `by ${name}`}</p>')).toBe(1);
    expect(caught('<b aria-label="Close">x</b>')).toBe(1);
    expect(caught('<b title={`Close ${a}`} className="big" />')).toBe(1);
    expect(caught('<p className="hint" role="alert">{t("a.b")} · {a === "auto"} 12 %</p>')).toBe(0);
  });

  it('names only keys that there are', () => {
    const keys = keysOf(english);
    const named = sources.flatMap(({ file, source }) => namedKeys(file, source).map((key) => ({ file, key })));
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter(({ key }) => !keys.has(key))).toEqual([]);
  });
});

describe('the language of a panel', () => {
  it('is the nearest that has texts, else English', () => {
    const tags = ['pt-BR', 'zh-CN', 'zh-Hans', 'en-GB', 'hi-IN', 'el', 'VI'];
    expect(tags.map(languageOf)).toEqual(['pt', 'zh-Hans', 'zh-Hans', 'en', 'hi', 'en', 'vi']);
  });
  it('takes the region for numbers from the panel where that speaks the language', () => {
    expect(numberTag('pt', ['en-GB', 'pt-BR'])).toBe('pt-BR');
    expect(numberTag('it', ['en-GB'])).toBe('it');
  });
  it('writes numbers in sentences as the language does, and leaves names alone', () => {
    expect(writeValue(12_345, 'it', 'count')).toBe('12.345');
    expect(writeValue(1_234_567, 'hi', 'count')).toBe('12,34,567');
    expect(writeValue(1234, 'it', 'code')).toBe('1234');
    expect(writeValue('12345', 'it', 'count')).toBe('12345');
  });
});
