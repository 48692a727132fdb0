import { useTranslation } from 'react-i18next';
import type { Alarm } from '#domain/job.ts';
import { usePage, usePageState } from '../page-context.ts';
import { activeAlarms } from '../state/alarm-in-front.ts';
import { useAlarmText } from './alarm-text.ts';
import { MainButton, SideButton } from './buttons.tsx';
import { AskButton } from './cut-rail.tsx';

/** An alarm takes header and rail, never the material. Seen is not cleared: it stays in the header until its cause
 *  has gone. */
export function AlarmRail({ alarm }: { readonly alarm: Alarm }) {
  const { t } = useTranslation();
  const { commands, dispatch } = usePage();
  const more = usePageState((s) => activeAlarms(s).length - 1);
  const state = usePageState((s) => s.status?.state);
  const text = useAlarmText(alarm);
  const isCutting = state === 'CUTTING' || state === 'PAUSED';
  const leave = () => {
    dispatch({ kind: 'open-alarm', id: null });
    if (!alarm.isAcknowledged) void commands.acknowledge(alarm.id);
  };
  return (
    <aside className="rail rail-alarm" aria-label={text.title}>
      <div className="rail-top" role="alert">
        {(['happened', 'means', 'todo'] as const).map((part) => (
          <section key={part} className="alarm-part">
            <h2>{t(`alarm.${part}`)}</h2>
            <p>{text[part]}</p>
          </section>
        ))}
        {more > 0 && <p className="hint">{t('alarm.more', { count: more })}</p>}
      </div>
      <div className="rail-bottom">
        {isCutting ? (
          <>
            <SideButton icon="tick" onPress={leave}>
              {t(alarm.isAcknowledged ? 'alarm.hide' : 'alarm.seen')}
            </SideButton>
            <AskButton />
          </>
        ) : (
          <MainButton icon="tick" onPress={leave}>
            {t(alarm.isAcknowledged ? 'alarm.hide' : 'alarm.seen')}
          </MainButton>
        )}
      </div>
    </aside>
  );
}
