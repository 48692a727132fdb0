import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { usePage, usePageState } from '../page-context.ts';
import { useErrorText } from './error-text.ts';
import { Icon } from './icons.tsx';

/** What floats over the picture: a refused wish in the operator's words, and a lost connection. */
export function Notices() {
  const { t } = useTranslation();
  const { dispatch } = usePage();
  const refusal = usePageState((s) => s.refusal);
  const link = usePageState((s) => s.link);
  const hasStatus = usePageState((s) => s.status !== null);
  const errorText = useErrorText();
  return (
    <div className="notices">
      <div role="status">
        {(link === 'lost' || (link === 'connecting' && !hasStatus)) && (
          <p className="notice is-warn">
            <Icon name="triangle" size={32} />
            <span>{t(link === 'lost' ? 'header.lost' : 'header.connecting')}</span>
          </p>
        )}
      </div>
      <div role="alert">
        {refusal && (
          <div className="notice is-warn">
            <Icon name="triangle" size={32} />
            <span>{errorText(refusal.code, refusal.details)}</span>
            <Button
              className="notice-close"
              aria-label={t('refusal.close')}
              onPress={() => dispatch({ kind: 'dismiss' })}
            >
              <Icon name="cross" size={28} />
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}
