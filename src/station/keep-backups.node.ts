import type { BackupView } from '#api/backup-routes.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Clock, Logger } from '#domain/ports.ts';
import type { Settings } from '#domain/settings.ts';
import type { Timers } from '#publish/timers.ts';
import type { BackupDesk } from './backup-desk.node.ts';
import { codeOf } from './station-errors.ts';

/** Who made a backup that nobody asked for. */
export const BY_SCHEDULE = 'schedule';
/** The start is over, and people have had the machine first. */
const FIRST_MS = 5 * 60_000;
/** How soon a backup that was due is made, and one that failed is tried again. */
const PERIOD_MS = 15 * 60_000;
const HOUR_MS = 3600_000;

export interface KeepBackupsOptions {
  readonly desk: Pick<BackupDesk, 'list' | 'start' | 'settle' | 'check' | 'remove'>;
  readonly settings: Settings['backup'];
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
  readonly onFailed: (reason: string) => Promise<void>;
  readonly onDone: () => Promise<void>;
}

/** Makes a backup when the latest scheduled one is `everyHours` old, reads it again, and takes the oldest scheduled ones
 *  away beyond `keep`; those that a person made stay. One that fails is an alarm until one is whole again. */
export function keepBackups(options: KeepBackupsOptions): { close(): Promise<void> } {
  const { settings, timers, logger, onFailed } = options;
  let running: Promise<void> = Promise.resolve();
  let isOver = settings.everyHours === 0;
  const round = async () => {
    try {
      await backUpWhenDue(options);
    } catch (cause) {
      if (isOver) return;
      logger.warn('backup.schedule.failed', { code: codeOf(cause) });
      await onFailed(codeOf(cause)).catch(() => undefined);
    }
    if (!isOver) stop = timers.after(PERIOD_MS, () => (running = round()));
  };
  let stop = isOver ? () => undefined : timers.after(FIRST_MS, () => (running = round()));
  return {
    async close() {
      isOver = true;
      stop();
      await running;
    },
  };
}

async function backUpWhenDue({ desk, settings, clock, logger, onDone }: KeepBackupsOptions): Promise<void> {
  const { everyHours, keep, withScans } = settings;
  const latest = scheduled(await desk.list())[0];
  if (latest && Date.parse(clock.now()) - Date.parse(latest.at) < everyHours * HOUR_MS) return;
  const { name } = await desk.start({ withScans, by: BY_SCHEDULE });
  const made = await desk.settle();
  if (made?.name !== name || made.state !== 'done')
    throw new KerfError(made?.error?.code ?? 'STATION_BACKUP_FAILED', made?.error?.message ?? `${name} was not made.`);
  const { problems } = await desk.check(name);
  if (problems.length > 0) {
    // Or it would count as the latest, and no other would be tried.
    await desk.remove(name, BY_SCHEDULE);
    throw new KerfError('STATION_BACKUP_FAILED', `${name} read again: ${problems.slice(0, 3).join('; ')}.`);
  }
  for (const old of scheduled(await desk.list()).slice(keep)) await desk.remove(old.name, BY_SCHEDULE);
  logger.info('backup.scheduled', { name });
  await onDone();
}

/** Newest first. */
function scheduled(list: readonly BackupView[]): readonly BackupView[] {
  return list.filter(({ by, state }) => by === BY_SCHEDULE && state === 'done');
}
