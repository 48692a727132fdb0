import { useTranslation } from 'react-i18next';
import { callStation } from '../link/station-client.ts';
import { useAnswer } from '../link/use-answer.ts';
import { usePage } from '../page-context.ts';
import { Icon } from '../views/icons.tsx';
import { SignInFirst, type SignInProps } from './sign-in-first.tsx';

const EVERY_MS = 5000;

/** The latest lines of the station's log, as it writes them: for the engineer, so not translated. */
export function LogPanel({ onSignIn }: SignInProps) {
  const { t } = useTranslation('system');
  const { formats } = usePage();
  const { value: lines, isClosed } = useAnswer('log', () => callStation('log'), EVERY_MS);
  return (
    <section className="panel" aria-label={t('log')}>
      <h2>{t('log')}</h2>
      {isClosed && <SignInFirst onSignIn={onSignIn} />}
      <ol className="scroll log" tabIndex={0}>
        {lines?.map((line, i) => (
          <li key={`${line.at} ${i}`} data-level={line.level}>
            <time dateTime={line.at}>{formats.dayAndTime(new Date(line.at))}</time>
            {line.level !== 'info' && <Icon name={line.level === 'error' ? 'octagon' : 'triangle'} size={18} />}
            <span lang="en">
              {line.event}{' '}
              {Object.entries(line.fields)
                .map(([key, value]) => `${key}=${value}`)
                .join(' ')}
            </span>
          </li>
        ))}
      </ol>
      {lines?.length === 0 && <p className="empty">{t('noLines')}</p>}
    </section>
  );
}
