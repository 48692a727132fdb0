import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LayoutView } from '#api/views.ts';
import { usePage } from '../page-context.ts';

/** The screen reader hears of the yield at most this often, ms. */
const SPOKEN_EVERY_MS = 5000;

interface YieldFigureProps {
  readonly layout: LayoutView | null;
  readonly label: string;
  /** What came of the layout where the job did not end well; without it the figure is the layout's own. */
  readonly cut?: { readonly yieldBp: number | null; readonly pieceCount: number };
}

/** The figure of the screen. It steps, it does not count up. */
export function YieldFigure({ layout, label, cut }: YieldFigureProps) {
  const { t } = useTranslation();
  const { formats } = usePage();
  const yieldBp = cut ? cut.yieldBp : (layout?.nestedYieldBp ?? null);
  const text = yieldBp === null ? '–' : formats.percentBp(yieldBp);
  const spoken = useSlowly(
    layout ? t('nest.spoken', { yield: text, pieces: formats.count(cut ? cut.pieceCount : layout.pieceCount) }) : '',
    SPOKEN_EVERY_MS,
  );
  return (
    <div className="yield">
      <p className="label">{label}</p>
      <p className="figure-104">
        {text}
        <span className="unit">{t('units.percent')}</span>
      </p>
      <p className="sr-only" aria-live="polite">
        {spoken}
      </p>
    </div>
  );
}

/** Follows a value, but changes at most once in `everyMs`; the last value always arrives. */
function useSlowly<T>(value: T, everyMs: number): T {
  const [shown, setShown] = useState(value);
  const last = useRef(-Infinity);
  useEffect(() => {
    if (value === shown) return;
    const wait = Math.max(0, last.current + everyMs - performance.now());
    const timer = setTimeout(() => {
      last.current = performance.now();
      setShown(value);
    }, wait);
    return () => clearTimeout(timer);
  }, [value, shown, everyMs]);
  return shown;
}
