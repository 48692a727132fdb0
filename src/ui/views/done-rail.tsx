import { useTranslation } from 'react-i18next';
import { usePage, usePageState } from '../page-context.ts';
import { leftCount } from '../state/marked-pieces.ts';
import { cannotSend, isBrokenOff, jobToGoOnWith } from '../state/page-state.ts';
import { MainButton, SideButton } from './buttons.tsx';
import { useErrorText } from './error-text.ts';
import { useDoneYields } from './done-yields.ts';
import { Icon } from './icons.tsx';
import { usePoints } from './points-text.ts';
import { PrintLabels } from './print-labels.tsx';
import { YieldFigure } from './yield-figure.tsx';

/** DONE: what the hide gave. A job that ended otherwise says so first; one that was broken off can go on. */
export function DoneRail() {
  const { t } = useTranslation();
  const { formats } = usePage();
  const points = usePoints();
  const difference = (basisPoints: number) => {
    const { value, unit } = points(basisPoints);
    return { value, unit };
  };
  const ending = usePageState((s) => endingOf(s.status?.job?.state));
  const layout = usePageState((s) => s.layout.value);
  const usable = usePageState((s) => s.inspection.value?.usableMm2 ?? null);
  const yields = useDoneYields();
  const cutCount = usePageState((s) => s.status?.job?.cutCount ?? 0);
  const isBroken = usePageState(isBrokenOff);
  const canGoOn = usePageState((s) => jobToGoOnWith(s) !== null);
  const leather = usable ? Object.values(usable).reduce((sum, mm2) => sum + mm2, 0) : null;
  const unplaced = layout?.unplaced.reduce((sum, u) => sum + u.count, 0) ?? 0;
  return (
    <aside className="rail" aria-label={t('steps.done')}>
      <div className="rail-top">
        {layout ? (
          <YieldFigure
            layout={layout}
            label={t(ending === 'done' ? 'done.yield' : 'done.cutYield')}
            {...(ending === 'done' ? {} : { cut: { yieldBp: yields.cutBp, pieceCount: cutCount } })}
          />
        ) : (
          ending !== 'done' && <h2 className="rail-state">{t(`done.${ending}`)}</h2>
        )}
        <p className="ruled answer" role="status">
          <Icon name={ending === 'done' ? 'tick' : 'octagon'} size={28} />
          {(layout || ending === 'done') && <span className="answer-title">{t(`done.${ending}`)}</span>}
          <span className="hint">
            <WhatCame />
          </span>
        </p>
        <dl className="facts ruled">
          {yields.againstPlanBp !== null && <Fact name={t('done.againstPlan')} {...difference(yields.againstPlanBp)} />}
          {yields.againstMonthBp !== null && !isBroken && (
            <Fact
              name={t('done.againstMonth', { month: formats.month(yields.month) })}
              {...difference(yields.againstMonthBp)}
            />
          )}
          {leather !== null && !isBroken && <Fact name={t('done.leather')} value={formats.squareMetres(leather)} />}
          {layout && !isBroken && <Fact name={t('done.notPlaced')} value={formats.count(unplaced)} />}
        </dl>
      </div>
      <div className="rail-bottom">
        {layout && !isBroken && <PrintLabels layout={layout} />}
        {canGoOn ? <GoOn /> : <NextHide />}
      </div>
    </aside>
  );
}

function endingOf(state: string | undefined): 'done' | 'rejected' | 'failed' | 'cancelled' {
  return state === 'rejected' || state === 'failed' || state === 'cancelled' ? state : 'done';
}

/** What became of the pieces, or why nothing did. */
function WhatCame() {
  const { t, i18n } = useTranslation();
  const { formats } = usePage();
  const job = usePageState((s) => s.status?.job ?? null);
  const placed = usePageState((s) => s.layout.value?.pieceCount ?? 0);
  const accepted = usePageState((s) => s.sheet.value?.accepted ?? null);
  const errorText = useErrorText();
  const cutCount = job?.cutCount ?? (endingOf(job?.state) === 'done' ? placed : 0);
  if (accepted)
    return t('done.accepted', {
      count: cutCount - accepted.rejected.length,
      area: formats.area(accepted.areaMm2),
      rejected: formats.count(accepted.rejected.length),
    });
  if (endingOf(job?.state) === 'done' || !job) return t('done.good', { count: cutCount });
  if (job.code !== null && job.code !== 0)
    return i18n.exists(`operator:plcCode.${job.code}`)
      ? t(`plcCode.${job.code}`)
      : t('plcCode.other', { code: job.code });
  return job.reason === null ? t('done.good', { count: cutCount }) : errorText(job.reason);
}

function NextHide() {
  const { t } = useTranslation();
  const { commands } = usePage();
  const isHeldBack = usePageState(cannotSend);
  const { hide, remnant } = usePageState((s) => s.nextSheet);
  const what = remnant ?? hide;
  return (
    <MainButton
      icon="arrow"
      action="next"
      isDisabled={isHeldBack}
      note={what === null ? undefined : what}
      onPress={() => void commands.scan()}
    >
      {t(remnant === null ? 'done.next' : 'done.nextRemnant')}
    </MainButton>
  );
}

/** The sheet still lies there: scanned again, what is left of the order is nested on what is left of it. */
function GoOn() {
  const { t } = useTranslation();
  const { commands, dispatch } = usePage();
  const isHeldBack = usePageState(cannotSend);
  const cut = usePageState((s) => (s.isMarkingCut ? s.marked : null));
  const left = usePageState(leftCount);
  // Over READY the next sheet has its own screen, with its code and its remnant.
  const isOverReady = usePageState((s) => s.isAfterCut);
  const next = () => (isOverReady ? dispatch({ kind: 'after-cut', isOpen: false }) : void commands.scan());
  return (
    <>
      <SideButton icon="arrow" action="next" isDisabled={isHeldBack} onPress={next}>
        {t('done.next')}
      </SideButton>
      <MainButton
        icon="scan"
        action="go on"
        isDisabled={isHeldBack}
        note={left === null ? undefined : t('done.goOnNote', { count: left })}
        onPress={() => void commands.goOn(cut)}
      >
        {t('done.goOn')}
      </MainButton>
    </>
  );
}

interface FactProps {
  readonly name: string;
  readonly value: string;
  readonly unit?: string;
}

function Fact({ name, value, unit }: FactProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="figure-40">
        {value}
        {unit !== undefined && <span className="fact-unit">{unit}</span>}
      </dd>
    </div>
  );
}
