import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Alarm } from '#domain/job.ts';
import { usePage, usePageState } from '../page-context.ts';
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
  const leave = () => {
    dispatch({ kind: 'open-alarm', id: null });
    if (!alarm.isAcknowledged) void commands.acknowledge(alarm.id);
  };
  if (isShelving) return <ShelfRail alarm={alarm} onBack={() => setShelving(false)} />;
  const seen = t(alarm.isAcknowledged ? 'alarm.hide' : 'alarm.seen');
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
          {!isCutting && <RemedyButton alarm={alarm} />}
          {alarm.severity > URGENT && (
            <SideButton icon="clock" action={`shelve ${alarm.id}`} onPress={() => setShelving(true)}>
              {t('alarm.shelve')}
            </SideButton>
          )}
          {isCutting && (
            <SideButton icon="tick" action={`leave ${alarm.id}`} onPress={leave}>
              {seen}
            </SideButton>
          )}
        </div>
        {isCutting ? (
          <AskButton />
        ) : (
          <MainButton icon="tick" action={`leave ${alarm.id}`} onPress={leave}>
            {seen}
          </MainButton>
        )}
      </div>
    </aside>
  );
}

/** The part of the remedy that is done at the panel. */
function RemedyButton({ alarm }: { readonly alarm: Alarm }) {
  const { t } = useTranslation();
  const { commands } = usePage();
  const status = usePageState((s) => s.status);
  const isSending = usePageState((s) => s.sending !== null);
  const remedy = status && alarmRemedy(alarm, status.state, status.job?.id ?? null);
  if (!remedy) return null;
  if (remedy.kind === 'scan-again')
    return (
      <SideButton icon="scan" action="scan again" isDisabled={isSending} onPress={() => void commands.scanAgain()}>
        {t('menu.scanAgain')}
      </SideButton>
    );
  const { path } = remedy;
  return (
    <SideButton icon={path === '/system' ? 'gear' : 'scan'} action={path} onPress={() => go(path)}>
      {t(path === '/system' ? 'alarm.system' : 'alarm.camera')}
    </SideButton>
  );
}
