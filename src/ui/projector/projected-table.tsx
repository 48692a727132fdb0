import { useEffect, useState } from 'react';
import type { ProjectorView } from '#api/engineer-views.ts';
import { usePageState } from '../page-context.ts';
import type { Corner, Quad } from '#geometry/quad.ts';
import { layOnQuad } from './lay-on-quad.ts';
import { pathOf, ProjectedPieces } from './projected-pieces.tsx';

/** Distance of the lines that help to set the corners, mm. */
const GRID = 200;

interface ProjectedTableProps {
  readonly table: ProjectorView;
  readonly corners: Quad;
  readonly isSetting: boolean;
}

/** The table in mm, laid where the table is: the hide's outline and its pieces with names, in the colours of their kits;
 *  pieces that are cut already are fainter, and all of it is while the station is away. While the corners are set, a grid. */
export function ProjectedTable({ table: { tableWidth: w, tableHeight: h }, corners, isSetting }: ProjectedTableProps) {
  const [width, height] = useWindowSize();
  const layout = usePageState((s) => s.layout.value);
  const outline = usePageState((s) => s.inspection.value?.outline ?? null);
  const cutPlan = usePageState((s) => s.cutPlan.value);
  const cutCount = usePageState((s) => (s.status?.state === 'DONE' ? 0 : (s.cutCount ?? 0)));
  const hasJob = usePageState((s) => (s.status?.job ?? null) !== null && s.status?.state !== 'READY');
  // What the station said last may be true no more.
  const isOld = usePageState((s) => s.link !== 'open');
  const at = (corner: Corner): Corner => [corner[0] * width, corner[1] * height];
  const matrix = layOnQuad(w, h, [at(corners[0]), at(corners[1]), at(corners[2]), at(corners[3])]);
  if (matrix === null) return null;
  const cut = new Set((cutPlan?.order ?? []).slice(0, cutCount));
  return (
    <svg
      className={isOld && !isSetting ? 'projected is-old' : 'projected'}
      width={w}
      height={h}
      viewBox={`0 ${-h} ${w} ${h}`}
      style={{ transform: matrix }}
      aria-hidden="true"
    >
      {isSetting && <path d={gridOf(w, h)} stroke="#ffffff" strokeWidth={w / 800} fill="none" />}
      {isSetting && <path d={`M0 0H${w}V${-h}H0Z`} stroke="#ffffff" strokeWidth={w / 250} fill="none" />}
      {!isSetting && hasJob && outline && (
        <path d={pathOf([outline])} stroke="#ffffff" strokeWidth={4} strokeDasharray="30 20" fill="none" />
      )}
      {!isSetting && hasJob && layout && <ProjectedPieces pieces={layout.pieces} cut={cut} />}
    </svg>
  );
}

function gridOf(w: number, h: number): string {
  const lines: string[] = [];
  for (let x = GRID; x < w; x += GRID) lines.push(`M${x} 0V${-h}`);
  for (let y = GRID; y < h; y += GRID) lines.push(`M0 ${-y}H${w}`);
  return lines.join('');
}

function useWindowSize(): readonly [number, number] {
  const [size, setSize] = useState<readonly [number, number]>([innerWidth, innerHeight]);
  useEffect(() => {
    const look = () => setSize([innerWidth, innerHeight]);
    addEventListener('resize', look);
    return () => removeEventListener('resize', look);
  }, []);
  return size;
}
