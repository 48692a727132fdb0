import { useTranslation } from 'react-i18next';

/** The operator's sentence for an error code. A code without one has its room's sentence, or the general one, and is
 *  named, so that an engineer can look it up. */
export function useErrorText(): (code: string, details?: Readonly<Record<string, unknown>>) => string {
  const { t, i18n } = useTranslation('errors');
  return (code, details = {}) => {
    const room = `room.${code.split('_')[0] ?? ''}`;
    const key = [code, room].find((k) => i18n.exists(`errors:${k}`)) ?? 'fallback';
    return t(key, { ...details, code });
  };
}
