import { useTranslation } from 'react-i18next';
import { usePage, usePageState } from '../page-context.ts';
import { MainButton } from './buttons.tsx';
import { useErrorText } from './error-text.ts';
import { useDoneYields } from './done-yields.ts';
import { Icon } from './icons.tsx';
import { PrintLabels } from './print-labels.tsx';
import { YieldFigure } from './yield-figure.tsx';

/** DONE: what the hide gave. A job that ended otherwise says so first. */
export function DoneRail() {
  const { t, i18n } = useTranslation();
  const { commands, formats } = usePage();
  const job = usePageState((s) => s.status?.job ?? null);
  const layout = usePageState((s) => s.layout.value);
  const outline = usePageState((s) => s.inspection.value?.usableMm2 ?? null);
  const yields = useDoneYields();
  const isSending = usePageState((s) => s.sending !== null);
  const errorText = useErrorText();
  const ending = job && ['rejected', 'failed', 'cancelled'].includes(job.state) ? job.state : 'done';
  const leather = outline ? Object.values(outline).reduce((sum, mm2) => sum + mm2, 0) : null;
  const unplaced = layout?.unplaced.reduce((sum, u) => sum + u.count, 0) ?? 0;
  return (
    <aside className="rail" aria-label={t('steps.done')}>
      <div className="rail-top">
        {layout ? (
          <YieldFigure layout={layout} label={t('done.yield')} />
        ) : (
          ending !== 'done' && <h2 className="rail-state">{t(`done.${ending}`)}</h2>
        )}
        <p className="ruled answer" role="status">
          <Icon name={ending === 'done' ? 'tick' : 'octagon'} size={28} />
          {(layout || ending === 'done') && <span className="answer-title">{t(`done.${ending}`)}</span>}
          <span className="hint">
            {ending === 'done' || !job
              ? t('done.good', { count: job?.cutCount ?? layout?.pieceCount ?? 0 })
              : job.code !== null && job.code !== 0
                ? i18n.exists(`operator:plcCode.${job.code}`)
                  ? t(`plcCode.${job.code}`)
                  : t('plcCode.other', { code: job.code })
                : job.reason === null
                  ? ''
                  : errorText(job.reason)}
          </span>
        </p>
        <dl className="facts ruled">
          {yields.againstPlanBp !== null && (
            <Fact name={t('done.againstPlan')} value={formats.differenceBp(yields.againstPlanBp)} />
          )}
          {yields.againstMonthBp !== null && (
            <Fact
              name={t('done.againstMonth', { month: formats.month(yields.month) })}
              value={formats.differenceBp(yields.againstMonthBp)}
            />
          )}
          {leather !== null && <Fact name={t('done.leather')} value={formats.squareMetres(leather)} />}
          {layout && <Fact name={t('done.notPlaced')} value={formats.count(unplaced)} />}
        </dl>
      </div>
      <div className="rail-bottom">
        {layout && <PrintLabels layout={layout} />}
        <MainButton icon="arrow" isDisabled={isSending} onPress={() => void commands.scan()}>
          {t('done.next')}
        </MainButton>
      </div>
    </aside>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="figure-40">{value}</dd>
    </div>
  );
}
