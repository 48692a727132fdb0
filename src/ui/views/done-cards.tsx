import '../look/done.css';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { Remnant } from '#domain/remnant.ts';
import { callStation } from '../link/station-client.ts';
import { useWish } from '../link/use-answer.ts';
import { usePage, usePageState } from '../page-context.ts';
import { cannotSend, isBrokenOff } from '../state/page-state.ts';
import { countedCuts } from '../state/marked-pieces.ts';
import { gradingOf } from '../state/page-grading.ts';
import { bestGrade, shortName } from '../stock/remnant-words.ts';
import { SideButton } from './buttons.tsx';
import { CutScanCards } from './cut-scan-cards.tsx';
import { Icon } from './icons.tsx';
import { PieceShape } from './piece-shape.tsx';

/** Beside the card for the pieces there is room for so many. */
const MOST_SHOWN = 2;

/** DONE, at the foot of the picture: whether what was cut is good, and what is left of the hide. */
export function DoneCards() {
  const marked = usePageState((s) => s.marked);
  const cutScan = usePageState((s) => s.cutScan);
  const job = usePageState((s) => s.status?.job ?? null);
  const hasSheet = usePageState((s) => s.sheet.value !== null);
  const isBroken = usePageState(isBrokenOff);
  if (!job || !hasSheet) return null;
  if (cutScan !== null) return <CutScanCards cutScan={cutScan} />;
  if (marked !== null) return <MarkingCard marked={marked} />;
  return (
    <div className="cards">
      {isBroken && <CutCard />}
      <QualityCard />
      {!isBroken && <RemnantCards />}
    </div>
  );
}

/** Opens the marking of what was cut, where the cutter broke off. */
function CutCard() {
  const { t } = useTranslation();
  const { dispatch, store } = usePage();
  const open = () => dispatch({ kind: 'mark', marked: countedCuts(store.getState()), isCut: true });
  return (
    <Button className="float-card done-card" onPress={open}>
      <Icon name="knife" size={32} />
      <span>
        <span className="card-title">{t('done.cutOpen')}</span>
        <span className="hint">{t('done.cutHint')}</span>
      </span>
    </Button>
  );
}

/** Opens the marking of pieces that are not good, of those that the cutter has counted. */
function QualityCard() {
  const { t } = useTranslation();
  const { dispatch } = usePage();
  const accepted = usePageState((s) => s.sheet.value?.accepted ?? null);
  const hasCut = usePageState((s) => countedCuts(s).length > 0);
  if (!hasCut) return null;
  const open = () => dispatch({ kind: 'mark', marked: accepted?.rejected ?? [], isCut: false });
  return (
    <Button className="float-card done-card" onPress={open}>
      <Icon name="ban" size={32} />
      <span className="card-title">{t(accepted ? 'done.goodAgain' : 'done.goodOpen')}</span>
    </Button>
  );
}

function MarkingCard({ marked }: { readonly marked: readonly number[] }) {
  const { t } = useTranslation();
  const { commands, dispatch } = usePage();
  const isCut = usePageState((s) => s.isMarkingCut);
  const isHeldBack = usePageState(cannotSend);
  const drop = () => dispatch({ kind: 'mark', marked: null });
  return (
    <div className="cards">
      <div className="float-card is-wide">
        <p className="grow" role="status">
          <span className="card-title">{t(isCut ? 'done.cutMarked' : 'done.badMarked', { count: marked.length })}</span>
          <span className="hint">{t(isCut ? 'done.cutTap' : 'done.goodTap')}</span>
        </p>
        <div className="card-buttons">
          {!isCut && (
            <SideButton
              icon="scan"
              action="open scan"
              isDisabled={isHeldBack}
              onPress={() => void commands.openCutScan()}
            >
              {t('cutScan.open')}
            </SideButton>
          )}
          <SideButton icon="cross" action="drop marks" onPress={drop}>
            {t('done.drop')}
          </SideButton>
          {!isCut && (
            <SideButton
              icon="tick"
              action="accept marks"
              isDisabled={isHeldBack}
              onPress={() => void commands.accept(marked)}
            >
              {t('done.keepMarked')}
            </SideButton>
          )}
        </div>
      </div>
    </div>
  );
}

/** As many as there is room for: of those that lie on the hide, the ones round the remnant that a finger has met, or the
 *  next after them. */
function RemnantCards() {
  const { t } = useTranslation();
  const { dispatch } = usePage();
  const all = usePageState((s) => s.remnants.value) ?? NONE;
  const front = usePageState((s) => s.frontRemnant);
  const met = all.findIndex(({ id }) => id === front);
  const first = met < 0 ? 0 : met - (met % MOST_SHOWN);
  const shown = all.slice(first, first + MOST_SHOWN);
  const next = all[first + MOST_SHOWN] ?? all[0];
  return (
    <>
      {shown.map((remnant) => (
        <RemnantCard key={remnant.id} remnant={remnant} />
      ))}
      {next && shown.length < all.length && (
        <Button
          className="float-card done-card done-more"
          onPress={() => dispatch({ kind: 'front-remnant', id: next.id })}
        >
          {t('done.moreRemnants', { count: all.length - shown.length })}
        </Button>
      )}
    </>
  );
}

const NONE: readonly Remnant[] = [];

/** A remnant lies in the stock unless somebody says that it is thrown away; a second tap takes that back. */
function RemnantCard({ remnant }: { readonly remnant: Remnant }) {
  const { t } = useTranslation();
  const { dispatch, formats, person } = usePage();
  const grading = usePageState(gradingOf);
  const { isSending, send } = useWish();
  const isHeldBack = usePageState(cannotSend);
  const isKept = remnant.state === 'free';
  const params = { id: remnant.id };
  const turn = () =>
    send(() =>
      isKept
        ? callStation('endRemnant', { params, body: { state: 'discarded', by: person.get() } })
        : callStation('keepRemnant', { params, body: { by: person.get() } }),
    ).then(() => dispatch({ kind: 'remnants-uncertain' }));
  return (
    <Button
      className="float-card done-card"
      aria-pressed={isKept}
      isDisabled={isSending || isHeldBack}
      onPress={() => void turn()}
    >
      <PieceShape outline={remnant.sheet.outline} holes={remnant.sheet.holes ?? []} size={48} />
      <span className="done-remnant">
        <span className="card-title">{shortName(remnant.id)}</span>
        <span className="hint">
          <span className="done-area">{formats.area(remnant.areaMm2)},</span> {bestGrade(remnant, grading)}
        </span>
      </span>
      <span className="keep-box">
        <span className="keep-tick">{isKept && <Icon name="tick" size={24} />}</span>
        {t('done.keepRemnant')}
      </span>
    </Button>
  );
}
