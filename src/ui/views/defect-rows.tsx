import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { gradeName } from '#domain/grading.ts';
import type { Defect } from '#domain/inspection.ts';
import { usePage, usePageState } from '../page-context.ts';
import { cannotSend } from '../state/page-state.ts';
import { gradingOf } from '../state/page-grading.ts';
import { costOf, isDoubtful } from '../state/doubtful.ts';
import { DefectPicture } from './defect-picture.tsx';
import { useDefectName } from './defect-words.ts';
import { GradeButtons } from './grade-buttons.tsx';
import { GradeChip } from './grade-chip.tsx';
import { Icon } from './icons.tsx';

/** Rows that are made at first, and each time the end of them comes into view: a hide may have hundreds of marks. */
const FIRST_ROWS = 8;
const MORE_ROWS = 24;

interface DefectListProps {
  readonly title: string;
  readonly defects: readonly Defect[];
  readonly usableMm2: number;
}

export function DefectList({ title, defects, usableMm2 }: DefectListProps) {
  const { t } = useTranslation();
  const [shownCount, setShownCount] = useState(FIRST_ROWS);
  const end = useRef<HTMLLIElement>(null);
  const restCount = defects.length - shownCount;
  useEffect(() => {
    const element = end.current;
    if (!element) return;
    const watch = new IntersectionObserver((seen) => {
      if (seen.some((s) => s.isIntersecting)) setShownCount((n) => n + MORE_ROWS);
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, [restCount]);
  if (defects.length === 0) return null;
  return (
    <>
      <h2 className="label">{title}</h2>
      <ul className="rows-tight" aria-label={title}>
        {defects.slice(0, shownCount).map((d) => (
          <DefectRow key={d.id} defect={d} usableMm2={usableMm2} />
        ))}
        {restCount > 0 && (
          <li ref={end} className="hint rows-end">
            {t('review.more', { count: restCount })}
          </li>
        )}
      </ul>
    </>
  );
}

interface DefectProps {
  readonly defect: Defect;
  readonly usableMm2: number;
}

/** One mark in the list: a tap opens it and brings it into view. */
function DefectRow({ defect, usableMm2 }: DefectProps) {
  const { dispatch } = usePage();
  return (
    <li>
      <Button className="defect-row" onPress={() => dispatch({ kind: 'select', id: defect.id })}>
        <DefectHead defect={defect} usableMm2={usableMm2} />
      </Button>
    </li>
  );
}

/** The chosen mark, with its grades. Its head closes it again. */
export function DefectCard({ defect, usableMm2 }: DefectProps) {
  const { t } = useTranslation();
  const { commands, dispatch } = usePage();
  const isHeldBack = usePageState(cannotSend);
  const name = useDefectName()(defect);
  return (
    <section className="card is-chosen" aria-label={name}>
      <Button className="defect-row is-open" onPress={() => dispatch({ kind: 'select', id: null })}>
        <DefectHead defect={defect} usableMm2={usableMm2} isOpen />
        <span className="sr-only">{t('review.close')}</span>
      </Button>
      <GradeButtons
        label={t('review.regrade')}
        chosen={defect.quality}
        isDisabled={isHeldBack}
        onChoose={(quality) => void commands.regrade(defect, quality)}
        onRemove={() => void commands.remove(defect)}
      />
    </section>
  );
}

/** Picture, name, and what matters about it: its price while it is doubtful, its grade once it is settled. */
function DefectHead({ defect, usableMm2, isOpen = false }: DefectProps & { readonly isOpen?: boolean }) {
  const { t } = useTranslation();
  const grading = usePageState(gradingOf);
  const { formats } = usePage();
  const name = useDefectName()(defect);
  const isOpenQuestion = isDoubtful(defect, grading);
  const grade = gradeName(defect.quality, grading);
  const note = isOpenQuestion
    ? t('review.doubtNote', { grade, percent: formats.count(100 * (1 - defect.doubt)) })
    : `${formats.area(defect.areaMm2)}${defect.by === null ? '' : ` · ${t('review.byPerson', { by: defect.by })}`}`;
  return (
    <>
      <DefectPicture defect={defect} size={64} />
      <span className="defect-words">
        <span className="defect-name">{name}</span>
        <span className="defect-note">{note}</span>
      </span>
      {isOpen ? (
        <Icon name="cross" size={28} />
      ) : isOpenQuestion ? (
        <span className="defect-cost">
          {t('review.cost', { percent: formats.share(costOf(defect, usableMm2, grading)) })}
        </span>
      ) : (
        <GradeChip quality={defect.quality} />
      )}
    </>
  );
}
