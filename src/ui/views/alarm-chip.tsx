import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { usePage, usePageState } from '../page-context.ts';
import { go } from '../route.ts';
import { activeAlarms, alarmInFront } from '../state/alarm-in-front.ts';
import { useAlarmText } from './alarm-text.ts';
import { Icon } from './icons.tsx';

interface AlarmChipProps {
  /** Not those that somebody has seen, or that are for information: where the light falls on leather. */
  readonly isUnseenOnly?: boolean;
}

/** The most urgent alarm, on screens whose header and rail no alarm takes: pressed, it leads to the run screen, which says
 *  what to do. */
export function AlarmChip({ isUnseenOnly = false }: AlarmChipProps) {
  const { t } = useTranslation('operator');
  const { dispatch } = usePage();
  const alarm = usePageState((s) => (isUnseenOnly ? alarmInFront(s) : (activeAlarms(s)[0] ?? null)));
  const more = usePageState((s) => activeAlarms(s).length - 1);
  const text = useAlarmText(alarm ?? NONE);
  const isRed = alarm !== null && alarm.severity <= 2;
  return (
    // There before the alarm, or nobody is told of it.
    <div className="alarm-place" role="alert">
      {alarm && (
        <Button
          className={`alarm-chip is-titled${isRed ? '' : ' is-warn'}`}
          onPress={() => {
            dispatch({ kind: 'open-alarm', id: alarm.id });
            go('/');
          }}
        >
          <Icon name={isRed ? 'octagon' : 'triangle'} size={32} />
          <span>
            {t(isRed ? 'alarm.title' : 'alarm.check', { title: text.title })}
            {more > 0 && <small>{t('alarm.more', { count: more })}</small>}
          </span>
        </Button>
      )}
    </div>
  );
}

const NONE = { code: 'other', details: {} } as const;
