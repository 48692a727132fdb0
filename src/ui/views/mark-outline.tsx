interface MarkOutlineProps {
  /** SVG path data. */
  readonly path: string;
  /** Width of a screen's px in the picture's unit. */
  readonly line: number;
  readonly isDoubtful: boolean;
}

/** A mark's rim over its picture; it holds on any leather: amber on black where it is to be decided, ink on white once it is
 *  settled. */
export function MarkOutline({ path, line, isDoubtful }: MarkOutlineProps) {
  if (isDoubtful)
    return (
      <>
        <path d={path} fill="none" stroke="#14181b" strokeWidth={line * 3} />
        <path
          d={path}
          fill="none"
          stroke="#ffb000"
          strokeWidth={line * 3}
          strokeDasharray={`${line * 4} ${line * 4}`}
        />
      </>
    );
  return (
    <>
      <path d={path} fill="none" stroke="#ffffff" strokeWidth={line * 5} />
      <path d={path} fill="none" stroke="#14181b" strokeWidth={line * 2} />
    </>
  );
}
