import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { STOCK_ROUTES } from '#api/stock-routes.ts';
import type { HidePassport } from '#domain/hide-passport.ts';
import { callStation } from '../link/station-client.ts';
import { useAnswer } from '../link/use-answer.ts';
import { usePage, usePageState } from '../page-context.ts';
import { PieceShape } from '../views/piece-shape.tsx';
import { SheetPicture } from './sheet-picture.tsx';

/** More are found by a part of their code. */
const MOST_HIDES = 200;

/** Hides that have a code, the latest first; looked for by a part of it among all that were ever scanned. */
export function HidesPanel() {
  const { t } = useTranslation('stock');
  const { formats } = usePage();
  const stamp = usePageState((s) => `${s.status?.state ?? ''} ${s.status?.job?.id ?? ''} ${s.link}`);
  const [wanted, setWanted] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const find = wanted.trim();
  const found = useAnswer(`${find} ${stamp}`, () => callStation('hides', { query: { find, limit: MOST_HIDES } })).value;
  // While another letter is looked for, what was there stays.
  const [hides, setHides] = useState<readonly KnownHide[]>([]);
  useEffect(() => {
    if (found) setHides(found);
  }, [found]);
  const shown = hides.find(({ code }) => code === chosen)?.code ?? hides[0]?.code ?? null;
  return (
    <div className="stock-panels">
      <section className="panel" aria-label={t('tab.hides')}>
        <label className="field">
          <span className="label">{t('find')}</span>
          <input value={wanted} maxLength={40} autoComplete="off" onChange={(event) => setWanted(event.target.value)} />
        </label>
        <ul className="scroll rows-tight">
          {hides.map(({ code, jobCount, lastAt }) => (
            <li key={code}>
              <Button className="list-button" aria-pressed={code === shown} onPress={() => setChosen(code)}>
                <span className="list-button-words">
                  <span className="list-button-name">{code}</span>
                  <span className="list-button-note">
                    {t('cuts', { count: jobCount, date: formats.day(new Date(lastAt)) })}
                  </span>
                </span>
              </Button>
            </li>
          ))}
        </ul>
        {found?.length === 0 && <p className="empty">{t('noHides')}</p>}
      </section>
      {shown === null ? <section className="panel" /> : <PassportPanel key={shown} code={shown} stamp={stamp} />}
    </div>
  );
}

type KnownHide = z.infer<typeof STOCK_ROUTES.hides.answer>[number];

function PassportPanel({ code, stamp }: { readonly code: string; readonly stamp: string }) {
  const { t } = useTranslation('stock');
  const { formats } = usePage();
  const passport = useAnswer(`${code} ${stamp}`, () => callStation('hide', { params: { code } })).value;
  return (
    <section className="panel" aria-label={code} aria-busy={passport === null}>
      <div className="panel-head">
        <div>
          <h2>{code}</h2>
          {passport && <p className="hint">{t('since', { date: formats.day(new Date(passport.firstAt)) })}</p>}
        </div>
      </div>
      <div className="scroll" tabIndex={0}>
        <ol className="passport">
          {passport?.jobs.map((entry) => (
            <PassportJob key={entry.job} entry={entry} />
          ))}
        </ol>
        {passport !== null && passport.remnants.length > 0 && (
          <>
            <h3 className="label">{t('tab.remnants')}</h3>
            <ul className="passport-remnants">
              {passport.remnants.map(({ id, sheet, areaMm2, state }) => (
                <li key={id}>
                  <PieceShape outline={sheet.outline} holes={sheet.holes ?? []} size={56} />
                  <span>
                    <strong>{id}</strong>
                    <span className="hint">
                      {formats.area(areaMm2)}, {t(`state.${state}`)}
                    </span>
                  </span>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </section>
  );
}

function PassportJob({ entry }: { readonly entry: HidePassport['jobs'][number] }) {
  const { t, i18n } = useTranslation('stock');
  const { formats } = usePage();
  const { job, seq, order, state, outline, defects, remnant, follows } = entry;
  const leather = Object.values(entry.usableMm2).reduce((sum, mm2) => sum + mm2, 0);
  return (
    <li className="passport-job">
      {outline ? (
        <SheetPicture outline={outline} holes={[]} marks={defects} />
      ) : (
        <span className="hint">{t('noPicture')}</span>
      )}
      <div>
        <h3>{t('replay:hide', { seq, order })}</h3>
        <p className="hint">
          {formats.dayAndTime(new Date(entry.at))},{' '}
          {i18n.exists(`orders:state.${state}`) ? t(`orders:state.${state}`) : t('replay:begun')}
          {remnant !== null && ` · ${t('ofRemnant', { remnant })}`}
          {follows !== null && ` · ${t('goesOn', { job: follows })}`}
        </p>
        <dl className="passport-facts">
          <div>
            <dt>{t('leather')}</dt>
            <dd>{formats.squareMetres(leather)}</dd>
          </div>
          <div>
            <dt>{t('marks')}</dt>
            <dd>{formats.count(defects.length)}</dd>
          </div>
          <div>
            <dt>{t('piecesCut')}</dt>
            <dd>{formats.count(entry.cutCount)}</dd>
          </div>
          {/* Planned and cut are the same only where the job was cut to its end. */}
          {state === 'done' && (
            <div>
              <dt>{t('operator:nest.yield')}</dt>
              <dd>
                {formats.percentBp(entry.nestedYieldBp)} {t('operator:units.percent')}
              </dd>
            </div>
          )}
        </dl>
        <p className="hint">{job}</p>
      </div>
    </li>
  );
}
