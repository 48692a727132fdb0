import type { LayoutView } from '#api/views.ts';
import type { Ring } from '#domain/ring.ts';
import { fitLabel } from '../canvas/fit-label.ts';
import { labelPlace } from '../canvas/label-place.ts';
import { shortLabel } from '../canvas/scene.ts';

/** Light on leather: bright and apart in hue as well as by the letter. */
const HUES = ['#7fd4ff', '#ffd166', '#9bea8b', '#ff9ecb', '#d3b6ff'];
/** Rims of the kits that have the first hues, of those that have them again, and so on. */
const DASHES = [undefined, '36 14', '10 14'];
/** Type on the hide, mm: smaller is not read from where a person stands, and its width is known only about. */
const LEAST_TYPE = 25;
const MOST_TYPE = 60;
const EM_PER_LETTER = 0.62;

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
    const { outline: ring, holes } = piece;
    const [x, y] = labelPlace(ring, holes).at;
    const label = fitLabel([piece.label, shortLabel(piece.label)], {
      ...{ ring, holes, least: LEAST_TYPE, most: MOST_TYPE },
      widthOf: (text) => EM_PER_LETTER * text.length,
    });
    const isCut = cut.has(piece.placement);
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
        {label && (
          <text
            x={x}
            y={-y}
            transform={label.angle === 0 ? undefined : `rotate(${-label.angle} ${x} ${-y})`}
            fontSize={label.size}
            fontWeight={600}
            fill="#ffffff"
            textAnchor="middle"
            dominantBaseline="central"
          >
            {label.text}
          </text>
        )}
      </g>
    );
  });
}

export function pathOf(rings: readonly Ring[]): string {
  return rings.map((ring) => `M${ring.map(([x, y]) => `${x} ${-y}`).join('L')}Z`).join('');
}
