import { useTranslation } from 'react-i18next';
import { cutOrder } from '../canvas/scene.ts';
import { usePage, usePageState } from '../page-context.ts';
import { cannotSend } from '../state/page-state.ts';
import { MainButton, SideButton } from './buttons.tsx';
import { Icon } from './icons.tsx';
import { PieceShape } from './piece-shape.tsx';

/** RELEASED, CUTTING, PAUSED: how far the cutter is, what it answered, and the wish one can send it. */
export function CutRail() {
  const { t } = useTranslation();
  const { commands, formats } = usePage();
  const status = usePageState((s) => s.status);
  const done = usePageState((s) => s.cutCount ?? 0);
  const cutPlan = usePageState((s) => s.cutPlan.value);
  const layout = usePageState((s) => s.layout.value);
  const order = usePageState((s) => s.cutPlan.value && cutOrder(s.cutPlan.value).join(','));
  const isHeldBack = usePageState(cannotSend);
  if (!status) return null;
  const total = status.job?.pieceCount ?? layout?.pieceCount ?? 0;
  const left = cutPlan && total > 0 ? cutPlan.seconds * (1 - done / total) : null;
  const placements = order ? order.split(',').map(Number) : [];
  const now = layout?.pieces.find((p) => p.placement === placements[done]);
  return (
    <aside className="rail" aria-label={t('steps.cut')}>
      <div className="rail-top">
        <p className="label">{status.state === 'PAUSED' ? t('cut.paused') : t('cut.pieces')}</p>
        <p className="figure-104" aria-live="polite" aria-atomic="true">
          {formats.count(done)}
          <span className="unit">{t('cut.ofPieces', { count: total })}</span>
        </p>
        <progress className="bar" aria-label={t('cut.pieces')} max={total || 1} value={done} />
        {left !== null && (
          <p className="left">
            <span className="label">{t('cut.left')}</span>
            <span className="figure-56">{formats.clock(left)}</span>
          </p>
        )}
        {now && (
          <section className="ruled next-piece">
            <p>
              <span className="label">{t('cut.next')}</span>
              <span className="figure-24">{`${formats.count(done + 1)} · ${now.label}`}</span>
            </p>
            <PieceShape outline={now.outline} holes={now.holes} size={80} />
          </section>
        )}
        <Answer />
      </div>
      <div className="rail-bottom">
        {(status.state === 'PAUSED' || status.state === 'RELEASED') && (
          <SideButton
            icon="cross"
            action="ask cancel"
            isDisabled={isHeldBack || status.plc.asked !== null}
            onPress={() => void commands.ask('cancel')}
          >
            {t('cut.cancel')}
          </SideButton>
        )}
        <AskButton />
      </div>
    </aside>
  );
}

/** "Ask the cutter to pause", "Asked", then the PLC's answer. A wish: the machine decides, and the emergency stop is
 *  on the machine.
 *  @param isAside there is something else to be done first, and nothing to be asked until then */
export function AskButton({ isAside = false }: { readonly isAside?: boolean }) {
  const { t } = useTranslation();
  const { commands } = usePage();
  const status = usePageState((s) => s.status);
  const isHeldBack = usePageState(cannotSend);
  if (!status) return null;
  const isPaused = status.state === 'PAUSED';
  if (isAside)
    return (
      <SideButton icon={isPaused ? 'play' : 'pause'} isDisabled onPress={() => undefined}>
        {t(isPaused ? 'cut.resume' : 'cut.pause')}
      </SideButton>
    );
  const asked = status.plc.asked;
  if (asked !== null)
    return (
      <MainButton
        icon={isPaused ? 'play' : 'pause'}
        action="asked"
        isDisabled
        note={t('cut.askedHint')}
        onPress={() => undefined}
      >
        {t('cut.asked')}
      </MainButton>
    );
  return (
    <MainButton
      icon={isPaused ? 'play' : 'pause'}
      action={isPaused ? 'ask resume' : 'ask pause'}
      isDisabled={isHeldBack}
      onPress={() => void commands.ask(isPaused ? 'resume' : 'pause')}
    >
      {t(isPaused ? 'cut.resume' : 'cut.pause')}
    </MainButton>
  );
}

function Answer() {
  const { t, i18n } = useTranslation();
  const { formats } = usePage();
  const status = usePageState((s) => s.status);
  const { lastResult = null, lastCode = null, answeredInMs = null } = status?.plc ?? {};
  const id = status?.job?.id ?? '';
  if (status?.state === 'RELEASED' && lastResult === null)
    return (
      <p className="ruled answer" role="status">
        <span className="answer-title">{t('cut.released')}</span>
        <span className="hint">{t('cut.job', { id })}</span>
      </p>
    );
  if (lastResult === null || !i18n.exists(`operator:answer.${lastResult}`)) return null;
  const isNo = lastResult === 'rejected' || lastResult === 'failed';
  return (
    <p className="ruled answer" role="status">
      <Icon name={isNo ? 'octagon' : 'tick'} size={28} />
      <span className="answer-title">{t(`answer.${lastResult}`)}</span>
      <span className="hint">
        {isNo && lastCode !== null
          ? i18n.exists(`operator:plcCode.${lastCode}`)
            ? t(`plcCode.${lastCode}`)
            : t('plcCode.other', { code: lastCode })
          : answeredInMs === null
            ? t('cut.job', { id })
            : t('cut.answered', { seconds: formats.seconds(answeredInMs / 1000) })}
      </span>
    </p>
  );
}
