import { useTranslation } from 'react-i18next';
import type { OrderPieceView } from '#api/order-views.ts';
import { gradeName } from '#domain/grading.ts';
import { usePage, usePageState } from '../page-context.ts';
import { gradingOf } from '../state/page-grading.ts';
import { GradeChip } from '../views/grade-chip.tsx';
import { KitBadge } from '../views/kit-badge.tsx';
import { PieceShape } from '../views/piece-shape.tsx';

interface PieceTableProps {
  readonly pieces: readonly OrderPieceView[];
  /** Whether the order is counted over its hides. */
  readonly isCounted: boolean;
}

/** Pieces as they are drawn, with what each asks of the leather and how many are left. */
export function PieceTable({ pieces, isCounted }: PieceTableProps) {
  const { t } = useTranslation('orders');
  const { formats } = usePage();
  const grading = usePageState(gradingOf);
  const kits = [...new Set(pieces.flatMap((p) => p.kit ?? []))];
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">{t('table.picture')}</th>
          <th scope="col">{t('table.piece')}</th>
          <th scope="col" className="is-number">
            {t('table.size')}
          </th>
          <th scope="col">{t('table.grade')}</th>
          <th scope="col">{t('table.grain')}</th>
          {kits.length > 0 && <th scope="col">{t('table.kit')}</th>}
          <th scope="col" className="is-number">
            {t(isCounted ? 'table.left' : 'table.ordered')}
          </th>
        </tr>
      </thead>
      <tbody>
        {pieces.map((piece) => (
          <tr key={piece.id}>
            <td>
              <PieceShape outline={piece.outline} holes={piece.holes} size={56} />
            </td>
            <td>
              {piece.label}
              {piece.isPair && <span className="hint">{t('table.pair')}</span>}
            </td>
            <td className="is-number">{formats.size(piece.width, piece.height)}</td>
            <td>
              <GradeChip quality={piece.quality} />
              <span className="sr-only">{gradeName(piece.quality, grading)}</span>
            </td>
            <td>
              {piece.grain ? (
                <span className="grain">
                  <GrainArrow angle={piece.grain.angle} />
                  {t('table.grainText', {
                    angle: formats.count(piece.grain.angle),
                    tolerance: formats.count(piece.grain.tolerance),
                  })}
                </span>
              ) : (
                <span className="label-inline">{t('table.anyGrain')}</span>
              )}
            </td>
            {kits.length > 0 && (
              <td>
                {piece.kit !== null && (
                  <span className="kit-cell">
                    <KitBadge name={piece.kit} position={kits.indexOf(piece.kit)} />
                    {piece.kit}
                  </span>
                )}
              </td>
            )}
            <td className="is-number">
              <strong>
                {formats.count(isCounted ? Math.max(0, piece.quantity - piece.cutCount) : piece.quantity)}
              </strong>
              {isCounted && <span className="row-of"> / {formats.count(piece.quantity)}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Which way the grain runs in the piece as it is drawn above. */
function GrainArrow({ angle }: { readonly angle: number }) {
  return (
    <svg width="28" height="28" viewBox="-14 -14 28 28" aria-hidden="true">
      <g transform={`rotate(${-angle})`} stroke="currentColor" strokeWidth="2" fill="none" strokeLinecap="round">
        <path d="M-11 0H11M7 -4l4 4-4 4M-7 -4l-4 4 4 4" />
      </g>
    </svg>
  );
}
