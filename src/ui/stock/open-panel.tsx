import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { SheetFate } from '#domain/sheet-record.ts';
import type { ShiftReport } from '#domain/shift-report.ts';
import { callStation } from '../link/station-client.ts';
import { useAnswer, useWish } from '../link/use-answer.ts';
import { usePage, usePageState } from '../page-context.ts';
import { SideButton } from '../views/buttons.tsx';

type OpenHide = ShiftReport['open'][number];

/** Older ones are named by `kerf report`. */
const DAYS = 92;
const DAY_MS = 24 * 3600_000;

/** Hides whose cutter stopped with no piece counted, and of which nobody has said yet what became of them: the latest
 *  first, and the one that is asked about. */
export function OpenPanel() {
  const { t } = useTranslation('stock');
  const { formats } = usePage();
  const stamp = usePageState((s) => `${s.status?.state ?? ''} ${s.status?.job?.id ?? ''} ${s.link}`);
  const now = usePageState((s) => s.status?.now ?? null);
  const found = useAnswer(now === null ? null : stamp, () => callStation('shift', { query: latestDays(now ?? '') }));
  const [chosen, setChosen] = useState<string | null>(null);
  const hides = found.value?.open.toReversed() ?? [];
  const shown = hides.find(({ job }) => job === chosen) ?? hides[0] ?? null;
  return (
    <div className="stock-panels">
      <section className="panel" aria-label={t('tab.open')}>
        <p className="hint">
          {t('open.sum', { count: hides.length, area: formats.squareMetres(found.value?.openMm2 ?? 0) })}
        </p>
        <ul className="scroll rows-tight">
          {hides.map((hide) => (
            <li key={hide.job}>
              <Button className="list-button" aria-pressed={hide === shown} onPress={() => setChosen(hide.job)}>
                <span className="list-button-words">
                  <span className="list-button-name">{t('replay:hide', { seq: hide.seq, order: hide.order })}</span>
                  <span className="list-button-note">
                    {formats.dayAndTime(new Date(hide.at))}, {formats.squareMetres(hide.grossMm2)}
                  </span>
                </span>
              </Button>
            </li>
          ))}
        </ul>
        {found.value !== null && hides.length === 0 && <p className="empty">{t('open.none')}</p>}
      </section>
      {shown ? (
        <OpenHidePanel key={shown.job} hide={shown} onTold={found.again} />
      ) : (
        <section className="panel" aria-busy={found.value === null} />
      )}
    </div>
  );
}

function latestDays(now: string): { readonly from: string; readonly until: string } {
  const until = Date.parse(now) + DAY_MS;
  return { from: new Date(until - DAYS * DAY_MS).toISOString(), until: new Date(until).toISOString() };
}

interface OpenHidePanelProps {
  readonly hide: OpenHide;
  readonly onTold: () => void;
}

function OpenHidePanel({ hide: { job, seq, order, at, grossMm2, next }, onTold }: OpenHidePanelProps) {
  const { t } = useTranslation('stock');
  const { formats, person } = usePage();
  const { isSending, send } = useWish();
  const tell = (sheet: SheetFate['sheet'], again?: string) =>
    void send(() =>
      callStation('tellFate', {
        params: { id: job },
        body: { by: person.get(), sheet, ...(again === undefined ? {} : { again }) },
      }),
    ).then(onTold);
  return (
    <section className="panel" aria-label={job}>
      <div className="panel-head">
        <div>
          <h2>{t('replay:hide', { seq, order })}</h2>
          <p className="hint">
            {job}, {formats.dayAndTime(new Date(at))}
          </p>
        </div>
        <dl className="figures-row">
          <div>
            <dt>{t('area')}</dt>
            <dd>{formats.squareMetres(grossMm2)}</dd>
          </div>
        </dl>
      </div>
      <p className="open-question">{t('open.question')}</p>
      <div className="open-answers">
        {next && (
          <SideButton icon="scan" action="again" isDisabled={isSending} onPress={() => tell('again', next.job)}>
            {t('open.again', { seq: next.seq })}
          </SideButton>
        )}
        <SideButton icon="stock" action="unused" isDisabled={isSending} onPress={() => tell('unused')}>
          {t('open.unused')}
        </SideButton>
        <SideButton icon="knife" action="used" isDisabled={isSending} onPress={() => tell('used')}>
          {t('open.used')}
        </SideButton>
      </div>
    </section>
  );
}
