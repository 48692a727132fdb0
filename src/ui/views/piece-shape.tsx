import type { Ring } from '#domain/ring.ts';
import { boxOf } from '../canvas/viewport.ts';

interface PieceShapeProps {
  readonly outline: Ring;
  readonly holes: readonly Ring[];
  readonly size: number;
}

/** A piece as it lies on the hide, small. */
export function PieceShape({ outline, holes, size }: PieceShapeProps) {
  const box = boxOf(outline);
  if (!box) return null;
  const side = Math.max(box.maxX - box.minX, box.maxY - box.minY) * 1.08;
  const x = (box.minX + box.maxX - side) / 2;
  const y = (-box.minY - box.maxY - side) / 2;
  const path = [outline, ...holes].map((r) => `M${r.map(([px, py]) => `${px} ${-py}`).join('L')}Z`).join('');
  return (
    <svg className="piece-shape" width={size} height={size} viewBox={`${x} ${y} ${side} ${side}`} aria-hidden="true">
      <path d={path} fillRule="evenodd" strokeWidth={(side / size) * 2.5} strokeLinejoin="round" />
    </svg>
  );
}
