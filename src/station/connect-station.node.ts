import { finalJobStates, type Job } from '#domain/job.ts';
import { Publisher } from '#publish/publisher.node.ts';
import { RETAINED_TOPICS, TOPICS, type RetainedTopic } from '#publish/topics.ts';
import { AlarmBook } from './alarm-book.node.ts';
import type { Wish } from './answered-topics.ts';
import { takeUpJobOrder } from './job-order.node.ts';
import { withoutHeld } from './held-release.node.ts';
import type { PlcSide } from './plc-side.node.ts';
import { folderOf, raiseAlarm, type StationCore } from './station-core.node.ts';
import { keyOf } from './keep-layout.node.ts';
import { withShown } from './shown-layouts.ts';
import { codeOf } from './station-errors.ts';
import { endedByRestore } from './late-word.node.ts';
import { rememberInspection } from './station-memory.node.ts';
import { STATION_STATE_OF } from './transitions.ts';
import { goOnAfterActs } from './undo-acts.node.ts';

/** What the store keeps by name beside jobs and alarms. */
export type Meta = Readonly<Record<string, string>>;

function logFailure({ options, isClosing }: StationCore, cause: unknown): void {
  // What was under way when the station was closed is sent at the next start.
  if (!isClosing()) options.logger.warn('publish.error', { code: codeOf(cause) });
}

export async function openAlarms(core: StationCore, meta: Meta): Promise<AlarmBook> {
  const { store, clock, timers } = core.options;
  return new AlarmBook({
    store,
    clock,
    timers,
    shelves: meta['alarmShelves'],
    active: await store.activeAlarms(),
    lastNumber: Number(meta['alarmNumber'] ?? 0),
    onOutbox: () => void core.publisher.wake().catch((cause: unknown) => logFailure(core, cause)),
    show: (topic, payload) => core.publisher.setRetained(topic, payload),
    onChange: () => core.windows.changed(),
  });
}

/** Failures of a broker, each told once until it is back: a session tries again every second or two, and a weekend
 *  without a broker would fill the log. */
function failuresOnce(core: StationCore): { readonly tell: (cause: unknown) => void; readonly forget: () => void } {
  const told = new Set<string>();
  return {
    tell(cause) {
      const code = codeOf(cause);
      if (told.has(code)) return;
      told.add(code);
      logFailure(core, cause);
    },
    forget: () => told.clear(),
  };
}

/** @param held a release that is not to be sent */
export function openPublisher(core: StationCore, side: PlcSide, meta: Meta, held: Job | null): Publisher {
  const failures = failuresOnce(core);
  const { store, settings, broker, clock, timers, random } = core.options;
  const retained = new Map<RetainedTopic, string>();
  for (const topic of RETAINED_TOPICS) {
    const payload = meta[`retained/${topic}`];
    if (payload !== undefined) retained.set(topic, payload);
  }
  return new Publisher({
    ...broker,
    site: settings.site,
    station: settings.station,
    allowedVerbs: settings.mqtt.allowedVerbs,
    outbox: withoutHeld(store, held),
    timers,
    now: () => clock.now(),
    random,
    retained,
    onAck: (ack) => side.onAck(ack),
    onCommand: (command) => side.onCommand(command),
    onPlc: () => side.onPlc(),
    onConnection: (isConnected) => {
      if (isConnected) failures.forget();
      side.onConnection(isConnected);
    },
    onUnanswered: (message) => void raiseAlarm(core, 'PLC_NO_ANSWER', { topic: message.topic }),
    onError: failures.tell,
  });
}

/** The job that the store shows last, where people still look at it; memory of an unfinished one, from its files. */
export async function takeUpJob(core: StationCore): Promise<void> {
  const { memory, options } = core;
  const job = await options.store.latestJob();
  if (!job) return;
  if (finalJobStates.has(job.state)) {
    if (STATION_STATE_OF[job.state] === 'DONE') memory.job = job;
    return;
  }
  memory.job = job;
  await takeUpJobOrder(core, job);
  await remember(core, job);
}

/** The alarm of a job that ended badly, where the power went between its end and the alarm. */
export async function raiseWhatEnded(core: StationCore): Promise<void> {
  const { job } = core.memory;
  if (job?.state === 'rejected') await raiseAlarm(core, 'PLC_REJECTED_JOB', { code: job.code });
  if (job?.state !== 'failed') return;
  if (endedByRestore(job)) await raiseAlarm(core, 'STORE_RESTORED', {});
  else if (job.reason === null) await raiseAlarm(core, 'PLC_JOB_FAILED', { code: job.code });
  else await raiseAlarm(core, 'STATION_JOB_FAILED', { reason: job.reason });
}

async function remember(core: StationCore, job: Job): Promise<void> {
  const { memory, options, grading } = core;
  const folder = folderOf(core, job.id);
  if (job.inspectionSha256 !== null) rememberInspection(memory, await folder.inspection(job), grading);
  memory.labels = await options.store.labels(job.id);
  memory.acts = await options.store.acts(job.id);
  if (job.layoutSha256 !== null) {
    const drawn = await folder.drawnLayout(job, options.openLayoutThread);
    memory.layoutJson = { job: job.id, json: drawn.json };
    // Pieces of it can still be arranged: the search goes on from it.
    memory.best = { job: job.id, result: drawn.result };
    memory.shown = withShown(null, keyOf(job), drawn);
  } else if (job.state === 'reviewed') await goOnAfterActs(core, job);
  for (const row of await options.store.openOutbox())
    if (row.job === job.id && row.topic === TOPICS.jobRequest)
      memory.asked = /"req":"(pause|resume|cancel)"/.exec(row.payload)?.[1] as Wish;
}
