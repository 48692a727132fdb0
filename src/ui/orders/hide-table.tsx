import { useTranslation } from 'react-i18next';
import type { OrderDetailView } from '#api/order-views.ts';
import { usePage } from '../page-context.ts';

/** The hides of an order, newest first, and what found no place on each and why. */
export function HideTable({ hides }: Pick<OrderDetailView, 'hides'>) {
  const { t, i18n } = useTranslation('orders');
  const { formats } = usePage();
  const reasonText = (code: string) => t(i18n.exists(`reasons:${code}`) ? `reasons:${code}` : 'reasons:other');
  if (hides.length === 0) return <p className="empty">{t('noHides')}</p>;
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">{t('table.hide')}</th>
          <th scope="col">{t('table.when')}</th>
          <th scope="col">{t('table.state')}</th>
          <th scope="col" className="is-number">
            {t('table.placed')}
          </th>
          <th scope="col" className="is-number">
            {t('table.yield')}
          </th>
          <th scope="col">{t('table.unplaced')}</th>
        </tr>
      </thead>
      <tbody>
        {hides.map((hide) => (
          <tr key={hide.job}>
            <td>{hide.seq}</td>
            <td>{formats.dayAndTime(new Date(hide.at))}</td>
            <td>{i18n.exists(`orders:state.${hide.state}`) ? t(`state.${hide.state}`) : hide.state}</td>
            <td className="is-number">
              <strong>{formats.count(hide.pieceCount)}</strong>
            </td>
            <td className="is-number">
              <strong>{formats.percentBp(hide.nestedYieldBp)}</strong> {t('operator:units.percent')}
            </td>
            <td>
              {hide.unplaced.length === 0 ? (
                <span className="label-inline">{t('table.allPlaced')}</span>
              ) : (
                <ul>
                  {hide.unplaced.map((u) => (
                    <li key={u.id}>
                      {formats.count(u.count)} × {u.id}: {reasonText(u.reason)}
                    </li>
                  ))}
                </ul>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
