import { finalJobStates, type Job } from '#domain/job.ts';
import { PLC_CODES, type JobAck } from '#domain/plc-messages.ts';
import { isFinalResult } from '#publish/plc-memory.ts';
import { TOPICS } from '#publish/topics.ts';
import { topicsAnsweredBy } from './answered-topics.ts';
import { alongside, raiseAlarm, type StationCore } from './station-core.node.ts';
import { takeStep } from './take-step.node.ts';

const BROKER_AWAY_MS = 5000;
const COMMAND_MEMORY_MS = 24 * 3600 * 1000;

/** What the station does with what the PLC and the broker say. */
export interface PlcSide {
  onAck(ack: JobAck): Promise<void>;
  /** @returns the code that answers the command */
  onCommand(command: { readonly verb: string; readonly id: string }): Promise<number>;
  onPlc(): void;
  onConnection(isConnected: boolean): void;
  close(): void;
}

export function plcSide(core: StationCore): PlcSide {
  let stopBrokerAlarm: (() => void) | null = null;
  const stop = () => {
    stopBrokerAlarm?.();
    stopBrokerAlarm = null;
  };
  return {
    onAck: (ack) => takeAck(core, ack),
    onCommand: (command) => answerCommand(core, command),
    onPlc: () => showPlc(core),
    onConnection: (isConnected) => {
      stop();
      if (isConnected) alongside(core, core.alarms.clear('PUBLISH_BROKER_AWAY'));
      else if (!core.isClosing())
        stopBrokerAlarm = core.options.timers.after(BROKER_AWAY_MS, () =>
          alongside(core, raiseAlarm(core, 'PUBLISH_BROKER_AWAY', {})),
        );
      core.windows.changed();
    },
    close: stop,
  };
}

async function takeAck(core: StationCore, ack: JobAck): Promise<void> {
  const { memory, options, publisher } = core;
  const { job } = memory;
  const subject = job?.id === ack.id ? job : await options.store.job(ack.id);
  if (!subject || subject.seq !== ack.seq) {
    memory.unknownAckCount += 1;
    options.logger.warn('plc.unknown.job', { unknownAckCount: memory.unknownAckCount });
    return;
  }
  if (!finalJobStates.has(subject.state)) await takeAnswer(core, subject, ack);
  // The PLC repeats a final result until it hears that it is written down here.
  else if (isFinalResult(ack.result)) publisher.closeJob(ack);
}

async function takeAnswer(core: StationCore, job: Job, ack: JobAck): Promise<void> {
  const { memory, windows, alarms } = core;
  const isRefusedWish = ack.result === 'rejected' && job.state !== 'released';
  const taken = await takeStep(core, job.id, `plc ${ack.result}`, {
    change: {
      code: ack.code,
      ...(ack.cutCount === undefined || isRefusedWish ? {} : { cutCount: Math.max(job.cutCount ?? 0, ack.cutCount) }),
    },
    details: { code: ack.code, ...(ack.cutCount === undefined ? {} : { cutCount: ack.cutCount }) },
    context: { cutCount: ack.cutCount ?? null },
    endOutbox: [{ job: job.id, topics: topicsAnsweredBy(ack, job.state === 'released', memory.asked), by: ack.result }],
    after: () => rememberAnswer(core, ack),
  });
  if (!taken) return;
  if (ack.cutCount !== undefined && !isRefusedWish)
    windows.tell({ kind: 'cut', job: job.id, cutCount: taken.cutCount ?? 0 });
  await alarms.clear('PLC_NO_ANSWER');
  if (taken.state === 'rejected') await raiseAlarm(core, 'PLC_REJECTED_JOB', { code: ack.code });
  if (taken.state === 'failed') await raiseAlarm(core, 'PLC_JOB_FAILED', { code: ack.code });
}

function rememberAnswer({ memory, options }: StationCore, ack: JobAck): void {
  const answeredInMs =
    memory.releasedAtMs === null ? memory.plcAnswer.answeredInMs : options.clock.monotonicMs() - memory.releasedAtMs;
  memory.releasedAtMs = null;
  memory.plcAnswer = { result: ack.result, code: ack.code, answeredInMs };
  if (topicsAnsweredBy(ack, false, memory.asked).includes(TOPICS.jobRequest)) memory.asked = null;
}

async function answerCommand(
  { options, publisher }: StationCore,
  { verb, id }: { readonly verb: string; readonly id: string },
): Promise<number> {
  const { store, clock } = options;
  const at = clock.now();
  const dayAgo = new Date(Date.parse(at) - COMMAND_MEMORY_MS).toISOString();
  const code = verb === 'sync' ? PLC_CODES.ok : PLC_CODES.notAllowed;
  const known = await store.rememberCommand({ id, verb, code, at }, dayAgo);
  if (known) return known.verb === verb ? known.code : PLC_CODES.idReused;
  if (verb === 'sync') await publisher.sync();
  return code;
}

function showPlc(core: StationCore): void {
  const { publisher, alarms, windows } = core;
  const { isConnected, mode } = publisher.plc;
  const changes = [
    isConnected ? alarms.clear('PLC_SILENT') : raiseAlarm(core, 'PLC_SILENT', {}),
    isConnected && mode !== 'auto'
      ? raiseAlarm(core, 'PLC_NOT_AUTOMATIC', { mode })
      : alarms.clear('PLC_NOT_AUTOMATIC'),
  ];
  alongside(core, Promise.all(changes));
  windows.changed();
}
