import { useTranslation } from 'react-i18next';
import { Button } from 'react-aria-components';
import type { PieceSight } from '#domain/cut-comparison.ts';
import { usePage, usePageState } from '../page-context.ts';
import { cannotSend } from '../state/page-state.ts';
import { isGood, piecesToLookAt, tallyOf, type SeenCut } from '../state/cut-scan.ts';
import { MainButton, SideButton } from './buttons.tsx';
import { useDefectName } from './defect-words.ts';
import { PieceShape } from './piece-shape.tsx';
import { SightSign } from './sight-sign.tsx';

const NO_HOLES = [] as const;

/** DONE, after a scan of the table: what it proposes for each piece, those in doubt first; the main button accepts. */
export function CutScanRail({ seen }: { readonly seen: SeenCut }) {
  const { t } = useTranslation();
  const { commands, dispatch, formats } = usePage();
  const isHeldBack = usePageState(cannotSend);
  const { goodCount, badCount, openCount } = tallyOf(seen);
  const rows = piecesToLookAt(seen);
  return (
    <aside className="rail rail-review" aria-label={t('cutScan.title')}>
      <div className="rail-top">
        <div className="figures" role="status">
          <p>
            <span className="figure-56">{formats.count(goodCount)}</span>
            <span className="label">{t('cutScan.isGood')}</span>
          </p>
          <p className="is-end">
            <span className="figure-56">{formats.count(openCount)}</span>
            <span className="label">{t('cutScan.isOpen')}</span>
          </p>
        </div>
        <div className="scroll" tabIndex={-1}>
          <h2 className="label">{t(rows.length > 0 ? 'cutScan.list' : 'cutScan.nothing')}</h2>
          {rows.length > 0 && (
            <ul className="rows-tight" aria-label={t('cutScan.list')}>
              {rows.map((sight) => (
                <SightRow key={sight.placement} sight={sight} seen={seen} />
              ))}
            </ul>
          )}
        </div>
      </div>
      <div className="rail-bottom">
        <SideButton
          icon="scan"
          action="scan cut again"
          isDisabled={isHeldBack}
          onPress={() => dispatch({ kind: 'cut-scan', cutScan: { stage: 'asked' } })}
        >
          {t('cutScan.again')}
        </SideButton>
        <MainButton
          icon="tick"
          action="accept scan"
          isDisabled={isHeldBack || openCount > 0}
          note={openCount > 0 || badCount === 0 ? undefined : t('done.badMarked', { count: badCount })}
          onPress={() => void commands.acceptScan(seen)}
        >
          {openCount > 0 ? t('cutScan.decide', { count: openCount }) : t('cutScan.accept', { count: goodCount })}
        </MainButton>
      </div>
    </aside>
  );
}

/** One piece: a tap changes what becomes of it, as on the picture. */
function SightRow({ sight, seen }: { readonly sight: PieceSight; readonly seen: SeenCut }) {
  const { t } = useTranslation();
  const { commands, dispatch, formats } = usePage();
  const why = useWhy();
  const isLost = usePageState((s) => s.link !== 'open');
  const decided = seen.kept.get(sight.placement);
  const label = usePageState(
    (s) => s.layout.value?.pieces.find((p) => p.placement === sight.placement)?.label ?? sight.piece,
  );
  return (
    <li>
      <Button
        className="defect-row"
        isDisabled={isLost}
        onPress={() => void commands.decide(sight.placement)}
        onFocus={() => dispatch({ kind: 'point', placement: sight.placement })}
      >
        <PieceShape outline={sight.outline} holes={NO_HOLES} size={48} />
        <span className="defect-words">
          <span className="defect-name">{label}</span>
          <span className="defect-note">{why(sight, seen)}</span>
          {decided && (
            <span className="defect-note">
              {t('cutScan.decidedBy', { who: decided.by, time: formats.timeOfDay(new Date(decided.at)) })}
            </span>
          )}
        </span>
        <SightSign isGood={isGood(seen, sight)} />
        <span className="sr-only">{t('cutScan.change')}</span>
      </Button>
    </li>
  );
}

/** What the scan saw of a piece, in the operator's words. */
function useWhy(): (sight: PieceSight, seen: SeenCut) => string {
  const { t } = useTranslation();
  const { formats } = usePage();
  const defectName = useDefectName();
  return ({ state, share, marks }, { comparison: { pieces } }) => {
    if (state === 'marked') return t('cutScan.marked', { what: marks.map(defectName).join(', ') });
    if (state === 'partly') return t('cutScan.partly', { percent: formats.count(100 * share) });
    if (state === 'unseen') return t('cutScan.unseen');
    // Whole or gone: what that says depends on how the pieces lie.
    if (state === 'there') return t(pieces === 'inPlace' ? 'cutScan.there' : 'cutScan.left');
    return t(pieces === 'inPlace' ? 'cutScan.missing' : 'cutScan.lifted');
  };
}
