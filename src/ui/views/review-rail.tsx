import { useTranslation } from 'react-i18next';
import { usePage, usePageState } from '../page-context.ts';
import { cannotSend } from '../state/page-state.ts';
import { reviewSummary } from '../state/doubtful.ts';
import { leatherNotes } from '../state/leather-notes.ts';
import { gradingOf } from '../state/page-grading.ts';
import { MainButton } from './buttons.tsx';
import { DefectCard, DefectList } from './defect-rows.tsx';
import { GradeButtons } from './grade-buttons.tsx';

/** REVIEWING: doubtful marks first, dearest first, regraded by a tap; the main button says what is let pass. */
export function ReviewRail() {
  const { t } = useTranslation();
  const { commands, dispatch, formats } = usePage();
  const inspection = usePageState((s) => s.inspection.value);
  const selected = usePageState((s) => s.selected);
  const draft = usePageState((s) => s.draft);
  const isHeldBack = usePageState(cannotSend);
  const grading = usePageState(gradingOf);
  const { open, openCount, settled, openAreaMm2, openCost, usableMm2 } = reviewSummary(inspection, grading);
  const { folds, cutOff, isStrange, isChalkHidden, isCoarse, leftOutMm2, unbelievedMm2 } = leatherNotes(inspection);
  const chosen = inspection?.defects.find((d) => d.id === selected) ?? null;
  const waive = openCount > 0;
  const others = (list: typeof open) => list.filter((d) => d.id !== selected);
  return (
    <aside className="rail rail-review" aria-label={t('steps.review')}>
      <div className="rail-top">
        <div className="figures" role="status">
          <p>
            <span className="figure-56">{formats.count(openCount)}</span>
            <span className="label">{t('review.toCheck', { count: openCount })}</span>
          </p>
          <p className="is-end">
            <span className="figure-56">
              {formats.share(openCost)}
              <span className="unit-small">{t('units.percent')}</span>
            </span>
            <span className="label">{t('review.atStake')}</span>
          </p>
        </div>
        {cutOff.length > 0 && <p className="hint">{t('review.cutOff')}</p>}
        {folds.length > 0 && <p className="hint">{t('review.notFlat', { count: folds.length })}</p>}
        {unbelievedMm2 > 0 && <p className="hint">{t('review.unbelieved', { area: formats.area(unbelievedMm2) })}</p>}
        {isCoarse && <p className="hint">{t('review.coarse')}</p>}
        {isStrange && <p className="hint">{t('review.strange')}</p>}
        {leftOutMm2 > 0 && <p className="hint">{t('review.leftOut', { area: formats.area(leftOutMm2) })}</p>}
        {isChalkHidden && <p className="hint">{t('review.chalkHidden')}</p>}
        {draft ? (
          <section className="card is-chosen" aria-label={t('review.newGrade')}>
            <h2 className="card-title">{t('review.newGrade')}</h2>
            <GradeButtons
              label={t('review.newGrade')}
              chosen={null}
              isDisabled={isHeldBack}
              onChoose={(quality) => void commands.addDefect(draft, quality)}
              onDrop={() => dispatch({ kind: 'draft', ring: null })}
            />
          </section>
        ) : (
          chosen && <DefectCard defect={chosen} usableMm2={usableMm2} />
        )}
        <div className="scroll" tabIndex={-1}>
          <DefectList title={t('review.open')} defects={others(open)} usableMm2={usableMm2} />
          <DefectList title={t('review.settled')} defects={others(settled)} usableMm2={usableMm2} />
        </div>
      </div>
      <div className="rail-bottom">
        <MainButton
          icon="tick"
          action="review"
          isDisabled={isHeldBack || inspection === null || draft !== null}
          onPress={() => void commands.review(waive)}
        >
          {waive ? t('review.accept', { count: openCount, area: formats.area(openAreaMm2) }) : t('review.looksRight')}
        </MainButton>
      </div>
    </aside>
  );
}
