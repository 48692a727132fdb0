import { useRef, type PointerEvent, type ReactNode } from 'react';
import type { TablePicture } from '#api/table-routes.ts';
import type { Corner } from '#geometry/quad.ts';
import { tablePictureUrl } from '../link/station-client.ts';
import { WholePicture } from './table-picture.tsx';

/** Pixels of the picture that the magnifier shows: four of the panel's to one of the picture's. */
const WIDE_PX = 78;
const HIGH_PX = 52;
/** Side of the parts that are fetched, px, and how far they lie apart: within one a finger moves without a fetch. */
const PART_PX = 512;
const APART_PX = 256;

interface MagnifierProps {
  readonly picture: TablePicture;
  /** The place in its middle, px of the picture. */
  readonly at: Corner;
  readonly label: string;
  readonly onMove: (at: Corner, isNew: boolean) => void;
  /** What lies over the picture, in its pixels. */
  readonly children: ReactNode;
}

/** The picture round a place, pixel by pixel. A finger on it pulls the picture under the cross, a quarter as far as it
 *  moves, so that a place is set to the pixel with a glove on. */
export function Magnifier({ picture, at: [u, v], label, onMove, children }: MagnifierProps) {
  const held = useRef<{ readonly id: number; readonly finger: Corner; readonly at: Corner; isNew: boolean } | null>(
    null,
  );
  const move = (event: PointerEvent<SVGSVGElement>) => {
    const hold = held.current;
    if (hold?.id !== event.pointerId) return;
    const scale = event.currentTarget.getBoundingClientRect().width / WIDE_PX;
    const inside = (value: number, most: number) => Math.min(most, Math.max(0, value));
    const moved: Corner = [
      inside(hold.at[0] - (event.clientX - hold.finger[0]) / scale, picture.widthPx),
      inside(hold.at[1] - (event.clientY - hold.finger[1]) / scale, picture.heightPx),
    ];
    onMove(moved, hold.isNew);
    hold.isNew = false;
  };
  const part = partRound(u, v, picture);
  return (
    <svg
      className="magnifier"
      viewBox={`${u - WIDE_PX / 2} ${v - HIGH_PX / 2} ${WIDE_PX} ${HIGH_PX}`}
      role="img"
      aria-label={label}
      onPointerDown={(event) => {
        if (held.current !== null) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        held.current = { id: event.pointerId, finger: [event.clientX, event.clientY], at: [u, v], isNew: true };
      }}
      onPointerMove={move}
      onPointerUp={() => (held.current = null)}
      onPointerCancel={() => (held.current = null)}
    >
      <WholePicture picture={picture} />
      <image
        className="magnified"
        href={tablePictureUrl(picture.takenAt, PART_PX, part)}
        x={part.left}
        y={part.top}
        width={part.width}
        height={part.height}
      />
      {children}
      <path className="magnifier-cross is-under" d={crossAt(u, v)} />
      <path className="magnifier-cross" d={crossAt(u, v)} />
    </svg>
  );
}

/** A part that shows all of the magnifier's view, and the same for places near by. */
function partRound(u: number, v: number, { widthPx, heightPx }: TablePicture) {
  const start = (at: number, most: number) =>
    Math.max(0, Math.min(Math.floor((at - APART_PX / 2) / APART_PX) * APART_PX, most - 1));
  const [left, top] = [start(u, widthPx), start(v, heightPx)];
  return { left, top, width: Math.min(PART_PX, widthPx - left), height: Math.min(PART_PX, heightPx - top) };
}

/** Open in the middle: the pixel itself is seen. */
function crossAt(u: number, v: number): string {
  const [near, far] = [1.5, 14];
  return `M${u - far} ${v}H${u - near}M${u + near} ${v}H${u + far}M${u} ${v - far}V${v - near}M${u} ${v + near}V${v + far}`;
}
