import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { Defect } from '#domain/inspection.ts';

/** Name of a defect's class in the operator's words. */
export function useDefectName(): (defect: Pick<Defect, 'class'>) => string {
  const { t, i18n } = useTranslation('defects');
  return useCallback(
    (defect) => (i18n.exists(`defects:${defect.class}`) ? t(defect.class) : t('other', { class: defect.class })),
    [t, i18n],
  );
}
