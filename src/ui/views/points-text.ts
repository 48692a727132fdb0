import { useTranslation } from 'react-i18next';
import { usePage } from '../page-context.ts';

interface Points {
  readonly value: string;
  readonly unit: string;
  /** Both in one. */
  readonly text: string;
}

/** Writes how two yields differ, from basis points: points of per cent with their unit, for a per cent of a yield is
 *  something else. */
export function usePoints(): (basisPoints: number) => Points {
  const { t } = useTranslation();
  const { formats } = usePage();
  const unit = t('units.points');
  return (basisPoints) => {
    const value = formats.differenceBp(basisPoints);
    return { value, unit, text: `${value}\u00a0${unit}` };
  };
}
