import { useTranslation } from 'react-i18next';
import { usePage } from '../page-context.ts';

/** Writes how two yields differ, from basis points: points of per cent with their unit, for a per cent of a yield is
 *  something else. */
export function usePoints(): (basisPoints: number) => string {
  const { t } = useTranslation();
  const { formats } = usePage();
  return (basisPoints) => t('units.points', { points: formats.differenceBp(basisPoints) });
}
