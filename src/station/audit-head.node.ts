import { auditMessage, encodeMessage } from '#publish/encode-message.ts';
import { TOPICS } from '#publish/topics.ts';
import { codeOf } from './station-errors.ts';
import type { StationCore } from './station-core.node.ts';

const PERIOD_MS = 3600_000;

/** The audit log's head as a message on `audit`, at the start and every hour: who listens can show later that rows were
 *  changed or cut off. @returns a function that ends it */
export function publishAuditHeads(core: StationCore): () => void {
  const { store, timers, clock, logger } = core.options;
  let stop: (() => void) | null = null;
  let isOver = false;
  const tell = async () => {
    const { n, hash } = await store.auditHead();
    const t = clock.now();
    if (isOver) return;
    await store.putOutbox(
      {
        job: null,
        topic: TOPICS.audit,
        payload: encodeMessage(TOPICS.audit, auditMessage, { n, hash, t }),
        endsWith: 'puback',
      },
      t,
    );
    await core.publisher.wake();
  };
  const round = () => {
    if (isOver) return;
    tell().catch((cause: unknown) => logger.warn('audit.not.told', { code: codeOf(cause) }));
    stop = timers.after(PERIOD_MS, round);
  };
  round();
  return () => {
    isOver = true;
    stop?.();
  };
}
