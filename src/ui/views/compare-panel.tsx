import '../look/compare.css';
import { memo } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { LayoutView } from '#api/views.ts';
import { gradeName, bestQuality } from '#domain/grading.ts';
import type { Ring } from '#domain/ring.ts';
import { boxOf } from '../canvas/viewport.ts';
import { callStation } from '../link/station-client.ts';
import { useAnswer } from '../link/use-answer.ts';
import { usePage, usePageState } from '../page-context.ts';
import { gradingOf } from '../state/page-grading.ts';
import { shownLayout } from '../state/page-state.ts';
import { offeredFor, weigh, type Weighed } from '../state/weigh.ts';
import { ToolButton } from './buttons.tsx';
import { Icon } from './icons.tsx';
import { KIT_HUES } from './kit-badge.tsx';
import { usePoints } from './points-text.ts';

/** The search may find another way; asked for while the panel is open, ms. */
const EVERY_MS = 3000;

/** Opens the alternatives, beside the hide. */
export function CompareButton() {
  const { t } = useTranslation();
  const { dispatch } = usePage();
  const isShown = usePageState(
    (s) => s.status?.state === 'NESTING' && s.layout.value !== null && s.tool === 'look' && !s.isComparing,
  );
  if (!isShown) return null;
  return (
    <div className="float-corner">
      <ToolButton icon="compare" onPress={() => dispatch({ kind: 'compare', isOn: true })}>
        {t('compare.open')}
      </ToolButton>
    </div>
  );
}

/** Up to three layouts of the search side by side, each with what it gains and gives up; a tap takes one. The search
 *  goes on behind. */
export function ComparePanel() {
  const isComparing = usePageState((s) => s.isComparing);
  const job = usePageState((s) => s.status?.job ?? null);
  return isComparing && job ? <Alternatives job={job.id} inspection={job.inspectionSha256 ?? ''} /> : null;
}

function Alternatives({ job, inspection }: { readonly job: string; readonly inspection: string }) {
  const { t } = useTranslation();
  const { dispatch } = usePage();
  const grading = usePageState(gradingOf);
  const best = usePageState((s) => s.layout.value);
  const shown = usePageState(shownLayout);
  const found = useAnswer(
    `${job}/${inspection}`,
    () => callStation('alternatives', { params: { id: job } }),
    EVERY_MS,
  ).value;
  // The best is what the window has: the station may have told a newer one since.
  const kits = usePageState((s) => s.status?.order.kits ?? NO_KITS);
  const others = (found ?? []).slice(1).filter(({ sha256 }) => sha256 !== best?.sha256);
  const weighed = best ? others.map((layout) => weigh(best, layout, kits.length > 0)) : [];
  const offered = offeredFor(weighed);
  return (
    <section className="compare" aria-label={t('compare.title')}>
      <div className="compare-head">
        <h2>{t('compare.title')}</h2>
        <Button
          className="icon-button"
          aria-label={t('menu.close')}
          onPress={() => dispatch({ kind: 'compare', isOn: false })}
        >
          <Icon name="cross" size={28} />
        </Button>
      </div>
      {best && (
        <ul className="compare-list">
          <Alternative
            layout={best}
            name={t('compare.best')}
            weighed={weigh(best, best, kits.length > 0)}
            isShown={best.sha256 === shown?.sha256}
            onChoose={() => dispatch({ kind: 'choose', layout: null })}
          />
          {others.map((layout, i) => (
            <Alternative
              key={layout.sha256}
              layout={layout}
              name={t(GAIN_WORDS[offered[i]!], { grade: gradeName(bestQuality(grading), grading) })}
              weighed={weighed[i]!}
              isShown={layout.sha256 === shown?.sha256}
              onChoose={() => dispatch({ kind: 'choose', layout })}
            />
          ))}
        </ul>
      )}
      {found && others.length === 0 && <p className="hint">{t('compare.none')}</p>}
    </section>
  );
}

interface AlternativeProps {
  readonly layout: LayoutView;
  readonly name: string;
  readonly weighed: readonly Weighed[];
  readonly isShown: boolean;
  readonly onChoose: () => void;
}

