import type { TFunction } from 'i18next';
import { memo, useEffect, useMemo, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { gradeName } from '#domain/grading.ts';
import type { Defect } from '#domain/inspection.ts';
import type { Formats } from '../look/format.ts';
import { usePage, usePageState } from '../page-context.ts';
import { gradingOf } from '../state/page-grading.ts';
import type { PlacedPiece } from '../state/arrange.ts';
import { isGood } from '../state/cut-scan.ts';
import type { PageState } from '../state/page-state.ts';
import { metPieces, pieceTowards, type Arrow } from '../state/pointed-piece.ts';
import { useDefectName } from './defect-words.ts';
import { canMeetPieces, meetPiece } from './meet-piece.ts';

interface PictureWordsProps {
  readonly marks: readonly Defect[];
  readonly pieces: readonly PlacedPiece[];
}

/** Each mark and piece as a named element beside the canvas. There may be hundreds: made anew only when they change. */
export const PictureWords = memo(function PictureWords({ marks, pieces }: PictureWordsProps) {
  const { t } = useTranslation();
  const { formats } = usePage();
  const grading = usePageState(gradingOf);
  const nameOf = useDefectName();
  return (
    <div className="sr-only">
      {marks.length > 0 && (
        <ul aria-label={t('picture.marks')}>
          {marks.map((d) => (
            <MarkWord
              key={d.id}
              {...{ t, formats, nameOf }}
              kind={d.class}
              grade={gradeName(d.quality, grading)}
              areaMm2={d.areaMm2}
            />
          ))}
        </ul>
      )}
      {pieces.length > 0 && <PieceWords pieces={pieces} />}
    </div>
  );
});

interface MarkWordProps {
  readonly t: TFunction;
  readonly formats: Formats;
  readonly nameOf: ReturnType<typeof useDefectName>;
  readonly kind: string;
  readonly grade: string;
  readonly areaMm2: number;
}

/** Words of one mark. Given what they say and no more: two hundred of them take 50 ms, and most never change. */
const MarkWord = memo(function MarkWord({ t, formats, nameOf, kind, grade, areaMm2 }: MarkWordProps) {
  return <li>{t('picture.mark', { what: nameOf({ class: kind }), grade, area: formats.area(areaMm2) })}</li>;
});

const ARROWS: readonly string[] = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'] satisfies readonly Arrow[];

const idOf = (placement: number) => `piece-${placement}`;

/** The pieces, as a list that keys go through where they can be met: arrows as the pieces lie, Enter or space as a tap. */
function PieceWords({ pieces }: { readonly pieces: readonly PlacedPiece[] }) {
  const { t } = useTranslation();
  const page = usePage();
  const grading = usePageState(gradingOf);
  const isOpen = usePageState(canMeetPieces);
  const pointed = usePageState((s) => s.pointed);
  const picked = usePageState((s) => s.picked);
  const marked = usePageState((s) => s.marked);
  const isMarkingCut = usePageState((s) => s.isMarkingCut);
  const cutScan = usePageState((s) => s.cutScan);
  const said = useMemo(
    () => whatIsSaid({ picked, marked, isMarkingCut, cutScan }),
    [picked, marked, isMarkingCut, cutScan],
  );
  const shownCount = useGrowing(pieces);
  const point = (placement: number | null) => page.dispatch({ kind: 'point', placement });
  const onKeyDown = (event: KeyboardEvent) => {
    const state = page.store.getState();
    if (!isOpen) return;
    if (ARROWS.includes(event.key))
      point(pieceTowards(metPieces(state), state.pointed ?? state.picked, event.key as Arrow));
    else if (event.key !== 'Enter' && event.key !== ' ') return;
    else if (state.pointed !== null) meetPiece(page, state.pointed);
    event.preventDefault();
  };
  const items = pieces
    .slice(0, shownCount)
    .map(({ placement, label, kit, quality, isLocked }) => (
      <PieceWord
        key={placement}
        {...{ t, placement, label, kit, isLocked }}
        grade={gradeName(quality, grading)}
        said={said.get(placement) ?? null}
      />
    ));
  return (
    <ul
      className="piece-keys"
      role="listbox"
      aria-multiselectable={marked !== null || cutScan !== null}
      aria-label={t('picture.pieces')}
      aria-disabled={!isOpen}
      {...(isOpen ? { tabIndex: 0 } : {})}
      {...(pointed === null ? {} : { 'aria-activedescendant': idOf(pointed) })}
      onKeyDown={onKeyDown}
      onBlur={() => point(null)}
    >
      {items}
    </ul>
  );
}

type Said = 'picked' | 'isGood' | 'isBad' | 'isOpen' | 'isCut';

const SAID_WORDS = {
  isGood: 'cutScan.isGood',
  isBad: 'cutScan.isBad',
  isOpen: 'cutScan.isOpen',
  isCut: 'cutScan.isCut',
} as const;

interface PieceWordProps extends Pick<PlacedPiece, 'placement' | 'label' | 'kit' | 'isLocked'> {
  readonly t: TFunction;
  readonly grade: string;
  readonly said: Said | null;
}

/** One piece: its name, and what has been said about it. A piece that only moves says the same. */
const PieceWord = memo(function PieceWord({ t, placement, label, kit, grade, isLocked, said }: PieceWordProps) {
  const name = t(kit === null ? 'picture.piece' : 'picture.pieceKit', { label, kit, grade });
  const text = isLocked ? t('picture.pieceLocked', { piece: name }) : name;
  return (
    <li id={idOf(placement)} role="option" aria-selected={said === 'picked' || said === 'isBad' || said === 'isCut'}>
      {said === null || said === 'picked' ? text : `${text}, ${t(SAID_WORDS[said])}`}
    </li>
  );
});

/** Of each placement about which there is something to say. */
function whatIsSaid({
  picked,
  marked,
  isMarkingCut,
  cutScan,
}: Pick<PageState, 'picked' | 'marked' | 'isMarkingCut' | 'cutScan'>): ReadonlyMap<number, Said> {
  if (cutScan?.stage === 'seen')
    return new Map(cutScan.comparison.sights.map((s) => [s.placement, SAID[`${isGood(cutScan, s)}`]] as const));
  const said: Said = marked === null ? 'picked' : isMarkingCut ? 'isCut' : 'isBad';
  return new Map((marked ?? (picked === null ? [] : [picked])).map((placement) => [placement, said]));
}

const SAID = { true: 'isGood', false: 'isBad', null: 'isOpen' } as const;

/** Elements made in one task. */
const WORDS_A_STEP = 100;

/** How many of a list are there already: 500 elements at once would stop a finger for 30 ms. Starts over with no list. */
function useGrowing(list: readonly unknown[]): number {
  const [count, setCount] = useState(WORDS_A_STEP);
  const isWhole = count >= list.length;
  const isEmpty = list.length === 0;
  useEffect(() => {
    if (isEmpty) setCount(WORDS_A_STEP);
    if (isWhole) return undefined;
    const timer = setTimeout(() => setCount((before) => before + WORDS_A_STEP));
    return () => clearTimeout(timer);
  }, [isEmpty, isWhole, count]);
  return count;
}
