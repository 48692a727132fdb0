import { useTranslation } from 'react-i18next';
import type { Settings } from '#domain/settings.ts';
import { callStation } from '../link/station-client.ts';
import { useAnswer } from '../link/use-answer.ts';
import { usePage } from '../page-context.ts';
import { FactsList, type Facts } from './facts-list.tsx';
import { KioskEnd } from './kiosk-end.tsx';
import { SettingsForm } from './settings-form.tsx';
import { SignInFirst, type SignInProps } from './sign-in-first.tsx';

/** The settings that the station runs by, door by door, and a form for those that an admin may change here. */
export function SettingsPanel({ onSignIn }: SignInProps) {
  const { t } = useTranslation('system');
  const { value, isClosed } = useAnswer('settings', () => callStation('settings'));
  const groups = useGroups(value);
  return (
    <section className="panel settings" aria-label={t('tab.settings')}>
      <p className="hint">{t('settings.hint')}</p>
      {isClosed && <SignInFirst onSignIn={onSignIn} />}
      <div className="scroll" tabIndex={0}>
        {value && <SettingsForm />}
        <div className="settings-groups">
          {groups.map(([name, facts]) => (
            <section key={name}>
              <h2>{name}</h2>
              <FactsList facts={facts} />
            </section>
          ))}
        </div>
        {value && <KioskEnd />}
      </div>
    </section>
  );
}

function useGroups(settings: Settings | null): readonly (readonly [string, Facts])[] {
  const { t } = useTranslation('system');
  const { formats } = usePage();
  if (!settings) return [];
  const { mqtt, modbus, opcua, sparkplug, http, nest, retention } = settings;
  const word = (key: string) => t(`settings.${key}`);
  const secret = (from: string | null) => (from === null ? word('none') : t('settings.from', { from }));
  const list = (items: readonly string[]) => (items.length > 0 ? items.join(', ') : word('none'));
  const broker: Facts =
    mqtt.url === null
      ? [
          [word('broker'), word('embedded')],
          [word('address'), `${mqtt.embeddedListen}:${mqtt.embeddedPort}`],
          [word('encryption'), mqtt.embeddedTls?.certFile ?? word('none')],
          [word('accounts'), list(mqtt.accounts.map(({ name, role }) => `${name} (${role})`))],
        ]
      : [
          [word('broker'), mqtt.url],
          [word('protocol'), `MQTT ${mqtt.version}`],
          [word('user'), secret(mqtt.userFrom)],
          [word('password'), secret(mqtt.passwordFrom)],
          [word('encryption'), mqtt.tls?.caFile ?? word('none')],
        ];
  return [
    [
      'MQTT',
      [
        ...broker,
        [word('topics'), `kerf/v1/${settings.site}/${settings.station}/`],
        [word('verbs'), list(mqtt.allowedVerbs)],
      ],
    ],
    [
      'Modbus TCP',
      modbus
        ? [
            [word('address'), `${modbus.listen}:${modbus.port}`],
            [word('allow'), list(modbus.allow)],
          ]
        : [[word('door'), word('off')]],
    ],
    [
      'OPC UA',
      opcua
        ? [
            [word('address'), `${opcua.listen}:${opcua.port}`],
            [word('user'), secret(opcua.userFrom)],
            [word('password'), secret(opcua.passwordFrom)],
          ]
        : [[word('door'), word('off')]],
    ],
    [
      'Sparkplug B',
      sparkplug
        ? [
            [word('door'), word('on')],
            [word('primaryHost'), sparkplug.primaryHost ?? word('none')],
          ]
        : [[word('door'), word('off')]],
    ],
    [
      word('screens'),
      [
        [word('address'), `${http.listen}:${http.port}`],
        [word('language'), settings.language],
      ],
    ],
    [
      word('work'),
      [
        [word('model'), settings.model],
        [word('machine'), settings.machine],
        [word('nest'), t('solver', { seconds: nest.seconds, threads: nest.threads })],
        [word('spacing'), formats.measure(settings.spacing)],
        [word('margin'), formats.measure(settings.margin)],
        [
          word('retention'),
          t('settings.keep', { days: retention.days, size: formats.bytes(retention.megabytes * 1e6) }),
        ],
      ],
    ],
  ];
}
