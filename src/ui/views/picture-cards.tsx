import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { Job } from '#domain/job.ts';
import { usePage, usePageState } from '../page-context.ts';
import { gradingOf } from '../state/page-grading.ts';
import { jobToMark, shownStation } from '../state/page-state.ts';
import { DoneCards } from './done-cards.tsx';
import { NestCards } from './nest-cards.tsx';
import { ToolButton } from './buttons.tsx';
import { GradeChip } from './grade-chip.tsx';
import { Icon } from './icons.tsx';
import { UndoTools } from './undo-tools.tsx';

/** Cards at the foot of the picture: what to do in READY, tools and shares in REVIEWING. */
export function PictureCards() {
  const { t } = useTranslation();
  const station = usePageState(shownStation);
  const toMark = usePageState(jobToMark);
  const tool = usePageState((s) => s.tool);
  if (station === 'READY')
    return (
      <div className="cards">
        {toMark && <AfterCutCard job={toMark} />}
        <div className="float-card is-wide">
          <Icon name="scan" size={36} />
          <p>
            <span className="card-title">{t('ready.lay')}</span>
            <span className="hint">{t('ready.layHint')}</span>
          </p>
        </div>
      </div>
    );
  if (station === 'REVIEWING')
    return (
      <div className="cards">
        <ReviewTools />
        {tool === 'look' ? (
          <GradeShares />
        ) : (
          <p className="float-card is-wide" role="status">
            {t(TOOL_HINTS[tool])}
          </p>
        )}
      </div>
    );
  if (station === 'NESTING') return <NestCards />;
  if (station === 'DONE') return <DoneCards />;
  return null;
}

/** The cutter has cancelled: what it had cut by then is marked on a screen of its own. */
function AfterCutCard({ job: { order, seq } }: { readonly job: Job }) {
  const { t } = useTranslation();
  const { dispatch } = usePage();
  return (
    <Button className="float-card done-card" onPress={() => dispatch({ kind: 'after-cut', isOpen: true })}>
      <Icon name="knife" size={32} />
      <span>
        <span className="card-title">{t('done.cutOpen')}</span>
        <span className="hint">{t('header.orderHide', { order, seq })}</span>
      </span>
    </Button>
  );
}

const TOOL_HINTS = {
  pen: 'review.penHint',
  area: 'review.drawHint',
  line: 'review.lineHint',
  erase: 'review.eraseHint',
} as const;

const REVIEW_TOOLS = [
  ['pen', 'review.pen'],
  ['area', 'review.area'],
  ['line', 'review.line'],
  ['erase', 'review.erase'],
] as const;

function ReviewTools() {
  const { t } = useTranslation();
  const { dispatch } = usePage();
  const tool = usePageState((s) => s.tool);
  return (
    <div className="float-tools">
      {REVIEW_TOOLS.map(([name, word]) => (
        <ToolButton
          key={name}
          icon={name}
          isOn={tool === name}
          onPress={() => dispatch({ kind: 'tool', tool: tool === name ? 'look' : name })}
        >
          {t(word)}
        </ToolButton>
      ))}
      <UndoTools />
    </div>
  );
}

/** Share of the leather by grade. */
function GradeShares() {
  const { t } = useTranslation();
  const { formats } = usePage();
  const usable = usePageState((s) => s.inspection.value?.usableMm2 ?? null);
  const grading = usePageState(gradingOf);
  if (!usable) return null;
  const total = Object.values(usable).reduce((sum, mm2) => sum + mm2, 0);
  return (
    <ul className="float-card shares" aria-label={t('picture.grades')}>
      {grading.grades
        .filter((g) => g.quality > 0)
        .map((g) => (
          <li key={g.name}>
            <GradeChip quality={g.quality} />
            <span className="sr-only">{t('review.grade', { grade: g.name })}</span>
            {formats.count((100 * (usable[String(g.quality)] ?? 0)) / (total || 1))} {t('units.percent')}
          </li>
        ))}
    </ul>
  );
}
