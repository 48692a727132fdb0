import { useTranslation } from 'react-i18next';
import type { LayoutView } from '#api/views.ts';
import { usePage } from '../page-context.ts';
import { trendLine } from '../state/trend.ts';
import { usePoints } from './points-text.ts';

const WIDTH = 328;
const HEIGHT = 48;

/** How the yield grew: steps, for a layout stands until a better one is found. Once the search has ended, what is possible
 *  at most takes the drawing's place. */
export function YieldTrend({ layout }: { readonly layout: LayoutView }) {
  const { t } = useTranslation();
  const { formats } = usePage();
  const points = usePoints();
  const trend = trendLine(layout, WIDTH - 8, HEIGHT - 16);
  return (
    <div className="trend">
      {layout.boundBy === null && (
        <svg width={WIDTH} height={HEIGHT} viewBox={`-2 -8 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
          <path d={trend.path} fill="none" stroke="currentColor" strokeWidth="2.5" strokeLinejoin="round" />
          <circle cx={trend.end[0]} cy={trend.end[1]} r="5.5" fill="currentColor" />
        </svg>
      )}
      <p className="trend-words">
        <span>{t(layout.isFinal ? 'nest.finished' : 'nest.improving')}</span>
        {trend.gainBp > 0 && !layout.isFinal && (
          <span>{t('nest.gain', { gain: points(trend.gainBp).text, seconds: formats.count(trend.gainSeconds) })}</span>
        )}
        <span>{formats.clock(layout.seconds)}</span>
      </p>
    </div>
  );
}
