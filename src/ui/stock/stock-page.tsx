import './stock.css';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ChoiceRow } from '../engineer/choice-row.tsx';
import { EngineerFrame } from '../engineer/engineer-frame.tsx';
import { HidesPanel } from './hides-panel.tsx';
import { OpenPanel } from './open-panel.tsx';
import { RemnantsPanel } from './remnants-panel.tsx';

const TABS = ['remnants', 'hides', 'open'] as const;

/** The stock: remnants to cut from, every hide that has a code with all that became of it, and hides of which nobody knows
 *  what did. */
export function StockPage() {
  const { t } = useTranslation('stock');
  const [tab, setTab] = useState<(typeof TABS)[number]>('remnants');
  return (
    <EngineerFrame title={t('title')}>
      <div className="stock">
        <ChoiceRow
          label={t('show')}
          choices={TABS}
          chosen={tab}
          wordOf={(name) => t(`tab.${name}`)}
          onChoose={setTab}
        />
        {tab === 'remnants' && <RemnantsPanel />}
        {tab === 'hides' && <HidesPanel />}
        {tab === 'open' && <OpenPanel />}
      </div>
    </EngineerFrame>
  );
}
