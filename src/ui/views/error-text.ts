import { useTranslation } from 'react-i18next';

/** The operator's sentence for an error code; an unknown code is named, so that an engineer can look it up. */
export function useErrorText(): (code: string, details?: Readonly<Record<string, unknown>>) => string {
  const { t, i18n } = useTranslation('errors');
  return (code, details = {}) => (i18n.exists(`errors:${code}`) ? t(code, { ...details }) : t('fallback', { code }));
}
