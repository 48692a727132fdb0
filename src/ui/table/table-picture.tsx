import type { TablePicture } from '#api/table-routes.ts';
import type { Corner } from '#geometry/quad.ts';
import { tablePictureUrl } from '../link/station-client.ts';

/** Longer side of the whole picture as it is shown. */
const WHOLE_PX = 1600;

/** All of the picture, in its own pixels: part of an SVG. */
export function WholePicture({ picture }: { readonly picture: TablePicture }) {
  const { takenAt, widthPx, heightPx } = picture;
  return <image href={tablePictureUrl(takenAt, WHOLE_PX, null)} width={widthPx} height={heightPx} />;
}

interface TableLinesProps {
  readonly grid: readonly (readonly Corner[])[];
  readonly ends: readonly [Corner, Corner] | null;
}

/** The table's grid, in pixels of the picture. Lines are white on black, to be seen on anything. */
export function TableLines({ grid, ends }: TableLinesProps) {
  const [rim, ...lines] = grid.map(pathOf);
  return (
    <>
      {lines.length > 0 && <path className="table-line" d={lines.join('')} />}
      {rim && <path className="table-rim-under" d={rim} />}
      {rim && <path className="table-rim" d={rim} />}
      {ends && <path className="table-rim-under" d={pathOf(ends)} />}
      {ends && <path className="table-length" d={pathOf(ends)} />}
    </>
  );
}

function pathOf(points: readonly Corner[]): string {
  return points.length === 0 ? '' : `M${points.map(([u, v]) => `${u.toFixed(2)} ${v.toFixed(2)}`).join('L')}`;
}
