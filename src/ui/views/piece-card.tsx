import { cannotSend, shownLayout } from '../state/page-state.ts';
import { useTranslation } from 'react-i18next';
import { gradeName } from '#domain/grading.ts';
import { toScreen, type Box, type Viewport } from '../canvas/viewport.ts';
import { usePage, usePageState } from '../page-context.ts';
import { gradingOf } from '../state/page-grading.ts';
import { ToolButton } from './buttons.tsx';

/** Size of the card and its air, px; the card stands below its piece where there is room, else above it. */
const WIDTH = 400;
const HEIGHT = 188;
const AIR = 14;

interface PieceCardProps {
  readonly box: Box;
  readonly view: Viewport;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** What can be done with the piece under the finger. */
export function PieceCard({ box, view, widthPx, heightPx }: PieceCardProps) {
  const { t } = useTranslation();
  const { commands, dispatch } = usePage();
  const grading = usePageState(gradingOf);
  const picked = usePageState((s) => s.picked);
  const layout = usePageState(shownLayout);
  const isHeldBack = usePageState(cannotSend);
  const piece = layout?.pieces.find((p) => p.placement === picked);
  if (!piece) return null;
  const grade = t('review.grade', { grade: gradeName(piece.quality, grading) });
  const note = piece.kit === null ? grade : `${piece.kit} · ${grade}`;
  const [left, top] = toScreen(view, [box.minX, box.maxY]);
  const [right, bottom] = toScreen(view, [box.maxX, box.minY]);
  const isBelow = bottom + AIR + HEIGHT < heightPx || top - AIR - HEIGHT < 0;
  const x = clamp((left + right) / 2 - WIDTH / 2, 12, widthPx - WIDTH - 12);
  const y = clamp(isBelow ? bottom + AIR : top - AIR - HEIGHT, 12, heightPx - HEIGHT - 12);
  return (
    <section className="piece-card" style={{ left: x, top: y, width: WIDTH }} aria-label={piece.label}>
      <div className="piece-card-name">
        <p>
          <span className="card-title">{piece.label}</span>
          <span className="hint">{piece.isLocked ? t('picture.pieceLocked', { piece: note }) : note}</span>
        </p>
        <ToolButton icon="cross" onPress={() => dispatch({ kind: 'pick', placement: null })}>
          {t('piece.close')}
        </ToolButton>
      </div>
      <div className="piece-card-tools">
        <ToolButton
          icon="turn"
          isDisabled={isHeldBack || piece.turns?.length === 1}
          onPress={() => void commands.turn(piece)}
        >
          {t('piece.turn')}
        </ToolButton>
        <ToolButton
          icon={piece.isLocked ? 'unlock' : 'lock'}
          isDisabled={isHeldBack}
          onPress={() => void (piece.isLocked ? commands.unlock(piece) : commands.place([piece]))}
        >
          {t(piece.isLocked ? 'piece.unlock' : 'piece.lock')}
        </ToolButton>
        <ToolButton icon="swap" isDisabled={isHeldBack} onPress={() => dispatch({ kind: 'swap' })}>
          {t('piece.swap')}
        </ToolButton>
        <ToolButton icon="ban" isDisabled={isHeldBack} onPress={() => void commands.ban(piece)}>
          {t('piece.ban')}
        </ToolButton>
      </div>
    </section>
  );
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
