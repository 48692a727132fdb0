import names from './locales/languages.json' with { type: 'json' };

export type Language = keyof typeof names;
/** Languages that have texts, each by its own name. */
export const LANGUAGES = Object.entries(names) as readonly (readonly [Language, string])[];
/** Stands behind every language. */
export const FALLBACK: Language = 'en';

/** The language with texts that is nearest to a tag: `pt-BR` gives `pt`, `zh-CN` gives `zh-Hans`, Greek English. */
export function languageOf(tag: string): Language {
  const wanted = tag.toLowerCase();
  const has = (known: string) => wanted === known.toLowerCase() || wanted.split('-')[0] === known.split('-')[0];
  return LANGUAGES.find(([known]) => has(known))?.[0] ?? FALLBACK;
}

/** Tag for numbers and times: the panel's own region where it speaks that language (en-GB), else the language. */
export function numberTag(language: string, panel: readonly string[]): string {
  return panel.find((tag) => tag.split('-')[0] === language.split('-')[0]) ?? language;
}

/** What a sentence's placeholder becomes: numbers as the language writes them, but for those that are names. */
export function writeValue(value: unknown, language: string | undefined, name: string | undefined): string {
  const isName = name === undefined || ['code', 'seq', 'id', 'port'].includes(name);
  return typeof value === 'number' && !isName ? new Intl.NumberFormat(language).format(value) : String(value ?? '');
}
