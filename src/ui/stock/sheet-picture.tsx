import { useId } from 'react';
import type { Ring } from '#domain/ring.ts';
import { boxOf } from '../canvas/viewport.ts';
import { usePageState } from '../page-context.ts';
import { gradingOf, lookOfQuality } from '../state/page-grading.ts';

/** Of `lookOfQuality`: a hole, then the patterns below, then plain. */
const LOOKS = ['0', 'D', 'C', 'B', 'A'] as const;

interface SheetPictureProps {
  readonly outline: Ring;
  readonly holes: readonly Ring[];
  readonly marks: readonly { readonly outline: Ring; readonly quality: number }[];
}

/** Leather as it lay on its table: its rim, and by pattern and colour where it is not of the best. Decoration: the
 *  figures beside it say the same. */
export function SheetPicture({ outline, holes, marks }: SheetPictureProps) {
  const own = useId();
  const grading = usePageState(gradingOf);
  const box = boxOf(outline);
  if (!box) return null;
  const width = box.maxX - box.minX;
  const height = box.maxY - box.minY;
  const air = 0.02 * Math.max(width, height);
  const line = Math.max(width, height) / 400;
  return (
    <svg
      className="sheet-picture"
      viewBox={`${box.minX - air} ${-box.maxY - air} ${width + 2 * air} ${height + 2 * air}`}
      aria-hidden="true"
    >
      <Hatches id={own} side={Math.max(width, height) / 40} />
      <path
        className="sheet-leather"
        d={[outline, ...holes].map(pathOf).join('')}
        fillRule="evenodd"
        strokeWidth={line}
      />
      {marks
        .map((mark) => ({ ...mark, look: LOOKS[lookOfQuality(mark.quality, grading)] }))
        .filter(({ look }) => look !== 'A')
        .map((mark, i) => (
          <path
            key={i}
            className="sheet-mark"
            fill={mark.look === '0' ? 'var(--grade-0)' : `url(#${own}-${mark.look})`}
            d={pathOf(mark.outline)}
            strokeWidth={line}
          />
        ))}
    </svg>
  );
}

/** The grades' patterns as on the hide: dots, lines, crossed lines. */
function Hatches({ id, side }: { readonly id: string; readonly side: number }) {
  const box = { width: side, height: side, patternUnits: 'userSpaceOnUse' } as const;
  const whole = { width: side, height: side };
  const rising = `M0 ${side}L${side} 0`;
  const falling = `M0 0L${side} ${side}`;
  return (
    <defs>
      <pattern id={`${id}-B`} {...box}>
        <rect {...whole} fill="var(--grade-b)" />
        <circle cx={side / 2} cy={side / 2} r={side / 7} fill="var(--on-grade-b)" />
      </pattern>
      <pattern id={`${id}-C`} {...box}>
        <rect {...whole} fill="var(--grade-c)" />
        <path d={rising} stroke="#ffffff99" strokeWidth={side / 5} />
      </pattern>
      <pattern id={`${id}-D`} {...box}>
        <rect {...whole} fill="var(--grade-d)" />
        <path d={rising + falling} stroke="#ffffff80" strokeWidth={side / 6} />
      </pattern>
    </defs>
  );
}

function pathOf(ring: Ring): string {
  return `M${ring.map(([x, y]) => `${Math.round(x)} ${-Math.round(y)}`).join('L')}Z`;
}
