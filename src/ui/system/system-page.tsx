import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HealthView } from '#api/engineer-views.ts';
import type { StatusView } from '#api/views.ts';
import { ChoiceRow } from '../engineer/choice-row.tsx';
import { EngineerFrame } from '../engineer/engineer-frame.tsx';
import { LanguageChoice } from '../language/language-choice.tsx';
import { callStation } from '../link/station-client.ts';
import { useAnswer } from '../link/use-answer.ts';
import { usePage, usePageState } from '../page-context.ts';
import { cutterWord } from '../state/cutter-word.ts';
import { FactsList, type Facts } from './facts-list.tsx';
import { AlarmsPanel } from './alarms-panel.tsx';
import { AccessPanel } from './access-panel.tsx';
import { BackupPanel } from './backup-panel.tsx';
import { LogPanel } from './log-panel.tsx';
import { SettingsPanel } from './settings-panel.tsx';

const EVERY_MS = 5000;
const TABS = ['health', 'alarms', 'backup', 'settings', 'people', 'language'] as const;

/** How the station is: its parts, its versions, the latest lines of its log; and the panel's language. */
export function SystemPage() {
  const { t } = useTranslation('system');
  const [tab, setTab] = useState<(typeof TABS)[number]>('health');
  const status = usePageState((s) => s.status);
  const health = useAnswer('health', () => callStation('health'), EVERY_MS).value;
  return (
    <EngineerFrame title={t('title')} note={status ? t('operator:menu.version', { version: status.version }) : ''}>
      <ChoiceRow label={t('show')} choices={TABS} chosen={tab} wordOf={(name) => t(`tab.${name}`)} onChoose={setTab} />
      {tab === 'backup' ? (
        <BackupPanel onSignIn={() => setTab('people')} />
      ) : tab === 'alarms' ? (
        <AlarmsPanel rate={health?.alarms ?? null} />
      ) : tab === 'settings' ? (
        <SettingsPanel onSignIn={() => setTab('people')} />
      ) : tab === 'people' ? (
        <AccessPanel />
      ) : tab === 'language' ? (
        <section className="panel system-language">
          <LanguageChoice heading="h2" />
        </section>
      ) : (
        <div className="system">
          <section className="panel" aria-label={t('health')}>
            <h2>{t('health')}</h2>
            <div className="scroll" tabIndex={0}>
              {health && status ? (
                <HealthFacts health={health} status={status} />
              ) : (
                <p className="hint">{t('engineer:loading')}</p>
              )}
            </div>
          </section>
          <LogPanel onSignIn={() => setTab('people')} />
        </div>
      )}
    </EngineerFrame>
  );
}

function HealthFacts({ health, status }: { readonly health: HealthView; readonly status: StatusView }) {
  const { t } = useTranslation('system');
  const { formats } = usePage();
  const link = usePageState((s) => s.link);
  const { scan, disk, model, machine, messages, source, nest } = health;
  const unknown = t('unknown');
  const facts: Facts = [
    [t('fact.source'), source.isThere === false ? t('gone', { address: source.address }) : source.address],
    [
      t('fact.scan'),
      scan
        ? `${formats.count(scan.widthPx)} × ${formats.count(scan.heightPx)} px, ${formats.scale(scan.mmPerPx)}`
        : unknown,
    ],
    [t('fact.calibration'), scan?.calibration ?? unknown],
    [t('fact.residual'), typeof scan?.residual === 'number' ? formats.measure(scan.residual) : unknown],
    [t('fact.model'), model.used ?? t('notUsed', { model: model.wanted })],
    [t('fact.provider'), model.provider ?? unknown],
    [t('fact.solver'), t('solver', { seconds: nest.seconds, threads: nest.threads })],
    ...Object.entries(health.seconds).map(
      ([step, seconds]) => [t(`step.${step}`, { defaultValue: step }), formats.secondsWithUnit(seconds)] as const,
    ),
    [
      t('fact.machine'),
      `${machine.id}, ${machine.format}, ${formats.size(machine.width, machine.height)}, ${machine.send}`,
    ],
    [t('fact.plc'), t(`operator:cutter.${cutterWord(status, link)}`)],
    [
      t('fact.broker'),
      `${status.broker.url}: ${t(status.broker.isConnected ? 'operator:menu.brokerOn' : 'operator:menu.brokerOff', { count: status.broker.outboxCount })}`,
    ],
    [
      t('fact.messages'),
      t('messages', {
        sent: messages.sent,
        bad: messages.bad,
        refused: messages.refusedCommands,
        connections: messages.connections,
      }),
    ],
    [
      t('fact.disk'),
      disk ? t('ofBytes', { free: formats.bytes(disk.freeBytes), total: formats.bytes(disk.totalBytes) }) : unknown,
    ],
    [t('fact.memory'), formats.bytes(health.memoryBytes)],
    [t('fact.jobs'), formats.count(health.jobCount)],
    [t('fact.data'), health.dataDir],
    [t('fact.version'), `Kerf ${health.version}, Node ${health.node}`],
    [t('fact.since'), formats.dayAndTime(new Date(health.startedAt))],
  ];
  return <FactsList facts={facts} />;
}
