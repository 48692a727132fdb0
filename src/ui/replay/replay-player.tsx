import { useEffect, useMemo, useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { JobEventView } from '#api/engineer-views.ts';
import type { LayoutView } from '#api/views.ts';
import type { Job } from '#domain/job.ts';
import { callStation } from '../link/station-client.ts';
import { useAnswer } from '../link/use-answer.ts';
import { usePage } from '../page-context.ts';
import { actWords } from '../views/act-words.ts';
import { Icon } from '../views/icons.tsx';
import { actsOf } from './acts-of.ts';
import { ReplayPicture } from './replay-picture.tsx';
import { lengthOf, marksAt, replayAt, startOf } from './replay-at.ts';

const SPEEDS = [1, 10, 60] as const;
const FRAME_MS = 100;

/** One job: its picture at a moment, the moments to choose from, and what happened. */
export function ReplayPlayer({ job }: { readonly job: Job }) {
  const { t } = useTranslation('replay');
  const { formats } = usePage();
  const params = { id: job.id };
  const events = useAnswer(`${job.id} events`, () => callStation('jobEvents', { params })).value;
  const inspection = useAnswer(job.inspectionSha256, () => callStation('inspection', { params })).value;
  const layout = useAnswer(job.layoutSha256, () => callStation('layout', { params })).value;
  const cutPlan = useAnswer(job.cutSha256, () => callStation('cutPlan', { params })).value;
  const [atMs, setAtMs] = useState(0);
  const [isPlaying, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<number>(SPEEDS[1]);
  const length = lengthOf(events ?? []);
  useEffect(() => {
    if (!isPlaying) return undefined;
    const timer = setInterval(() => setAtMs((ms) => Math.min(length, ms + FRAME_MS * speed)), FRAME_MS);
    return () => clearInterval(timer);
  }, [isPlaying, speed, length]);
  useEffect(() => {
    if (atMs >= length) setPlaying(false);
  }, [atMs, length]);
  if (!events) return <section className="panel" aria-busy="true" />;
  const moment = replayAt({ events, job, layout }, atMs);
  const atIso = new Date(startOf(events) + atMs).toISOString();
  return (
    <section className="panel" aria-label={t('hide', { seq: job.seq, order: job.order })}>
      <div className="replay-stage">
        {inspection ? (
          <ReplayPicture
            job={job.id}
            inspection={inspection}
            marks={marksAt(inspection.defects, atIso)}
            layout={layout}
            cutPlan={cutPlan}
            moment={moment}
          />
        ) : (
          <p className="empty">{job.inspectionSha256 === null ? t('nothingSeen') : t('engineer:loading')}</p>
        )}
        <EventList
          events={events}
          layout={layout}
          now={moment.event}
          onChoose={(event) => setAtMs(Date.parse(event.at) - startOf(events))}
        />
      </div>
      <p className="replay-facts">
        <span className="figure-24">{formats.clock(atMs / 1000)}</span>
        <span className="label-inline">{t('of', { length: formats.clock(length / 1000) })}</span>
        {moment.searchYieldBp !== null && (
          <span>{t('search', { yield: formats.percentBp(moment.searchYieldBp) })}</span>
        )}
        {moment.hasLayout && job.nestedYieldBp !== null && (
          <span>{t('yield', { yield: formats.percentBp(job.nestedYieldBp) })}</span>
        )}
        {moment.cutCount > 0 && <span>{t('cut', { count: moment.cutCount, total: job.pieceCount ?? 0 })}</span>}
      </p>
      <input
        className="time-slider"
        type="range"
        aria-label={t('time')}
        aria-valuetext={formats.clock(atMs / 1000)}
        min={0}
        max={Math.max(1, length)}
        step={Math.max(1, Math.min(1000, length / 200))}
        value={atMs}
        onChange={(change) => {
          setPlaying(false);
          setAtMs(Number(change.target.value));
        }}
      />
      <div className="panel-foot">
        <Button
          className="side-button"
          onPress={() => {
            if (!isPlaying && atMs >= length) setAtMs(0);
            setPlaying(!isPlaying);
          }}
        >
          <Icon name={isPlaying ? 'pause' : 'play'} size={28} />
          <span>{t(isPlaying ? 'pause' : 'play')}</span>
        </Button>
        {SPEEDS.map((s) => (
          <Button key={s} className="choice" aria-pressed={s === speed} onPress={() => setSpeed(s)}>
            {s === speed && <Icon name="tick" size={24} />}
            {t('speed', { times: s })}
          </Button>
        ))}
      </div>
    </section>
  );
}

interface EventListProps {
  readonly events: readonly JobEventView[];
  /** Names the pieces that lie on it; others are told by their ids. */
  readonly layout: LayoutView | null;
  readonly now: number;
  readonly onChoose: (event: JobEventView) => void;
}

const WAYS = { undone: 'undone', redone: 'redone' } as const;

function EventList({ events, layout, now, onChoose }: EventListProps) {
  const { t, i18n } = useTranslation('replay');
  const { formats } = usePage();
  const start = startOf(events);
  const acts = useMemo(() => actsOf(events), [events]);
  const labels = useMemo(() => new Map(layout?.pieces.map(({ id, label }) => [id, label])), [layout]);
  const operatorWords = i18n.getFixedT(i18n.language, 'operator');
  const wordOf = ({ id, kind }: JobEventView) => {
    const did = acts.get(id);
    if (!did) {
      const key = `kind.${kind.replace(' ', '_')}`;
      return i18n.exists(`replay:${key}`) ? t(key) : kind;
    }
    const { way, act } = did;
    // An earlier version did not write down which pieces it was about.
    const pieces = act.pieces.length > 0 ? act.pieces : [t('pieces')];
    const what = actWords(operatorWords, { ...act, pieces }, (piece) => labels.get(piece) ?? piece);
    return way === 'done' ? what.charAt(0).toLocaleUpperCase(i18n.language) + what.slice(1) : t(WAYS[way], { what });
  };
  return (
    <ol className="scroll rows-tight" tabIndex={0} aria-label={t('events')}>
      {events.map((event, i) => (
        <li key={event.id}>
          <Button className="list-button" aria-pressed={i === now} onPress={() => onChoose(event)}>
            <span className="list-button-words">
              <span className="list-button-name">{wordOf(event)}</span>
              <span className="list-button-note">
                {formats.clock((Date.parse(event.at) - start) / 1000)}
                {event.by !== null && `, ${t('operator:review.byPerson', { by: event.by })}`}
              </span>
            </span>
          </Button>
        </li>
      ))}
    </ol>
  );
}
