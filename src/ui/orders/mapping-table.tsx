import { useTranslation } from 'react-i18next';
import type { OrderColumnsView } from '#api/order-views.ts';
import { orderFields, type OrderField } from '#domain/order-mapping.ts';
import type { DraftMapping } from './draft-mapping.ts';

interface MappingTableProps {
  readonly found: OrderColumnsView;
  readonly draft: DraftMapping;
  readonly onChange: (draft: DraftMapping) => void;
}

/** Each column of the file with some of what stands in it, and what it means to us. */
export function MappingTable({ found, draft, onChange }: MappingTableProps) {
  const { t } = useTranslation('orders');
  return (
    <table className="table mapping-table">
      <thead>
        <tr>
          <th scope="col">{t('mapping.column')}</th>
          <th scope="col">{t('mapping.samples')}</th>
          <th scope="col">{t('mapping.means')}</th>
        </tr>
      </thead>
      <tbody>
        {found.columns.map(({ name, samples }) => (
          <tr key={name}>
            <td>
              <strong>{name}</strong>
            </td>
            <td className="mapping-samples">{samples.join(' · ')}</td>
            <td>
              <select
                className="select"
                aria-label={t('mapping.meansOf', { column: name })}
                value={draft.meanings[name] ?? ''}
                onChange={({ target }) => onChange(withMeaning(draft, name, target.value as OrderField | ''))}
              >
                <option value="">{t('mapping.nothing')}</option>
                {orderFields.map((field) => (
                  <option key={field} value={field}>
                    {t(`field.${field}`)}
                  </option>
                ))}
              </select>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A field is said by one column: another that said it says nothing now. */
function withMeaning(draft: DraftMapping, column: string, field: OrderField | ''): DraftMapping {
  const others = Object.entries(draft.meanings).filter(([name, said]) => name !== column && said !== field);
  return { ...draft, meanings: Object.fromEntries([...others, ...(field === '' ? [] : [[column, field] as const])]) };
}
