import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { LayoutView } from '#api/views.ts';
import { usePage, usePageState } from '../page-context.ts';
import { canCut, cannotSend, shownLayout } from '../state/page-state.ts';
import { mostPossible } from '../state/most-possible.ts';
import { kitCounts } from '../state/kit-counts.ts';
import { MainButton, ToolButton } from './buttons.tsx';
import { KitBadge } from './kit-badge.tsx';
import { usePieceNames } from './piece-names.ts';
import { UndoNote, UndoTools } from './undo-tools.tsx';
import { YieldFigure } from './yield-figure.tsx';
import { YieldTrend } from './yield-trend.tsx';

/** NESTING: the yield and how it grows, what is placed, and the one tap that cannot be undone. */
export function NestRail() {
  const { t } = useTranslation();
  const { commands, dispatch, formats } = usePage();
  const layout = usePageState(shownLayout);
  /** Of the search, which goes on behind a chosen layout. */
  const newest = usePageState((s) => s.layout.value) ?? layout;
  const order = usePageState((s) => s.status?.order);
  const tool = usePageState((s) => s.tool);
  const isHeldBack = usePageState(cannotSend);
  const inspection = usePageState((s) => s.status?.job?.inspectionSha256 ?? '');
  const pressed = useRef<LayoutView | null>(null);
  const isReady = usePageState((s) => canCut(s, shownLayout(s)));
  return (
    <aside className="rail rail-nest" aria-label={t('steps.nest')}>
      <div className="rail-top">
        <YieldFigure layout={layout} label={t('nest.yield')} />
        {newest ? <YieldTrend layout={newest} /> : <p className="hint">{t('nest.first')}</p>}
        <MostPossible shown={layout} newest={newest} />
        {layout && (
          <ul className="rows ruled">
            <li className="row">
              <span className="row-name">{t('nest.pieces')}</span>
              <span className="figure-24">{formats.count(layout.pieceCount)}</span>
              <span className="row-of">{t('nest.ofPieces', { count: orderedCount(layout) })}</span>
            </li>
            {kitCounts(layout, order?.kits ?? []).map((kit) => (
              <li className="row" key={kit.id}>
                <KitBadge name={kit.id} position={kit.position} />
                <span className="row-name">{kit.id}</span>
                <span className="figure-24">{formats.count(kit.pieceCount)}</span>
                <span className="row-of">{t('nest.kitPieces', { count: kit.pieceCount })}</span>
              </li>
            ))}
          </ul>
        )}
        {layout && layout.unplaced.length > 0 && <Unplaced layout={layout} />}
        <div className="tools">
          <ToolButton
            icon="forbid"
            isOn={tool === 'area'}
            onPress={() => dispatch({ kind: 'tool', tool: tool === 'area' ? 'look' : 'area' })}
          >
            {t('nest.forbid')}
          </ToolButton>
          <UndoTools />
          <ToolButton
            icon="stop"
            isDisabled={isHeldBack || !newest || newest.isFinal}
            onPress={() => void commands.stopNest()}
          >
            {t('nest.stop')}
          </ToolButton>
        </div>
        <UndoNote />
      </div>
      <div className="rail-bottom">
        <MainButton
          icon="knife"
          // It counts from when there is a layout of this inspection to cut: the first comes under a finger that taps twice.
          action={isReady ? `cut ${inspection}` : 'wait'}
          note={t(isReady ? 'nest.cutFinal' : 'nest.cutWait')}
          isDisabled={!isReady || isHeldBack}
          onPressStart={() => {
            pressed.current = layout;
            if (layout) dispatch({ kind: 'hold', layout });
          }}
          onPressEnd={() => dispatch({ kind: 'let-go' })}
          onPress={() => {
            // The layout at touch down, even if a better one has come since.
            if (pressed.current) void commands.approve(pressed.current);
          }}
        >
          {t('nest.cut')}
        </MainButton>
      </div>
    </aside>
  );
}

/** How much better it could be at most, and what says so. */
function MostPossible({ shown, newest }: { readonly shown: LayoutView | null; readonly newest: LayoutView | null }) {
  const { t } = useTranslation();
  const { formats } = usePage();
  const most = mostPossible(shown, newest);
  if (!most) return null;
  // Up, as the yield is rounded down: together they are never less than what is possible.
  const points = formats.percentBp(10 * Math.ceil(most.gainBp / 10));
  return (
    <p className="most-possible">
      {most.gainBp < LEAST_GAIN_BP ? t('nest.mostNone') : t('nest.most', { points })}{' '}
      <span className="hint">{t(PROOFS[most.by])}</span>
    </p>
  );
}

const PROOFS = {
  area: 'nest.mostBy.area',
  quality: 'nest.mostBy.quality',
  rows: 'nest.mostBy.rows',
  order: 'nest.mostBy.order',
} as const;

/** Less than this a layout cannot be told from the best one: half of the last digit that the yield shows. */
const LEAST_GAIN_BP = 5;

/** Pieces that were to lie on this hide: those that do and those that found no place. */
function orderedCount(layout: LayoutView): number {
  return layout.unplaced.reduce((sum, u) => sum + u.count, layout.pieceCount);
}

/** What found no place and why, in two lines at most; all of it stands in Orders. */
function Unplaced({ layout }: { readonly layout: LayoutView }) {
  const { t, i18n } = useTranslation();
  const { formats } = usePage();
  const nameOf = usePieceNames(true);
  const reasonOf = (code: string) => t(i18n.exists(`reasons:${code}`) ? `reasons:${code}` : 'reasons:other');
  const byReason = Map.groupBy(layout.unplaced, (u) => reasonOf(u.reason));
  return (
    <p className="unplaced">
      {[...byReason].map(([reason, pieces]) => (
        <span key={reason}>
          <span className="unplaced-why">{t('nest.unplacedWhy', { reason })}</span>{' '}
          {pieces.map((u) => `${formats.count(u.count)} × ${nameOf(u.id)}`).join(', ')}{' '}
        </span>
      ))}
    </p>
  );
}
