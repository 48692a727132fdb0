import { useTranslation } from 'react-i18next';
import type { TablePicture } from '#api/table-routes.ts';
import { usePage } from '../page-context.ts';
import { Icon } from '../views/icons.tsx';
import type { TableFacts } from './table-facts.ts';

interface TableWordsProps {
  readonly facts: TableFacts;
  readonly picture: TablePicture;
  /** At the chosen place; null where the corners are none. */
  readonly mmPerPx: number | null;
}

/** What is wrong with the corners, or what is known of them: they fit exactly, so only what is measured beside them tells. */
export function TableWords({ facts, picture, mmPerPx }: TableWordsProps) {
  const { t } = useTranslation('table');
  const { formats } = usePage();
  const { fault, markers, gridMm } = facts;
  if (fault !== null)
    return (
      <p className="doubt-note" role="status">
        <Icon name="triangle" size={28} />
        <span>{t(`fault.${fault}`)}</span>
      </p>
    );
  return (
    <div role="status">
      <ul className="table-facts">
        <li>{t('grid', { mm: formats.measure(gridMm) })}</li>
        {mmPerPx !== null && <li>{t('pixel', { mm: formats.measure(mmPerPx) })}</li>}
        <li className={markers === null ? '' : 'is-figure'}>
          {markers === null
            ? t('noCheck')
            : t('markersOff', { count: markers.count, mm: formats.measure(markers.max) })}
        </li>
        <li>{picture.seen.length > 0 ? t('driftSeen', { count: picture.seen.length }) : t('driftUnseen')}</li>
        {picture.lens === null && <li>{t('noLens')}</li>}
      </ul>
    </div>
  );
}

/** A length as the corners make it of what the person points at, and how far that is from what she knows. */
export function MeasuredWords({ measured, told }: { readonly measured: number; readonly told: number | null }) {
  const { t } = useTranslation('table');
  const { formats } = usePage();
  const mm = formats.measure(measured);
  return (
    <p className="table-measured" role="status">
      {told === null
        ? t('measured', { mm })
        : t('measuredOff', { mm, off: formats.measure(Math.abs(measured - told)) })}
    </p>
  );
}
