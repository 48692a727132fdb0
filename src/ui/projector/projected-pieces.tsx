import type { LayoutView } from '#api/views.ts';
import type { Ring } from '#domain/ring.ts';
import { labelPlace } from '../canvas/label-place.ts';
import { boxOf } from '../canvas/viewport.ts';

/** Light on leather: bright and apart in hue as well as by the letter. */
const HUES = ['#7fd4ff', '#ffd166', '#9bea8b', '#ff9ecb', '#d3b6ff'];
/** Rims of the kits that have the first hues, of those that have them again, and so on. */
const DASHES = [undefined, '36 14', '10 14'];
interface ProjectedPiecesProps {
  readonly pieces: LayoutView['pieces'];
  /** Placements that are cut already. */
  readonly cut: ReadonlySet<number>;
}

/** Pieces with their names in the colours of their kits, in table mm, y up turned down: part of an SVG. */
export function ProjectedPieces({ pieces, cut }: ProjectedPiecesProps) {
  const kits = [...new Set(pieces.map((p) => p.kit))];
  return pieces.map((piece) => {
    const kit = kits.indexOf(piece.kit);
    const hue = HUES[kit % HUES.length]!;
    const dash = DASHES[Math.floor(kit / HUES.length) % DASHES.length];
    const box = boxOf(piece.outline);
    // The middle of a bent piece's box may lie on its neighbour.
    const [x, y] = labelPlace(piece.outline, piece.holes).at;
    const isCut = cut.has(piece.placement);
    if (!box) return null;
    const size = Math.max(
      14,
      Math.min(60, (box.maxX - box.minX) / (0.62 * Math.max(3, piece.label.length)), (box.maxY - box.minY) / 1.6),
    );
    return (
      <g key={piece.placement} opacity={isCut ? 0.35 : 1}>
        <path
          d={pathOf([piece.outline, ...piece.holes])}
          fillRule="evenodd"
          fill={hue}
          fillOpacity={isCut ? 0 : 0.28}
          stroke={hue}
          strokeWidth={5}
          strokeDasharray={dash}
        />
        <text
          x={x}
          y={-y}
          fontSize={size}
          fontWeight={600}
          fill="#ffffff"
          textAnchor="middle"
          dominantBaseline="central"
        >
          {piece.label}
        </text>
      </g>
    );
  });
}

export function pathOf(rings: readonly Ring[]): string {
  return rings.map((ring) => `M${ring.map(([x, y]) => `${x} ${-y}`).join('L')}Z`).join('');
}
