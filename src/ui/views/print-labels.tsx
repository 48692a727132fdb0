import { useTranslation } from 'react-i18next';
import { createPortal } from 'react-dom';
import type { LayoutView } from '#api/views.ts';
import { gradeName } from '#domain/grading.ts';
import { usePageState } from '../page-context.ts';
import { labelledPieces } from '../state/labelled-pieces.ts';
import { gradingOf } from '../state/page-grading.ts';
import { cutOrder } from '../canvas/scene.ts';
import { SideButton } from './buttons.tsx';

/** A button that prints a label for each good piece that was cut, with its number in the order of cutting; the labels themselves are seen on
 *  paper alone (three by eight on an A4 sheet, 70 by 37 mm). */
export function PrintLabels({ layout }: { readonly layout: LayoutView }) {
  const { t } = useTranslation();
  // The plan, not its order: a new list at each asking would draw the page without end.
  const order = cutOrder(usePageState((s) => s.cutPlan.value));
  const job = usePageState((s) => s.status?.job ?? null);
  const grading = usePageState(gradingOf);
  const sheet = usePageState((s) => s.sheet.value);
  const labelled = labelledPieces(
    layout,
    order.slice(0, job?.cutCount ?? order.length),
    sheet?.accepted?.rejected ?? [],
  );
  if (labelled.length === 0 || !job) return null;
  return (
    <>
      <SideButton icon="list" action="labels" onPress={() => window.print()}>
        {t('done.labels', { count: labelled.length })}
      </SideButton>
      {createPortal(
        <ol className="paper-labels" aria-hidden="true">
          {labelled.map(({ piece, number }) => (
            <li key={piece.placement}>
              <span className="paper-number">{number}</span>
              <span className="paper-name">{piece.label}</span>
              <span>{piece.kit ?? piece.id}</span>
              <span>{t('done.labelFoot', { job: job.id, grade: gradeName(piece.quality, grading) })}</span>
            </li>
          ))}
        </ol>,
        document.body,
      )}
    </>
  );
}
