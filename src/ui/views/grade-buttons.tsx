import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { usePageState } from '../page-context.ts';
import { gradeClass, gradingOf } from '../state/page-grading.ts';
import { Icon } from './icons.tsx';

interface GradeButtonsProps {
  readonly label: string;
  readonly chosen: number | null;
  readonly isDisabled: boolean;
  readonly onChoose: (quality: number) => void;
  readonly onRemove?: () => void;
  /** Gives up what is being graded. */
  readonly onDrop?: () => void;
}

/** The grades as large buttons; the choice is a thick outline, never a fill. */
export function GradeButtons({ label, chosen, isDisabled, onChoose, onRemove, onDrop }: GradeButtonsProps) {
  const { t } = useTranslation();
  const grading = usePageState(gradingOf);
  return (
    <div className="grade-buttons" role="group" aria-label={label}>
      {grading.grades.map((grade) => (
        <Button
          key={grade.name}
          className={`grade-button ${gradeClass(grade.quality, grading)}`}
          aria-pressed={grade.quality === chosen}
          aria-label={grade.quality === 0 ? t('review.gradeHole') : t('review.grade', { grade: grade.name })}
          isDisabled={isDisabled}
          onPress={() => onChoose(grade.quality)}
        >
          <span className="grade-letter">{grade.name}</span>
        </Button>
      ))}
      {onRemove && (
        <Button className="grade-button grade-none" isDisabled={isDisabled} onPress={onRemove}>
          <Icon name="erase" size={28} />
          <span>{t('review.notADefect')}</span>
        </Button>
      )}
      {onDrop && (
        <Button className="grade-button grade-none" onPress={onDrop}>
          <Icon name="cross" size={28} />
          <span>{t('review.drop')}</span>
        </Button>
      )}
    </div>
  );
}
