import type { ActName, StatusView } from '#api/views.ts';
import { orderedQuantities } from '#domain/ordered-quantity.ts';
import { actHistory, type StandingAct } from './act-history.ts';
import { withoutLogin } from '#publish/mqtt-session.node.ts';
import type { StationCore } from './station-core.node.ts';

/** What every window shows at once. */
export function statusOf({ options, memory, alarms, publisher, grading }: StationCore): StatusView {
  const { done, undone } = actHistory(memory.acts);
  const { version, settings, broker, clock, isPlcSimulated } = options;
  const { order } = memory;
  return {
    version,
    state: memory.state,
    n: memory.stateN,
    job: memory.job,
    corrections: {
      undoCount: done.length,
      redoCount: undone.length,
      ...named('undo', done),
      ...named('redo', undone),
    },
    progress: memory.progress,
    alarms: alarms.active,
    plc: {
      ...publisher.plc,
      isSimulated: isPlcSimulated,
      lastResult: memory.plcAnswer.result,
      lastCode: memory.plcAnswer.code,
      answeredInMs: memory.plcAnswer.answeredInMs,
      asked: memory.asked,
    },
    broker: {
      url: withoutLogin(broker.url),
      isConnected: publisher.isConnected,
      outboxCount: publisher.outboxCount,
    },
    provider: memory.provider,
    order: {
      name: order.name,
      pieceCount: order.isComplete ? 0 : orderedQuantities(order.order).reduce((sum, count) => sum + count, 0),
      ...(order.isCounted ? { isCounted: true } : {}),
      kits: (order.order.kits ?? []).map((kit) => ({ id: kit.id, quantity: kit.quantity ?? 1 })),
    },
    grading: { id: grading.id, grades: grading.grades, doubt: grading.doubt },
    language: settings.language,
    now: clock.now(),
  };
}

/** What the next undo, or redo, is about. */
function named(what: 'undo' | 'redo', acts: readonly StandingAct[]): Partial<Record<typeof what, ActName>> {
  const act = acts.at(-1)?.act;
  if (!act || act.action === 'undo' || act.action === 'redo') return {};
  return { [what]: { action: act.action, pieces: act.pieces } };
}
