import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Alarm } from '#domain/job.ts';
import { usePage, usePageState } from '../page-context.ts';
import { cannotSend } from '../state/page-state.ts';
import { go } from '../route.ts';
import { activeAlarms } from '../state/alarm-in-front.ts';
import { alarmRemedy } from '../state/alarm-remedy.ts';
import { useAlarmText } from './alarm-text.ts';
import { MainButton, SideButton } from './buttons.tsx';
import { AskButton } from './cut-rail.tsx';
import { useFittingText } from './fit-text.ts';
import { ShelfRail } from './shelf-rail.tsx';

/** Severity of what is put right at once: it cannot be put aside. */
const URGENT = 1;

/** An alarm takes header and rail, never the material. Seen is not cleared: it stays in the header until its cause
 *  has gone, or a person puts it aside for a time. */
export function AlarmRail({ alarm }: { readonly alarm: Alarm }) {
  const { t } = useTranslation();
  const { commands, dispatch } = usePage();
  const [isShelving, setShelving] = useState(false);
  const more = usePageState((s) => activeAlarms(s).length - 1);
  const state = usePageState((s) => s.status?.state);
  const text = useAlarmText(alarm);
  const isCutting = state === 'CUTTING' || state === 'PAUSED';
  const fitting = useFittingText<HTMLDivElement>();
  const isHeldBack = usePageState(cannotSend);
  const remedy = usePageState((s) => s.status && alarmRemedy(alarm, s.status.state, s.status.job?.id ?? null)?.kind);
  const leave = () => {
    dispatch({ kind: 'open-alarm', id: null });
    if (!alarm.isAcknowledged) void commands.acknowledge(alarm.id);
  };
  if (isShelving) return <ShelfRail alarm={alarm} onBack={() => setShelving(false)} />;
  const seen = {
    icon: 'tick',
    action: `leave ${alarm.id}`,
    // Hiding it again is this window's own affair.
    isDisabled: isHeldBack && !alarm.isAcknowledged,
    onPress: leave,
    children: t(alarm.isAcknowledged ? 'alarm.hide' : 'alarm.seen'),
  } as const;
  // Nothing that is asked would come to a cutter that is not heard.
  const isAskFirst = isCutting && alarm.code !== 'PLC_SILENT';
  const isRemedyFirst = !isCutting && Boolean(remedy);
  return (
    <aside className="rail rail-alarm" aria-label={text.title}>
      <div className="rail-top" role="alert" ref={fitting}>
        {(['happened', 'means', 'todo'] as const).map((part) => (
          <section key={part} className="alarm-part">
            <h2>{t(`alarm.${part}`)}</h2>
            <p>{text[part]}</p>
          </section>
        ))}
        {more > 0 && <p className="hint">{t('alarm.more', { count: more })}</p>}
      </div>
      <div className="rail-bottom">
        {isCutting && <RemedyButton alarm={alarm} />}
        <div className="alarm-buttons">
          {isCutting && !isAskFirst && <AskButton isAside />}
          {alarm.severity > URGENT && (
            <SideButton icon="clock" action={`shelve ${alarm.id}`} onPress={() => setShelving(true)}>
              {t('alarm.shelve')}
            </SideButton>
          )}
          {(isAskFirst || isRemedyFirst) && <SideButton {...seen} />}
        </div>
        {isAskFirst ? <AskButton /> : isRemedyFirst ? <RemedyButton alarm={alarm} isMain /> : <MainButton {...seen} />}
      </div>
    </aside>
  );
}

/** The part of the remedy that is done at the panel. */
function RemedyButton({ alarm, isMain = false }: { readonly alarm: Alarm; readonly isMain?: boolean }) {
  const { t } = useTranslation();
  const { commands } = usePage();
  const status = usePageState((s) => s.status);
  const isHeldBack = usePageState(cannotSend);
  const remedy = status && alarmRemedy(alarm, status.state, status.job?.id ?? null);
  if (!remedy) return null;
  const Shown = isMain ? MainButton : SideButton;
  if (remedy.kind === 'scan-again')
    return (
      <Shown icon="scan" action="scan again" isDisabled={isHeldBack} onPress={() => void commands.scanAgain()}>
        {t('menu.scanAgain')}
      </Shown>
    );
  const { path } = remedy;
  return (
    <Shown icon={path === '/system' ? 'gear' : 'scan'} action={path} onPress={() => go(path)}>
      {t(path === '/system' ? 'alarm.system' : 'alarm.camera')}
    </Shown>
  );
}
