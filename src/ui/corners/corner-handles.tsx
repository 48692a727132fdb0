import './corners.css';
import { useRef } from 'react';
import type { Corner } from '#geometry/quad.ts';

export interface Handle {
  readonly id: string;
  /** What stands in it. */
  readonly sign: string;
  readonly label: string;
  /** Shares of the width and height of what the handles lie in, y down. */
  readonly at: Corner;
}

interface CornerHandlesProps {
  readonly handles: readonly Handle[];
  /** One press of an arrow key, as shares; with Shift ten of them. */
  readonly step: Corner;
  readonly chosen?: number;
  readonly onChoose?: (index: number) => void;
  /** @param isNew another drag or press has begun: what stood before can be gone back to */
  readonly onChange: (index: number, at: Corner, isNew: boolean) => void;
}

const KEYS: Readonly<Record<string, Corner>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Places to drag by finger, or to move by the arrow keys; they lie over their parent. A finger takes a handle where it
 *  touches it: nothing jumps. */
export function CornerHandles({ handles, step, chosen, onChoose, onChange }: CornerHandlesProps) {
  /** Of each finger: from its place to the handle's own, shares; and whether it has moved yet. */
  const held = useRef(new Map<number, { readonly from: Corner; isNew: boolean }>());
  const move = (index: number, [x, y]: Corner, isNew: boolean) => {
    const inside = (v: number) => Math.min(1, Math.max(0, v));
    onChange(index, [inside(x), inside(y)], isNew);
  };
  return handles.map(({ id, sign, label, at: [x, y] }, i) => (
    <button
      key={id}
      type="button"
      className="corner"
      aria-label={label}
      {...(chosen === undefined ? {} : { 'aria-pressed': chosen === i })}
      style={{ left: `${100 * x}%`, top: `${100 * y}%` }}
      onFocus={() => onChoose?.(i)}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        const [u, v] = shareOf(event);
        held.current.set(event.pointerId, { from: [x - u, y - v], isNew: true });
        onChoose?.(i);
      }}
      onPointerMove={(event) => {
        const finger = held.current.get(event.pointerId);
        if (!finger) return;
        const [u, v] = shareOf(event);
        move(i, [u + finger.from[0], v + finger.from[1]], finger.isNew);
        finger.isNew = false;
      }}
      onPointerUp={(event) => held.current.delete(event.pointerId)}
      onPointerCancel={(event) => held.current.delete(event.pointerId)}
      onKeyDown={(event) => {
        const way = KEYS[event.key];
        if (!way) return;
        event.preventDefault();
        const times = event.shiftKey ? 10 : 1;
        move(i, [x + times * step[0] * way[0], y + times * step[1] * way[1]], true);
      }}
    >
      <span className="corner-sign">{sign}</span>
    </button>
  ));
}

/** Where a finger is, as shares of what the handles lie in. */
function shareOf({
  currentTarget,
  clientX,
  clientY,
}: {
  readonly currentTarget: HTMLElement;
  readonly clientX: number;
  readonly clientY: number;
}): Corner {
  const box = currentTarget.offsetParent!.getBoundingClientRect();
  return [(clientX - box.left) / box.width, (clientY - box.top) / box.height];
}
