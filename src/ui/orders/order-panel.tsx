import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { ChoiceRow } from '../engineer/choice-row.tsx';
import { callStation } from '../link/station-client.ts';
import { useAnswer, useWish } from '../link/use-answer.ts';
import { usePage, usePageState } from '../page-context.ts';
import { Icon } from '../views/icons.tsx';
import { HideTable } from './hide-table.tsx';
import { PieceTable } from './piece-table.tsx';

const TABS = ['pieces', 'hides'] as const;

interface OrderPanelProps {
  readonly name: string;
  /** Changes when the order may have. */
  readonly stamp: string;
  readonly onChosen: () => void;
}

/** One order: how far it is, its pieces, the hides it was cut from, and the button that puts it next. */
export function OrderPanel({ name, stamp, onChosen }: OrderPanelProps) {
  const { t } = useTranslation('orders');
  const { formats } = usePage();
  const [tab, setTab] = useState<(typeof TABS)[number]>('pieces');
  const detail = useAnswer(`${name} ${stamp}`, () => callStation('order', { params: { name } }));
  const isReady = usePageState((s) => s.status?.state === 'READY' || s.status?.state === 'DONE');
  const { isSending, send } = useWish();
  const found = detail.value;
  if (!found)
    return (
      <section className="panel" aria-label={name} aria-busy="true">
        <h2>{name}</h2>
      </section>
    );
  const { order, pieces, hides } = found;
  const left = Math.max(0, order.pieceCount - order.cutCount);
  const isComplete = order.isCounted && left === 0;
  return (
    <section className="panel" aria-label={name}>
      <div className="panel-head">
        <div>
          <h2>{name}</h2>
          {order.importedAt !== null && (
            <p className="hint">
              {t('importedBy', { by: order.importedBy, date: formats.day(new Date(order.importedAt)) })}
            </p>
          )}
          {order.thickness !== null && (
            <p className="hint">{t('thickness', { measure: formats.measure(order.thickness) })}</p>
          )}
        </div>
        <ChoiceRow label={t('show')} choices={TABS} chosen={tab} wordOf={(what) => t(what)} onChoose={setTab} />
      </div>
      {order.isCounted && (
        <dl className="figures-row">
          <Figure name={t('left')} value={formats.count(left)} />
          <Figure name={t('cut')} value={formats.count(order.cutCount)} />
          <Figure name={t('hides')} value={formats.count(order.hideCount)} />
        </dl>
      )}
      <div className="scroll" tabIndex={0}>
        {tab === 'pieces' ? <PieceTable pieces={pieces} isCounted={order.isCounted} /> : <HideTable hides={hides} />}
      </div>
      <div className="panel-foot">
        <Button
          className="step-button"
          isDisabled={!isReady || isSending || order.isNext || isComplete}
          onPress={() =>
            void send(() => callStation('chooseOrder', { params: { name } })).then(() => {
              detail.again();
              onChosen();
            })
          }
        >
          <Icon name={order.isNext || isComplete ? 'tick' : 'arrow'} size={32} />
          <span>{t(isComplete ? 'complete' : order.isNext ? 'chosen' : isReady ? 'choose' : 'wait')}</span>
        </Button>
      </div>
    </section>
  );
}

function Figure({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
