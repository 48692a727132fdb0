import i18next, { type FormatterModule, type i18n, type Resource, type ResourceKey } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { FALLBACK, LANGUAGES, languageOf, numberTag, writeValue, type Language } from './languages.ts';

/** Texts of the screens in the language of this panel. */
export interface PageLocale {
  readonly i18n: i18n;
  /** null: as the station says. */
  choice(): Language | null;
  choose(language: Language | null): void;
  /** The station's setting, a BCP 47 tag. */
  stationSays(tag: string): void;
}

const KEY = 'kerf.language';
/** Pause before a language that did not come is fetched again, ms. */
const RETRY_MS = 2000;

const english = import.meta.glob<ResourceKey>('./locales/en/*.json', { eager: true, import: 'default' });
const others = import.meta.glob<ResourceKey>(['./locales/*/*.json', '!./locales/en/*.json'], { import: 'default' });
/** Scripts that Inter does not have. Of a font the browser fetches the parts (unicode-range) that a page shows. */
const fonts: Partial<Record<Language, () => Promise<unknown>>> = {
  'zh-Hans': () => import('@fontsource-variable/noto-sans-sc/index.css'),
  hi: () => import('@fontsource-variable/noto-sans-devanagari/index.css'),
};

/** Starts in English, then follows this panel's choice or the station's language; each other language is fetched when
 *  it is first wanted. English stands behind every language. */
export async function startLocale(storage: Storage, panel: readonly string[]): Promise<PageLocale> {
  const instance = i18next.createInstance();
  const texts = Object.fromEntries(Object.entries(english).map(([path, text]) => [namespaceOf(path), text]));
  const writer: FormatterModule = {
    type: 'formatter',
    init: () => undefined,
    add: () => undefined,
    addCached: () => undefined,
    format: (value: unknown, _format, language, options) =>
      writeValue(value, language && numberTag(language, panel), options?.['interpolationkey'] as string | undefined),
  };
  await instance
    .use(initReactI18next)
    .use(writer)
    .init({
      lng: FALLBACK,
      fallbackLng: FALLBACK,
      resources: { [FALLBACK]: texts } satisfies Resource,
      partialBundledLanguages: true,
      ns: Object.keys(texts),
      defaultNS: 'operator',
      nsSeparator: ':',
      interpolation: { escapeValue: false, alwaysFormat: true },
    });

  let station: string = FALLBACK;
  const read = (): Language | null => {
    const kept = storage.getItem(KEY);
    return LANGUAGES.find(([known]) => known === kept)?.[0] ?? null;
  };
  const apply = async () => {
    const language = read() ?? languageOf(station);
    try {
      await loadTexts(instance, language);
    } catch {
      // The station is away: the words that are there stay until it gives these.
      setTimeout(() => void apply(), RETRY_MS);
      return;
    }
    // Chosen anew while it was fetched: the newer choice is on its way.
    if (language !== (read() ?? languageOf(station))) return;
    await instance.changeLanguage(language);
    document.documentElement.lang = language;
  };
  await apply();
  return {
    i18n: instance,
    choice: read,
    choose(language) {
      if (language === null) storage.removeItem(KEY);
      else storage.setItem(KEY, language);
      void apply();
    },
    stationSays(tag) {
      if (tag === station) return;
      station = tag;
      void apply();
    },
  };
}

/** Glyphs for the names of all languages, where these are listed. */
export function loadAllFonts(): void {
  for (const load of Object.values(fonts)) void load();
}

async function loadTexts(instance: i18n, language: Language): Promise<void> {
  if (instance.hasResourceBundle(language, 'operator')) return;
  const files = Object.entries(others).filter(([path]) => path.startsWith(`./locales/${language}/`));
  void fonts[language]?.();
  const texts = await Promise.all(files.map(async ([path, load]) => [namespaceOf(path), await load()] as const));
  for (const [namespace, text] of texts) instance.addResourceBundle(language, namespace, text);
}

function namespaceOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1, -'.json'.length);
}
