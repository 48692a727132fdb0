import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { OrderView } from '#api/order-views.ts';
import { EngineerFrame } from '../engineer/engineer-frame.tsx';
import { callStation } from '../link/station-client.ts';
import { useAnswer } from '../link/use-answer.ts';
import { usePage, usePageState } from '../page-context.ts';
import { useErrorText } from '../views/error-text.ts';
import { Icon } from '../views/icons.tsx';
import { ImportButton, type ChosenFile } from './import-button.tsx';
import { ImportPanel } from './import-panel.tsx';
import { OrderPanel } from './order-panel.tsx';

/** Orders and patterns: what is there, what is left of each, and new ones from files. */
export function OrdersPage() {
  const { t } = useTranslation('orders');
  const [chosen, setChosen] = useState<string | null>(null);
  const [files, setFiles] = useState<readonly ChosenFile[] | null>(null);
  const [choices, setChoices] = useState(0);
  const choose = (next: readonly ChosenFile[]) => {
    setFiles(next);
    // The same name and as long a text may be another file.
    setChoices((n) => n + 1);
  };
  // The station's state says when a hide was cut for one of them.
  const stamp = usePageState((s) => `${s.status?.state ?? ''} ${s.status?.order.name ?? ''} ${s.link}`);
  const orders = useAnswer(stamp, () => callStation('orders'));
  const next = usePageState((s) => s.status?.order.name ?? null);
  const shown = chosen ?? next;
  return (
    <EngineerFrame title={t('title')}>
      <div className="orders">
        <section className="panel" aria-label={t('list')}>
          <div className="panel-head">
            <h2>{t('list')}</h2>
          </div>
          <ul className="scroll rows-tight">
            {orders.value?.map((order) => (
              <li key={order.name}>
                <OrderRow
                  order={order}
                  isShown={files === null && order.name === shown}
                  onPress={() => {
                    setFiles(null);
                    setChosen(order.name);
                  }}
                />
              </li>
            ))}
          </ul>
          <ImportButton onFiles={choose} />
          <p className="hint">{t('importHint')}</p>
        </section>
        {files ? (
          <ImportPanel
            key={choices}
            files={files}
            onDrop={() => setFiles(null)}
            onTaken={(name) => {
              setFiles(null);
              setChosen(name);
              orders.again();
            }}
          />
        ) : shown === null ? (
          <section className="panel">
            <p className="empty">{t('none')}</p>
          </section>
        ) : (
          <OrderPanel key={shown} name={shown} stamp={stamp} onChosen={orders.again} />
        )}
      </div>
    </EngineerFrame>
  );
}

interface OrderRowProps {
  readonly order: OrderView;
  readonly isShown: boolean;
  readonly onPress: () => void;
}

function OrderRow({ order, isShown, onPress }: OrderRowProps) {
  const { t } = useTranslation('orders');
  const { formats } = usePage();
  const errorText = useErrorText();
  const { pieceCount: count, cutCount, isCounted, isNext, fault } = order;
  const isComplete = isCounted && cutCount >= count;
  return (
    <Button className="list-button" aria-pressed={isShown} onPress={onPress}>
      <span className="list-button-words">
        <span className="list-button-name">{order.name}</span>
        <span className="list-button-note">
          {fault !== null
            ? t('broken', { reason: errorText(fault) })
            : isCounted
              ? t('ofPieces', { count, cut: formats.count(cutCount) })
              : t('perHide', { count })}
        </span>
      </span>
      {isNext && <span className="tag">{t('next')}</span>}
      {isComplete && !isNext && <Icon name="tick" size={28} />}
    </Button>
  );
}
