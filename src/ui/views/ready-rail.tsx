import { useTranslation } from 'react-i18next';
import { usePage, usePageState } from '../page-context.ts';
import { cannotSend, jobToGoOnWith } from '../state/page-state.ts';
import { MainButton, SideButton } from './buttons.tsx';
import { KitBadge } from './kit-badge.tsx';
import { NextSheetTools } from './next-sheet.tsx';

export function StartingRail() {
  const { t } = useTranslation();
  return (
    <aside className="rail" aria-label={t('starting.title')}>
      <div className="rail-top">
        <h2 className="rail-state">{t('starting.title')}</h2>
        <p className="hint">{t('starting.text')}</p>
      </div>
    </aside>
  );
}

export function ReadyRail() {
  const { t } = useTranslation();
  const { commands, formats } = usePage();
  const order = usePageState((s) => s.status?.order);
  const isHeldBack = usePageState(cannotSend);
  const canGoOn = usePageState((s) => jobToGoOnWith(s) !== null);
  if (!order) return null;
  return (
    <aside className="rail" aria-label={t('ready.next')}>
      <div className="rail-top">
        <p className="label">{t('ready.next')}</p>
        <p className={order.name.length > 9 ? 'figure-40 order-name' : 'figure-56 order-name'}>{order.name}</p>
        <p className="hint">{t(order.isCounted ? 'ready.piecesLeft' : 'ready.pieces', { count: order.pieceCount })}</p>
        {order.kits.length > 0 && (
          <section className="ruled">
            <h2 className="label">{t('ready.kits')}</h2>
            <ul className="rows">
              {order.kits.map((kit, i) => (
                <li key={kit.id} className="row">
                  <KitBadge name={kit.id} position={i} />
                  <span className="row-name">{kit.id}</span>
                  <span className="figure-40">{formats.count(kit.quantity)}</span>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
      <div className="rail-bottom">
        <NextSheetTools />
        {canGoOn && (
          <SideButton icon="arrow" action="goOn" isDisabled={isHeldBack} onPress={() => void commands.goOn(null)}>
            {t('done.goOn')}
          </SideButton>
        )}
        <MainButton icon="scan" action="scan" isDisabled={isHeldBack} onPress={() => void commands.scan()}>
          {t('ready.scan')}
        </MainButton>
      </div>
    </aside>
  );
}
