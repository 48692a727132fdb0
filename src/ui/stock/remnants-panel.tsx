import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { Remnant } from '#domain/remnant.ts';
import { callStation } from '../link/station-client.ts';
import { useAnswer, useWish } from '../link/use-answer.ts';
import { usePage, usePageState } from '../page-context.ts';
import { go } from '../route.ts';
import { SideButton } from '../views/buttons.tsx';
import { GradeChip } from '../views/grade-chip.tsx';
import { Icon } from '../views/icons.tsx';
import { PieceShape } from '../views/piece-shape.tsx';
import { gradingOf } from '../state/page-grading.ts';
import { bestGrade, gradesOf } from './remnant-words.ts';
import { SheetPicture } from './sheet-picture.tsx';

const MOST = 500;

/** Remnants that lie in the stock, largest first, and the one that is looked at. */
export function RemnantsPanel() {
  const { t } = useTranslation('stock');
  const { formats } = usePage();
  const grading = usePageState(gradingOf);
  const stamp = usePageState((s) => `${s.status?.state ?? ''} ${s.status?.job?.id ?? ''} ${s.link}`);
  const found = useAnswer(stamp, () => callStation('remnants', { query: { state: 'free', limit: MOST } }));
  const [chosen, setChosen] = useState<string | null>(null);
  const remnants = found.value?.toSorted((a, b) => b.areaMm2 - a.areaMm2) ?? [];
  const shown = remnants.find(({ id }) => id === chosen) ?? remnants[0] ?? null;
  const total = remnants.reduce((sum, { areaMm2 }) => sum + areaMm2, 0);
  return (
    <div className="stock-panels">
      <section className="panel" aria-label={t('tab.remnants')}>
        <p className="hint">{t('sum', { count: remnants.length, area: formats.area(total) })}</p>
        <ul className="scroll rows-tight">
          {remnants.map((remnant) => (
            <li key={remnant.id}>
              <Button className="list-button" aria-pressed={remnant === shown} onPress={() => setChosen(remnant.id)}>
                <PieceShape outline={remnant.sheet.outline} holes={remnant.sheet.holes ?? []} size={64} />
                <span className="list-button-words">
                  <span className="list-button-name">{remnant.id}</span>
                  <span className="list-button-note">
                    {formats.area(remnant.areaMm2)}, {bestGrade(remnant, grading)}
                  </span>
                </span>
              </Button>
            </li>
          ))}
        </ul>
        {found.value !== null && remnants.length === 0 && <p className="empty">{t('empty')}</p>}
      </section>
      {shown ? (
        <RemnantPanel key={shown.id} remnant={shown} onChanged={found.again} />
      ) : (
        <section className="panel" aria-busy={found.value === null} />
      )}
    </div>
  );
}

interface RemnantPanelProps {
  readonly remnant: Remnant;
  readonly onChanged: () => void;
}

function RemnantPanel({ remnant, onChanged }: RemnantPanelProps) {
  const { t } = useTranslation('stock');
  const { dispatch, formats, person } = usePage();
  const { isSending, send } = useWish();
  const canTake = usePageState((s) => s.status?.state === 'READY' || s.status?.state === 'DONE');
  const { id, hide, job, sheet } = remnant;
  const end = (state: 'used' | 'discarded') =>
    void send(() => callStation('endRemnant', { params: { id }, body: { state, by: person.get() } })).then(onChanged);
  return (
    <section className="panel" aria-label={id}>
      <div className="panel-head">
        <div>
          <h2>{id}</h2>
          <p className="hint">
            {hide === null
              ? t('from', { job, date: formats.day(new Date(remnant.at)) })
              : t('fromHide', { hide, date: formats.day(new Date(remnant.at)) })}
          </p>
        </div>
        <dl className="figures-row">
          <div>
            <dt>{t('area')}</dt>
            <dd>{formats.area(remnant.areaMm2)}</dd>
          </div>
        </dl>
      </div>
      <SheetPicture outline={sheet.outline} holes={sheet.holes ?? []} marks={(sheet.zones ?? []).map(markOf)} />
      <ul className="stock-grades" aria-label={t('grades')}>
        {gradesOf(remnant).map(({ quality, areaMm2 }) => (
          <li key={quality}>
            <GradeChip quality={quality} />
            {formats.area(areaMm2)}
          </li>
        ))}
      </ul>
      <div className="panel-foot stock-foot">
        <SideButton icon="tick" isDisabled={isSending} onPress={() => end('used')}>
          {t('used')}
        </SideButton>
        <SideButton icon="cross" isDisabled={isSending} onPress={() => end('discarded')}>
          {t('discarded')}
        </SideButton>
        <Button
          className="step-button"
          isDisabled={!canTake || isSending}
          onPress={() => {
            dispatch({ kind: 'next-sheet', sheet: { hide, remnant: id } });
            go('/');
          }}
        >
          <Icon name="arrow" size={32} />
          <span>{t(canTake ? 'take' : 'wait')}</span>
        </Button>
      </div>
    </section>
  );
}

function markOf({ outline, quality }: NonNullable<Remnant['sheet']['zones']>[number]) {
  return { outline, quality: quality ?? 0 };
}
