import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { usePage, usePageState } from '../page-context.ts';
import { activeAlarms, alarmInFront } from '../state/alarm-in-front.ts';
import { cutterWord } from '../state/cutter-word.ts';
import { STEPS, shownStation, stepOf } from '../state/page-state.ts';
import { useAlarmText } from './alarm-text.ts';
import { Clock } from './clock.tsx';
import { Icon } from './icons.tsx';
import { MenuButton } from './menu-dialog.tsx';

export function PageHeader() {
  const alarm = usePageState(alarmInFront);
  return (
    <header className="header">
      <MenuButton />
      {alarm ? <AlarmTitle code={alarm.code} severity={alarm.severity} details={alarm.details} /> : <Steps />}
      <div className="header-end">
        {alarm ? <span className="header-code">{alarm.code}</span> : <JobAndCutter />}
        <Clock />
      </div>
    </header>
  );
}

function AlarmTitle({ code, severity, details }: Parameters<typeof useAlarmText>[0] & { readonly severity: number }) {
  const { t } = useTranslation();
  const text = useAlarmText({ code, details });
  const isRed = severity <= 2;
  return (
    <h1 className="alarm-title">
      <Icon name={isRed ? 'octagon' : 'triangle'} size={44} />
      {t(isRed ? 'alarm.title' : 'alarm.check', { title: text.title })}
    </h1>
  );
}

function Steps() {
  const { t } = useTranslation();
  const state = usePageState((s) => shownStation(s) ?? 'STARTING');
  const job = usePageState((s) => s.status?.job ?? null);
  const now = STEPS.indexOf(stepOf(state, job));
  return (
    <nav aria-label={t('steps.label')} className="steps-nav">
      <ol className="steps">
        {STEPS.map((step, i) => (
          <li key={step} className={i === now ? 'step is-now' : 'step'} aria-current={i === now ? 'step' : undefined}>
            {i < now && <Icon name="tick" size={18} />}
            {i === now ? <h1>{t(`steps.${step}`)}</h1> : t(`steps.${step}`)}
          </li>
        ))}
      </ol>
    </nav>
  );
}

function JobAndCutter() {
  const { t } = useTranslation();
  const { dispatch } = usePage();
  const status = usePageState((s) => s.status);
  const state = usePageState((s) => s);
  const alarms = activeAlarms(state);
  if (!status) return null;
  const { job, order } = status;
  const isOnTable = job !== null && shownStation(state) !== 'READY';
  return (
    <>
      {alarms.length > 0 && (
        <Button className="alarm-chip" onPress={() => dispatch({ kind: 'open-alarm', id: alarms[0]!.id })}>
          <Icon name="octagon" size={24} />
          {t('header.alarms', { count: alarms.length })}
        </Button>
      )}
      <span className="header-order">
        <span className="header-order-words">
          {isOnTable
            ? t(job.hide ? 'header.orderHideCode' : 'header.orderHide', {
                order: job.order,
                seq: job.seq,
                code: job.hide,
              })
            : t('header.order', { order: order.name })}
        </span>
        <span className="header-order-short">
          {isOnTable ? [job.order, job.seq, job.hide].filter((part) => part !== null).join(' · ') : order.name}
        </span>
      </span>
      <span className="header-cutter">
        <Icon name="plug" size={24} />
        {t(`cutter.${cutterWord(status, state.link)}`)}
      </span>
    </>
  );
}
