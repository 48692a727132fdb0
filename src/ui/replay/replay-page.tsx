import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { EngineerFrame } from '../engineer/engineer-frame.tsx';
import { callStation } from '../link/station-client.ts';
import { useAnswer, useWish } from '../link/use-answer.ts';
import { usePage, usePageState } from '../page-context.ts';
import { SideButton } from '../views/buttons.tsx';
import { NO_JOBS, endOfDay, withPage } from './job-list.ts';
import { ReplayPlayer } from './replay-player.tsx';

/** Jobs of one answer: some screens of them. */
const PAGE = 50;

/** Any past job, second by second. */
export function ReplayPage() {
  const { t, i18n } = useTranslation('replay');
  const { formats } = usePage();
  const [chosen, setChosen] = useState<string | null>(null);
  const stamp = usePageState((s) => `${s.status?.job?.id ?? ''} ${s.status?.state ?? ''}`);
  const [day, setDay] = useState('');
  const [list, setList] = useState(NO_JOBS);
  const { isSending, send } = useWish();
  const until = endOfDay(day);
  const asked = (before: number | null) => ({
    limit: PAGE,
    ...(until === null ? {} : { until }),
    ...(before === null ? {} : { before }),
  });
  const latest = useAnswer(`${until} ${stamp}`, () => callStation('jobs', { query: asked(null) })).value;
  useEffect(() => {
    if (latest) setList((was) => withPage(was, { until, jobs: latest, size: PAGE, before: null }));
  }, [latest, until]);
  const addEarlier = async () => {
    const before = list.jobs.at(-1)?.seq ?? null;
    const jobs = before === null ? null : await send(() => callStation('jobs', { query: asked(before) }));
    if (jobs) setList((was) => withPage(was, { until, jobs, size: PAGE, before }));
  };
  // Those of another day are there no more as soon as it is set.
  const { jobs, isWhole } = list.until === until ? list : NO_JOBS;
  const job = jobs.find((j) => j.id === chosen) ?? jobs[0] ?? null;
  const shown = job?.id ?? null;
  return (
    <EngineerFrame title={t('title')} note={job?.id}>
      <div className="replay">
        <section className="panel" aria-label={t('jobs')}>
          <h2>{t('jobs')}</h2>
          <label className="field">
            <span className="label">{t('until')}</span>
            <input type="date" value={day} onChange={(event) => setDay(event.target.value)} />
          </label>
          <ul className="scroll rows-tight" tabIndex={0}>
            {jobs.map((j) => (
              <li key={j.id}>
                <Button className="list-button" aria-pressed={j.id === shown} onPress={() => setChosen(j.id)}>
                  <span className="list-button-words">
                    <span className="list-button-name">{t('hide', { seq: j.seq, order: j.order })}</span>
                    <span className="list-button-note">
                      {formats.dayAndTime(new Date(j.createdAt))},{' '}
                      {i18n.exists(`orders:state.${j.state}`) ? t(`orders:state.${j.state}`) : t('begun')}
                    </span>
                  </span>
                </Button>
              </li>
            ))}
            {jobs.length > 0 && !isWhole && (
              <li>
                <SideButton icon="history" isDisabled={isSending} onPress={() => void addEarlier()}>
                  {t('earlier')}
                </SideButton>
              </li>
            )}
          </ul>
          {latest?.length === 0 && <p className="empty">{t(until === null ? 'none' : 'noneUntil')}</p>}
        </section>
        {job ? <ReplayPlayer key={job.id} job={job} /> : <section className="panel" />}
      </div>
    </EngineerFrame>
  );
}
