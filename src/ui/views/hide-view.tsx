import { useEffect, useRef, useState, type ComponentProps } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { followGestures } from '../canvas/gestures.ts';
import { HidePainter } from '../canvas/hide-painter.ts';
import { markAt, remnantAt } from '../canvas/hit.ts';
import { sceneOf } from '../canvas/scene.ts';
import { strokeMeant } from '../canvas/stroke-meant.ts';
import { pieceHand } from '../canvas/piece-hand.ts';
import { boxOf, toTable, type Insets } from '../canvas/viewport.ts';
import { usePage, usePageState } from '../page-context.ts';
import { type PageState, shownLayout, shownStation } from '../state/page-state.ts';
import { Icon } from './icons.tsx';
import { CompareButton, ComparePanel } from './compare-panel.tsx';
import { canMeetPieces, meetPiece } from './meet-piece.ts';
import { PieceCard } from './piece-card.tsx';
import { PictureCards } from './picture-cards.tsx';
import { PictureWords } from './picture-words.tsx';
import { ReadyPicture } from './ready-picture.tsx';

const WITHOUT_CARDS: Insets = { left: 20, top: 20, right: 20, bottom: 20 };
/** The cards under the picture in READY and REVIEWING. */
const WITH_CARDS: Insets = { left: 20, top: 24, right: 20, bottom: 120 };
/** A finger hits a mark this near, px. */
const FINGER_PX = 28;
/** The piece's card comes back when the picture has stood still for this long. */
const CARD_AFTER_MS = 160;

/** The hide: a canvas with marks and pieces, and beside it the same as words. */
export function HideView() {
  const { t } = useTranslation();
  const page = usePage();
  const state = usePageState((s) => s);
  const canvas = useRef<HTMLCanvasElement>(null);
  const painter = useRef<HidePainter | null>(null);
  const [isZoomed, setIsZoomed] = useState(false);
  const [card, setCard] = useState<ComponentProps<typeof PieceCard> | null>(null);

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const made = new HidePainter(element, (share) =>
      page.locale.i18n.t('operator:review.cost', { percent: page.formats.share(share) }),
    );
    painter.current = made;
    const now = () => page.store.getState();
    show(made, now());
    const hand = pieceHand(made, now, FINGER_PX);
    let settling: ReturnType<typeof setTimeout> | null = null;
    const hideCard = () => {
      if (settling !== null) clearTimeout(settling);
      setCard(null);
    };
    /** The card stands still beside its piece: not while the picture or the piece moves. */
    const moveCard = (isMoving: boolean) => {
      if (settling !== null) clearTimeout(settling);
      settling = isMoving ? setTimeout(() => moveCard(false), CARD_AFTER_MS) : null;
      const piece = shownLayout(now())?.pieces.find((p) => p.placement === now().picked);
      const box = piece && boxOf(piece.outline);
      const isShown = !isMoving && box && !now().isSwapping;
      setCard(
        isShown ? { box, view: made.view(), widthPx: element.clientWidth, heightPx: element.clientHeight } : null,
      );
    };
    const ends = [
      page.store.subscribe((s, before) => {
        show(made, s);
        if (s.pointed !== before.pointed) hand.showPicked();
        if (s.picked === before.picked && s.isSwapping === before.isSwapping && s.held === before.held) return;
        hand.showPicked();
        moveCard(false);
      }),
      () => settling !== null && clearTimeout(settling),
      page.theme.watch(() => made.repaint()),
      followGestures({
        element,
        view: () => made.view(),
        setView: (view) => {
          made.setView(view);
          setIsZoomed(true);
          if (now().picked !== null) moveCard(true);
        },
        limits: () => made.limits(),
        isDrawing: () => ['pen', 'area', 'line'].includes(now().tool),
        onStroke: (stroke, isDone) => {
          const { tool } = now();
          if (tool === 'look' || tool === 'erase') return;
          const view = made.view();
          const meant = strokeMeant(
            tool,
            stroke.map((p) => toTable(view, p)),
            view.scale,
          );
          made.setDraft(isDone ? null : meant.seen);
          const ring = isDone ? meant.ring() : null;
          if (!ring) return;
          // Where pieces lie, an area can only be forbidden: no question to ask.
          if (now().status?.state === 'NESTING') {
            page.dispatch({ kind: 'tool', tool: 'look' });
            void page.commands.addDefect(ring, 0);
          } else page.dispatch({ kind: 'draft', ring });
        },
        grabs: (at) => hand.grabs(at),
        onDrag: (by, isDone) => {
          const landing = hand.drag(by, isDone);
          if (isDone) moveCard(false);
          else hideCard();
          if (landing) void page.commands.place([landing]);
        },
        onTap: (at) => {
          if (canMeetPieces(now())) return meetPiece(page, hand.placementAt(at));
          if (shownStation(now()) === 'DONE') {
            const remnant = remnantAt(sceneOf(now()).remnants, toTable(made.view(), at));
            return remnant ? page.dispatch({ kind: 'front-remnant', id: remnant.id }) : undefined;
          }
          if (now().status?.state !== 'REVIEWING' || now().draft) return;
          const view = made.view();
          const mark = markAt(sceneOf(now()).marks, toTable(view, at), FINGER_PX / view.scale);
          if (now().tool === 'look') page.dispatch({ kind: 'select', id: mark?.id ?? null });
          const defect = now().inspection.value?.defects.find((d) => d.id === mark?.id);
          if (now().tool === 'erase' && defect) void page.commands.remove(defect);
        },
      }),
    ];
    return () => {
      for (const end of ends) end();
      made.close();
      painter.current = null;
    };
  }, [page]);

  const station = shownStation(state);
  useEffect(() => setIsZoomed(false), [station]);
  return (
    <section
      className="picture"
      aria-label={t('picture.label')}
      data-layout={hasPieces(state) ? shownLayout(state)?.sha256 : undefined}
    >
      <canvas ref={canvas} className={state.tool === 'look' ? '' : 'is-drawing'} aria-hidden="true" />
      {station === 'READY' && <ReadyPicture />}
      <PictureWords
        marks={state.inspection.value !== null && hasMarks(state) ? state.inspection.value.defects : NOTHING}
        pieces={hasPieces(state) ? (shownLayout(state)?.pieces ?? NOTHING) : NOTHING}
      />
      {isZoomed && (
        <Button
          className="float-button"
          onPress={() => {
            painter.current?.showAll();
            setIsZoomed(false);
          }}
        >
          <Icon name="whole" size={28} />
          {t('picture.showAll')}
        </Button>
      )}
      {card && <PieceCard {...card} />}
      <CompareButton />
      <PictureCards />
      <ComparePanel />
    </section>
  );
}

function show(painter: HidePainter, state: PageState): void {
  const station = shownStation(state);
  const hasNestCard = state.chosen !== null || (state.inspection.value?.banned?.length ?? 0) > 0;
  const hasCards =
    ['REVIEWING', 'READY', 'STARTING', 'DONE', undefined].includes(station) || (station === 'NESTING' && hasNestCard);
  painter.show(sceneOf(state), shownLayout(state), hasCards ? WITH_CARDS : WITHOUT_CARDS);
}

const NOTHING = [] as const;

function hasMarks({ status }: PageState): boolean {
  return status?.state === 'REVIEWING' || status?.state === 'NESTING';
}

function hasPieces(state: PageState): boolean {
  return ['NESTING', 'RELEASED', 'CUTTING', 'PAUSED', 'DONE'].includes(shownStation(state) ?? '');
}