function Alternative({ layout, name, weighed, isShown, onChoose }: AlternativeProps) {
  return (
    <li>
      <Button className="alternative" aria-pressed={isShown} onPress={onChoose}>
        <span className="alternative-name">
          {isShown && <Icon name="tick" size={24} />}
          {name}
        </span>
        <SmallLayout layout={layout} />
        <span className="alternative-facts">
          {weighed.map((one) => (
            <Fact key={one.what} weighed={one} />
          ))}
        </span>
      </Button>
    </li>
  );
}

const NO_KITS: readonly { readonly id: string }[] = [];

const GAIN_WORDS = {
  yield: 'compare.otherwise',
  kits: 'compare.moreKits',
  pieces: 'compare.morePieces',
  left: 'compare.moreLeft',
  cut: 'compare.shorter',
} as const;

const FACT_WORDS = {
  yield: 'nest.yield',
  kits: 'compare.kits',
  pieces: 'nest.pieces',
  left: 'compare.left',
  cut: 'compare.cut',
} as const;

function Fact({ weighed: { what, value, difference, isGain } }: { readonly weighed: Weighed }) {
  const { t } = useTranslation();
  const grading = usePageState(gradingOf);
  const { formats } = usePage();
  const points = usePoints();
  const write = (amount: number) => {
    switch (what) {
      case 'yield':
        return `${formats.percentBp(amount)} ${t('units.percent')}`;
      case 'kits':
      case 'pieces':
        return formats.count(amount);
      case 'left':
        return formats.area(amount);
      case 'cut':
        return formats.metres(amount);
    }
  };
  return (
    <span className="alternative-fact" data-gain={isGain ?? undefined}>
      <span className="alternative-what">
        {t(FACT_WORDS[what], { grade: gradeName(bestQuality(grading), grading) })}
      </span>
      <span className="alternative-value">{write(value)}</span>
      <span className="alternative-difference">
        {isGain !== null && (
          <>
            {isGain && <Icon name="tick" size={18} />}
            {what === 'yield'
              ? points(shownBp(value) - shownBp(value - difference)).text
              : `${difference > 0 ? '+' : '−'}${write(Math.abs(difference))}`}
          </>
        )}
      </span>
    </span>
  );
}

/** A yield as it is written: the difference must be that of the two figures that are read. */
const shownBp = (basisPoints: number) => 10 * Math.floor(basisPoints / 10);

/** The layout as a small picture, its kits in their hues. */
const SmallLayout = memo(
  function SmallLayout({ layout }: { readonly layout: LayoutView }) {
    const outline = usePageState((s) => s.inspection.value?.outline ?? null);
    const kits = usePageState((s) => s.status?.order.kits ?? NO_KITS);
    const box = outline && boxOf(outline);
    if (!box) return null;
    const byHue = new Map<number, string[]>();
    for (const piece of layout.pieces) {
      const hue = Math.max(
        0,
        kits.findIndex(({ id }) => id === piece.kit),
      );
      byHue.set(hue, [...(byHue.get(hue) ?? []), pathOf(piece.outline)]);
    }
    const width = box.maxX - box.minX;
    const height = box.maxY - box.minY;
    return (
      <svg className="small-layout" viewBox={`${box.minX} ${-box.maxY} ${width} ${height}`} aria-hidden="true">
        <path className="small-hide" d={pathOf(outline)} strokeWidth={width / 150} />
        {[...byHue].map(([hue, paths]) => (
          <path
            key={hue}
            className="small-pieces"
            d={paths.join('')}
            fill={KIT_HUES[hue % KIT_HUES.length]}
            strokeWidth={width / 400}
          />
        ))}
      </svg>
    );
  },
  (a, b) => a.layout === b.layout || (a.layout.sha256 !== null && a.layout.sha256 === b.layout.sha256),
);

function pathOf(ring: Ring): string {
  return `M${ring.map(([x, y]) => `${Math.round(x)} ${-Math.round(y)}`).join('L')}Z`;
}
