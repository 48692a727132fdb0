import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { EngineerFrame } from '../engineer/engineer-frame.tsx';
import { callStation } from '../link/station-client.ts';
import { useAnswer } from '../link/use-answer.ts';
import { usePage, usePageState } from '../page-context.ts';
import { ReplayPlayer } from './replay-player.tsx';

/** Any past job, second by second. */
export function ReplayPage() {
  const { t, i18n } = useTranslation('replay');
  const { formats } = usePage();
  const [chosen, setChosen] = useState<string | null>(null);
  const stamp = usePageState((s) => `${s.status?.job?.id ?? ''} ${s.status?.state ?? ''}`);
  const jobs = useAnswer(stamp, () => callStation('jobs')).value;
  const shown = chosen ?? jobs?.[0]?.id ?? null;
  const job = jobs?.find((j) => j.id === shown) ?? null;
  return (
    <EngineerFrame title={t('title')} note={job?.id}>
      <div className="replay">
        <section className="panel" aria-label={t('jobs')}>
          <h2>{t('jobs')}</h2>
          <ul className="scroll rows-tight" tabIndex={0}>
            {jobs?.map((j) => (
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
          </ul>
          {jobs?.length === 0 && <p className="empty">{t('none')}</p>}
        </section>
        {job ? <ReplayPlayer key={job.id} job={job} /> : <section className="panel" />}
      </div>
    </EngineerFrame>
  );
}
