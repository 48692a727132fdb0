import { useTranslation } from 'react-i18next';
import type { CutView, LayoutView } from '#api/views.ts';
import type { Defect, Inspection } from '#domain/inspection.ts';
import type { Ring } from '#domain/ring.ts';
import { boxOf } from '../canvas/viewport.ts';
import { scanPictureUrl } from '../link/station-client.ts';
import type { ReplayMoment } from './replay-at.ts';

interface ReplayPictureProps {
  readonly job: string;
  readonly inspection: Inspection;
  readonly marks: readonly Defect[];
  readonly layout: LayoutView | null;
  readonly cutPlan: CutView | null;
  readonly moment: ReplayMoment;
}

const HUES = ['var(--p-t1)', 'var(--p-w)', 'var(--p-n)', 'var(--p-t2)', 'var(--p-t3)'];
const GRADES = ['var(--grade-0)', 'var(--grade-d)', 'var(--grade-c)', 'var(--grade-b)', '#ffffff00'];

/** The hide at one moment: its picture, then marks, then pieces, then those that are cut. */
export function ReplayPicture({ job, inspection, marks, layout, cutPlan, moment }: ReplayPictureProps) {
  const { t } = useTranslation('replay');
  const box = boxOf(inspection.outline);
  if (!box) return null;
  const pad = 0.04 * (box.maxX - box.minX);
  const width = box.maxX - box.minX + 2 * pad;
  const height = box.maxY - box.minY + 2 * pad;
  const [a = 1, b = 0, c = 0, d = 0, e = -1, f = 0] = inspection.scan.toMm;
  const cut = new Set((cutPlan?.order ?? []).slice(0, moment.cutCount));
  const kits = [...new Set((layout?.pieces ?? []).map((p) => p.kit))];
  const line = width / 700;
  return (
    <svg
      className="replay-picture"
      viewBox={`${box.minX - pad} ${-box.maxY - pad} ${width} ${height}`}
      role="img"
      aria-label={t('picture')}
    >
      {moment.hasScan && (
        <image
          href={scanPictureUrl(job, 1600)}
          width={inspection.scan.widthPx}
          height={inspection.scan.heightPx}
          preserveAspectRatio="none"
          transform={`matrix(${a} ${-d} ${b} ${-e} ${c} ${-f})`}
          style={moment.hasLayout ? { filter: 'grayscale(1) contrast(0.6) brightness(1.25)' } : undefined}
        />
      )}
      {moment.hasInspection && (
        <path d={pathOf([inspection.outline])} fill="none" stroke="var(--hide-line)" strokeWidth={2 * line} />
      )}
      {moment.hasInspection &&
        !moment.hasLayout &&
        marks.map((mark) => (
          <path
            key={mark.id}
            d={pathOf([mark.outline])}
            fill={GRADES[mark.quality] ?? GRADES[0]}
            fillOpacity={0.55}
            stroke="#ffffff"
            strokeWidth={2 * line}
          />
        ))}
      {moment.hasLayout &&
        layout?.pieces.map((piece) => (
          <path
            key={piece.placement}
            d={pathOf([piece.outline, ...piece.holes])}
            fillRule="evenodd"
            fill={cut.has(piece.placement) ? 'var(--ink-2)' : HUES[Math.max(0, kits.indexOf(piece.kit)) % HUES.length]}
            stroke={cut.has(piece.placement) ? 'var(--card)' : 'var(--piece-line)'}
            strokeWidth={1.5 * line}
          />
        ))}
    </svg>
  );
}

function pathOf(rings: readonly Ring[]): string {
  return rings.map((ring) => `M${ring.map(([x, y]) => `${x} ${-y}`).join('L')}Z`).join('');
}
