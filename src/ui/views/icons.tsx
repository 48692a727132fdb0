import type { ReactElement } from 'react';

/** Icons are drawn in a box of 24 with lines of 2, in the colour of the text beside them. */
const SHAPES = {
  menu: <path d="M3 6h18M3 12h18M3 18h18" />,
  tick: <path d="M4 13l5 5L20 6" />,
  plug: <path d="M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4" />,
  scan: (
    <path d="M3 8V5a2 2 0 0 1 2-2h3M16 3h3a2 2 0 0 1 2 2v3M21 16v3a2 2 0 0 1-2 2h-3M8 21H5a2 2 0 0 1-2-2v-3M3 12h18" />
  ),
  cross: <path d="M5 5l14 14M19 5L5 19" />,
  knife: <path d="M5 17L16.5 4.5a1.8 1.8 0 0 1 2.7 2.4L9.5 18.5zM3 21h8" />,
  pause: <path d="M8 5v14M16 5v14" strokeWidth="3.5" />,
  play: <path d="M7 4l13 8-13 8z" fill="currentColor" />,
  arrow: <path d="M3 12h17M13 5l7 7-7 7" />,
  pen: <path d="M4 20l1.2-4.8L16.5 3.9a2 2 0 0 1 2.8 0l.8.8a2 2 0 0 1 0 2.8L8.8 18.8zM14.5 6l3.5 3.5" />,
  line: <path d="M6.5 17.5l11-11M3.5 18.5a2 2 0 1 0 4 0 2 2 0 1 0-4 0M16.5 5.5a2 2 0 1 0 4 0 2 2 0 1 0-4 0" />,
  turn: <path d="M20 12a8 8 0 1 1-2.6-5.9M20 3v4.5h-4.5" />,
  lock: <path d="M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3" />,
  unlock: <path d="M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 6.8-1.2" />,
  swap: <path d="M4 8.5h15M15 4.5l4 4-4 4M20 16.5H5M9 12.5l-4 4 4 4" />,
  redo: <path d="M16 4l4.5 4.5L16 13M20 8.5h-9.5a6 6 0 0 0 0 12H15" />,
  area: <path d="M12 4c5 0 9 2.6 9 7s-3 8-8 8-10-2.5-10-8 4-7 9-7z" strokeDasharray="3.5 3" />,
  undo: <path d="M8 4L3.5 8.5 8 13M4 8.5h9.5a6 6 0 0 1 0 12H9" />,
  erase: <path d="M8 20l-5-5L14 4l7 7-9 9zM8.5 9.5l7 7M8 20h13" />,
  forbid: <path d="M4 4h16v16H4z M9 9l6 6M15 9l-6 6" strokeDasharray="3.2 2.4" />,
  ban: <path d="M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM6.5 6.5l11 11" />,
  compare: <path d="M4 4h6.5v16H4zM13.5 4H20v16h-6.5z" />,
  stop: <path d="M6 6h12v12H6z" fill="currentColor" />,
  down: <path d="M12 3v13M5.5 10l6.5 6.5 6.5-6.5M4 21h16" />,
  up: <path d="M12 20V5M5 12l7-7 7 7" />,
  octagon: <path d="M8 2.5h8l5.5 5.5v8L16 21.5H8L2.5 16V8zM12 7v6M12 16.5v.1" />,
  triangle: <path d="M12 3L22 20.5H2zM12 9.5v5M12 17.5v.1" />,
  whole: <path d="M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5" />,
  ring: <path d="M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16z" strokeDasharray="3.2 3" />,
  back: <path d="M15 4l-8 8 8 8" />,
  list: <path d="M4 6h.1M4 12h.1M4 18h.1M9 6h12M9 12h12M9 18h12" />,
  grid: <path d="M4 4h16v16H4zM4 9.3h16M4 14.7h16M9.3 4v16M14.7 4v16" />,
  history: <path d="M4 5v5h5M4.5 10a8 8 0 1 1-.4 4M12 8v4.5l3 2" />,
  gear: (
    <path d="M12 15.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM12 2.5v3M12 18.5v3M2.5 12h3M18.5 12h3M5.3 5.3l2.1 2.1M16.6 16.6l2.1 2.1M18.7 5.3l-2.1 2.1M7.4 16.6l-2.1 2.1" />
  ),
  beam: <path d="M9 3h6v5H9zM10 8l-6 12h16L14 8M8 14h8" />,
  tag: <path d="M3 11V4a1 1 0 0 1 1-1h7l9.5 9.5a1 1 0 0 1 0 1.4l-6.6 6.6a1 1 0 0 1-1.4 0zM7.5 7.5v.1" />,
  stock: <path d="M3 8l9-5 9 5-9 5zM3 12l9 5 9-5M3 16l9 5 9-5" />,
  clock: <path d="M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4.5l3 2" />,
  files: <path d="M7 3h7l5 5v13H7zM14 3v5h5M3 7v14" />,
} satisfies Record<string, ReactElement>;

export type IconName = keyof typeof SHAPES;

/** Decoration: the words beside it carry the meaning. */
export function Icon({ name, size = 24 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {SHAPES[name]}
    </svg>
  );
}
