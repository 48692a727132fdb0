import { useTranslation } from 'react-i18next';
import type { StatusView } from '#api/views.ts';
import type { Formats } from '../look/format.ts';
import { cutterWord } from '../state/cutter-word.ts';
import type { PageState } from '../state/page-state.ts';

interface StationFactsProps {
  readonly status: StatusView;
  readonly link: PageState['link'];
  readonly formats: Formats;
}

/** How the station is, in the operator's words. Why another processor looks at hides than was meant stands in
 *  inspection.json: it is for engineers, in English. */
export function StationFacts({ status, link, formats }: StationFactsProps) {
  const { t } = useTranslation('operator');
  const { broker, provider, plc } = status;
  return (
    <section>
      <h3 className="label">{t('menu.station')}</h3>
      <dl className="station-facts">
        <div>
          <dt>{t('menu.version', { version: status.version })}</dt>
          <dd>{t(`menu.state.${status.state}`)}</dd>
        </div>
        {provider && (
          <div>
            <dt>{t('menu.eyes')}</dt>
            <dd>{provider.used}</dd>
          </div>
        )}
        <div>
          <dt>{t('menu.broker')}</dt>
          <dd>
            {broker.url},{' '}
            {t(broker.isConnected ? 'menu.brokerOn' : 'menu.brokerOff', {
              count: broker.outboxCount,
              formatted: formats.count(broker.outboxCount),
            })}
          </dd>
        </div>
        <div>
          <dt>{t('menu.cutter')}</dt>
          <dd>
            {plc.isSimulated && `${t('cutter.simulated')}, `}
            {t(`cutter.${cutterWord(status, link)}`)}
          </dd>
        </div>
      </dl>
    </section>
  );
}
