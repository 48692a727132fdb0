import { finalJobStates, type Job } from '#domain/job.ts';
import type { JobAck } from '#domain/plc-messages.ts';
import type { Command } from '#publish/judge-command.ts';
import { isFinalResult } from '#publish/plc-memory.ts';
import { TOPICS } from '#publish/topics.ts';
import { topicsAnsweredBy } from './answered-topics.ts';
import { CommandDesk } from './command-desk.ts';
import { endedByRestore, takeLateWord } from './late-word.node.ts';
import { loadOrder } from './load-order.node.ts';
import { askCutter, cancelJob, startJob } from './person-commands.node.ts';
import { alongside, raiseAlarm, type StationCore } from './station-core.node.ts';
import { codeOf } from './station-errors.ts';
import { takeStep } from './take-step.node.ts';

const BROKER_AWAY_MS = 5000;

/** What the station does with what the PLC and the broker say. */
export interface PlcSide {
  onAck(ack: JobAck): Promise<void>;
  /** @returns the code that answers the command */
  onCommand(asked: { readonly id: string; readonly command: Command }): Promise<number>;
  onPlc(): void;
  onConnection(isConnected: boolean): void;
  close(): void;
}

export function plcSide(core: StationCore): PlcSide {
  let desk: CommandDesk | null = null;
  let stopBrokerAlarm: (() => void) | null = null;
  const stop = () => {
    stopBrokerAlarm?.();
    stopBrokerAlarm = null;
  };
  return {
    onAck: (ack) => takeAck(core, ack),
    // The desk needs the publisher and the alarms, which come after this side.
    onCommand: ({ id, command }) => (desk ??= commandDesk(core)).answer(id, command),
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
  if (!subject || subject.seq !== ack.seq) await takeLateWord(core, null, ack);
  else if (endedByRestore(subject)) await takeLateWord(core, subject, ack);
  else if (!finalJobStates.has(subject.state)) await takeAnswer(core, subject, ack);
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
  await alarms.clear('STATION_MACHINE_CHANGED');
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

function commandDesk(core: StationCore): CommandDesk {
  const { options, memory, publisher, alarms } = core;
  return new CommandDesk({
    memory: options.store,
    hands: {
      job: () => memory.job,
      sync: () => publisher.sync(),
      startJob: (thickness) => startJob(core, { thickness }),
      loadOrder: (name) => loadOrder(core, name),
      request: (id, wish) => askCutter(core, id, wish),
      giveUp: (id) => cancelJob(core, id),
      acknowledgeAlarm: (id) => alarms.acknowledge(id),
    },
    now: () => options.clock.now(),
    onError: (cause) => options.logger.warn('plc.command.failed', { code: codeOf(cause) }),
  });
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
