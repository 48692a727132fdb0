import './stock.css';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { EngineerFrame } from '../engineer/engineer-frame.tsx';
import { Icon } from '../views/icons.tsx';
import { HidesPanel } from './hides-panel.tsx';
import { RemnantsPanel } from './remnants-panel.tsx';

const TABS = ['remnants', 'hides'] as const;

/** The stock: remnants to cut from, and every hide that has a code with all that became of it. */
export function StockPage() {
  const { t } = useTranslation('stock');
  const [tab, setTab] = useState<(typeof TABS)[number]>('remnants');
  return (
    <EngineerFrame title={t('title')}>
      <div className="stock">
        <div className="choices-row" role="group" aria-label={t('show')}>
          {TABS.map((name) => (
            <Button key={name} className="choice" aria-pressed={name === tab} onPress={() => setTab(name)}>
              {name === tab && <Icon name="tick" size={24} />}
              {t(`tab.${name}`)}
            </Button>
          ))}
        </div>
        {tab === 'remnants' ? <RemnantsPanel /> : <HidesPanel />}
      </div>
    </EngineerFrame>
  );
}
