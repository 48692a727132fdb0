import type { Job } from '#domain/job.ts';
import { TOPICS, type RetainedTopic } from '#publish/topics.ts';
import type { StationCore } from './station-core.node.ts';
import { STATION_STATE_OF } from './transitions.ts';
import { statePayload } from './wire-messages.ts';

/** The station's state as a job's step makes it: what is written with the step, and what is shown once that stands. */
export function stateRecord(
  { memory, publisher }: StationCore,
  job: Job | null,
  at: string,
): { meta: Record<string, string>; apply: () => void } {
  const state = job ? STATION_STATE_OF[job.state] : 'READY';
  const n = memory.stateN + 1;
  if (state === memory.state && job?.id === memory.job?.id) return { meta: {}, apply: () => undefined };
  const payload = statePayload(state, job, n, at);
  return {
    meta: { stateN: String(n), [`retained/${TOPICS.state}`]: payload },
    apply: () => {
      memory.state = state;
      memory.stateN = n;
      publisher.setStateName(state);
      publisher.setRetained(TOPICS.state, payload);
    },
  };
}

/** Writes and shows the state outside a step: at start, and of a job just made. */
export async function showState({ memory, publisher, options, windows }: StationCore): Promise<void> {
  const state = memory.job ? STATION_STATE_OF[memory.job.state] : 'READY';
  const at = options.clock.now();
  const n = memory.stateN + 1;
  const payload = statePayload(state, memory.job, n, at);
  await options.store.setMeta({ stateN: String(n), [`retained/${TOPICS.state}`]: payload });
  memory.state = state;
  memory.stateN = n;
  publisher.setStateName(state);
  publisher.setRetained(TOPICS.state, payload);
  windows.changed();
}

export async function showRetained(
  { options, publisher }: StationCore,
  topic: RetainedTopic,
  payload: string,
): Promise<void> {
  await options.store.setMeta({ [`retained/${topic}`]: payload });
  publisher.setRetained(topic, payload);
}
