import i18next, { type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import alarms from './locales/en/alarms.json';
import defects from './locales/en/defects.json';
import errors from './locales/en/errors.json';
import operator from './locales/en/operator.json';
import reasons from './locales/en/reasons.json';

const english = { operator, defects, errors, alarms, reasons };

/** Texts of the screens; English stands behind every language. */
export async function startLocale(language: string): Promise<i18n> {
  const instance = i18next.createInstance();
  await instance.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: { en: english },
    ns: Object.keys(english),
    defaultNS: 'operator',
    nsSeparator: ':',
    interpolation: { escapeValue: false },
  });
  return instance;
}
