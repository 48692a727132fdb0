import { useTranslation } from 'react-i18next';
import type { Corner, Quad } from './quad.ts';

/** Order of a quad: lower left, lower right, upper right, upper left of the table. */
const NAMES = ['lowerLeft', 'lowerRight', 'upperRight', 'upperLeft'] as const;
/** One press of an arrow key, share of the picture. */
const STEP = 0.002;

interface CornerHandlesProps {
  readonly corners: Quad;
  readonly onChange: (corners: Quad) => void;
}

/** Four corners to drag by finger, or to move by the arrow keys. */
export function CornerHandles({ corners, onChange }: CornerHandlesProps) {
  const { t } = useTranslation('projector');
  const move = (index: number, [x, y]: Corner) => {
    const inside = (v: number) => Math.min(1, Math.max(0, v));
    const moved = corners.map((c, i): Corner => (i === index ? [inside(x), inside(y)] : c));
    onChange([moved[0]!, moved[1]!, moved[2]!, moved[3]!]);
  };
  return corners.map(([x, y], i) => (
    <button
      key={NAMES[i]}
      type="button"
      className="corner"
      aria-label={t(`corner.${NAMES[i]!}`)}
      style={{ left: `${100 * x}vw`, top: `${100 * y}vh` }}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId))
          move(i, [event.clientX / innerWidth, event.clientY / innerHeight]);
      }}
      onKeyDown={(event) => {
        const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
        if (!step) return;
        event.preventDefault();
        move(i, [x + STEP * step[0]!, y + STEP * step[1]!]);
      }}
    >
      {i + 1}
    </button>
  ));
}
