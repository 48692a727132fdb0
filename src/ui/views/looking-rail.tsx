import { useTranslation } from 'react-i18next';
import { bestQuality } from '#domain/grading.ts';
import { usePage, usePageState } from '../page-context.ts';
import { cannotSend } from '../state/page-state.ts';
import { gradingOf } from '../state/page-grading.ts';
import { MainButton } from './buttons.tsx';
import { GradeChip } from './grade-chip.tsx';
import { HideCodeTool } from './next-sheet.tsx';

/** SCANNING and INSPECTING: how far it is, what was found so far, and the way out. */
export function LookingRail() {
  const { t } = useTranslation();
  const { commands, formats } = usePage();
  const grading = usePageState(gradingOf);
  const state = usePageState((s) => s.status?.state);
  const progress = usePageState((s) => s.status?.progress ?? null);
  const tilesDone = usePageState((s) => s.tilesDone);
  const tilesTotal = usePageState((s) => s.tilesTotal);
  const found = usePageState((s) => s.found);
  const hasJob = usePageState((s) => s.status?.job !== null);
  const isHeldBack = usePageState(cannotSend);
  const done = tilesTotal > 0 ? tilesDone : (progress?.done ?? 0);
  const total = tilesTotal > 0 ? tilesTotal : (progress?.total ?? 0);
  const title = t(state === 'SCANNING' ? 'looking.scanning' : 'looking.inspecting');
  return (
    <aside className="rail" aria-label={title}>
      <div className="rail-top">
        <h2 className="rail-state">{title}</h2>
        <progress
          className="bar"
          aria-label={t('looking.progress')}
          max={total || 1}
          {...(total > 0 && done < total ? { value: done } : {})}
        />
        {tilesTotal > 0 && (
          <p className="hint">
            {t('looking.tiles', { done: formats.count(tilesDone), total: formats.count(tilesTotal) })}
          </p>
        )}
        <section className="ruled">
          <h2 className="label">{t('looking.found')}</h2>
          <ul className="rows">
            {grading.grades
              .filter((g) => g.quality < bestQuality(grading))
              .map((g) => (
                <li key={g.name} className="row">
                  <GradeChip quality={g.quality} />
                  <span className="row-name">
                    {g.quality === 0 ? t('review.gradeHole') : t('review.grade', { grade: g.name })}
                  </span>
                  <span className="figure-40">
                    {formats.count(found.filter((d) => d.quality === g.quality).length)}
                  </span>
                </li>
              ))}
          </ul>
        </section>
      </div>
      <div className="rail-bottom">
        {hasJob && (
          <div className="next-sheet">
            <HideCodeTool />
          </div>
        )}
        <MainButton
          icon="cross"
          action="cancel"
          isDisabled={isHeldBack || !hasJob}
          onPress={() => void commands.cancel()}
        >
          {t('looking.cancel')}
        </MainButton>
      </div>
    </aside>
  );
}
