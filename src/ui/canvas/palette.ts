/** Colours the canvas draws with, read from the tokens: one source for page and picture. */
export interface Palette {
  readonly table: string;
  readonly tableLine: string;
  readonly hideLine: string;
  readonly pieceLine: string;
  readonly onPiece: string;
  readonly casing: string;
  readonly doubt: string;
  readonly alarm: string;
  readonly ink: string;
  readonly ink2: string;
  readonly card: string;
  readonly focus: string;
  readonly isDark: boolean;
  /** By quality 0 to 4 (0, D, C, B, A). */
  readonly grades: readonly { readonly fill: string; readonly ink: string }[];
  /** Kits in turn. */
  readonly hues: readonly string[];
  readonly font: string;
  readonly flyMs: number;
  readonly pulseMs: number;
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  const ms = (name: string) => Number.parseFloat(token(name)) || 0;
  return {
    table: token('--table'),
    tableLine: token('--table-line'),
    hideLine: token('--hide-line'),
    pieceLine: token('--piece-line'),
    onPiece: token('--on-piece'),
    casing: token('--casing'),
    doubt: token('--doubt'),
    alarm: token('--alarm'),
    ink: token('--ink'),
    ink2: token('--ink-2'),
    card: token('--card'),
    focus: token('--focus'),
    isDark: element.getAttribute('data-theme') === 'dark',
    grades: [
      { fill: token('--grade-0'), ink: token('--on-grade-0') },
      { fill: token('--grade-d'), ink: token('--on-grade-d') },
      { fill: token('--grade-c'), ink: token('--on-grade-c') },
      { fill: token('--grade-b'), ink: token('--on-grade-b') },
      { fill: '#ffffff', ink: '#14181b' },
    ],
    hues: ['--p-t1', '--p-w', '--p-n', '--p-t2', '--p-t3'].map(token),
    font: token('--font'),
    flyMs: ms('--m-fly'),
    pulseMs: ms('--m-pulse'),
  };
}
