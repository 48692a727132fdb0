import { useTranslation } from 'react-i18next';
import type { HealthView } from '#api/engineer-views.ts';
import type { Alarm } from '#domain/job.ts';
import { callStation } from '../link/station-client.ts';
import { useWish } from '../link/use-answer.ts';
import { usePage, usePageState } from '../page-context.ts';
import { standingAlarms } from '../state/alarm-in-front.ts';
import { useAlarmText } from '../views/alarm-text.ts';
import { SideButton } from '../views/buttons.tsx';
import { Icon } from '../views/icons.tsx';

/** Alarms that stand, those put aside among them, and how often they ask for a person. */
export function AlarmsPanel({ rate }: { readonly rate: HealthView['alarms'] | null }) {
  const { t } = useTranslation('system');
  const { formats } = usePage();
  const state = usePageState((s) => s);
  const standing = standingAlarms(state);
  const one = (value: number) => formats.seconds(value);
  return (
    <div className="system">
      <section className="panel" aria-label={t('alarms.standing')}>
        <h2>{t('alarms.standing')}</h2>
        {standing.length > 0 && (
          <ul className="scroll rows-tight" tabIndex={0}>
            {standing.map((alarm) => (
              <AlarmRow key={alarm.id} alarm={alarm} />
            ))}
          </ul>
        )}
        {standing.length === 0 && <p className="empty">{t('alarms.none')}</p>}
      </section>
      <section className="panel" aria-label={t('alarms.rate')} aria-busy={rate === null}>
        <h2>{t('alarms.rate')}</h2>
        {rate && (
          <>
            <p className="hint">{t('alarms.since', { time: formats.dayAndTime(new Date(rate.since)) })}</p>
            <dl className="facts-list">
              <div>
                <dt>{t('alarms.raised')}</dt>
                <dd className="figure-40">{formats.count(rate.raisedCount)}</dd>
              </div>
              <div>
                <dt>{t('alarms.perTen')}</dt>
                <dd className="figure-40">{one(rate.perTenMinutes)}</dd>
              </div>
              <div>
                <dt>{t('alarms.most')}</dt>
                <dd className="figure-40">{formats.count(rate.mostInTenMinutes)}</dd>
              </div>
            </dl>
            {rate.perTenMinutes > 1 && (
              <p className="doubt-note">
                <Icon name="triangle" size={28} />
                {t('alarms.aim')}
              </p>
            )}
          </>
        )}
      </section>
    </div>
  );
}

function AlarmRow({ alarm }: { readonly alarm: Alarm }) {
  const { t } = useTranslation('system');
  const { formats, person } = usePage();
  const { title } = useAlarmText(alarm);
  const { isSending, send } = useWish();
  const { shelved } = alarm;
  const time = formats.timeOfDay(new Date(shelved ? shelved.until : alarm.raisedAt));
  return (
    <li className="alarm-row">
      <Icon name={shelved ? 'clock' : alarm.severity <= 2 ? 'octagon' : 'triangle'} size={32} />
      <span className="list-button-words">
        <span className="list-button-name">{title}</span>
        <span className="list-button-note">
          {shelved
            ? t('alarms.aside', { time, by: shelved.by, reason: t(`operator:alarm.reason.${shelved.reason}`) })
            : t(alarm.isAcknowledged ? 'alarms.seen' : 'alarms.unseen', { time })}
        </span>
      </span>
      {shelved && (
        <SideButton
          icon="undo"
          isDisabled={isSending}
          onPress={() =>
            void send(() => callStation('unshelveAlarm', { params: { id: alarm.id }, body: { by: person.get() } }))
          }
        >
          {t('alarms.bringBack')}
        </SideButton>
      )}
    </li>
  );
}
