import type { JobAck } from '#domain/plc-messages.ts';
import { TOPICS } from '#publish/topics.ts';

export type Wish = 'pause' | 'resume' | 'cancel';

/** Outbox rows that a word of the PLC ends. Every word about a job shows that its release has arrived; a wish ends with
 *  what it asked for, with a refusal, or with the job. `isReleased`: the job still waits for its first answer, so a
 *  rejection is of the job. */
export function topicsAnsweredBy(ack: JobAck, isReleased: boolean, asked: Wish | null): string[] {
  const release = [TOPICS.jobReleased];
  const both = [TOPICS.jobReleased, TOPICS.jobRequest];
  switch (ack.result) {
    case 'accepted':
    case 'started':
      return release;
    case 'paused':
      return asked === 'pause' ? both : release;
    case 'resumed':
      return asked === 'resume' ? both : release;
    case 'rejected':
      return isReleased ? both : [TOPICS.jobRequest];
    case 'done':
    case 'failed':
    case 'cancelled':
      return both;
  }
}
