import { expect, test } from 'vitest';
import type { BackupView } from '#api/backup-routes.ts';
import { BY_SCHEDULE, keepBackups, type KeepBackupsOptions } from '#station/keep-backups.node.ts';
import { SILENT_LOGGER } from '#station/system.node.ts';
import { ManualTimers, settled } from '../publish/manual-timers.ts';

const START_MS = Date.parse('2026-11-22T06:00:00.000Z');
const HOUR_MS = 3600_000;

/** The schedule over a desk whose backups take no time, on a clock of the test's. */
function schedule(everyHours = 12) {
  const timers = new ManualTimers();
  const clock = { now: () => new Date(START_MS + timers.nowMs).toISOString(), monotonicMs: () => timers.nowMs };
  const said: string[] = [];
  const trouble = { isRefused: false, isUnmade: false, isDamaged: false };
  let made: readonly BackupView[] = [];
  let count = 0;
  const desk: KeepBackupsOptions['desk'] = {
    list: () => Promise.resolve(made),
    start({ withScans, by }) {
      if (trouble.isRefused) return Promise.reject(new Error('no room'));
      count += 1;
      const error = trouble.isUnmade ? { code: 'STORE_DISK_FULL', message: 'full' } : null;
      const view: BackupView = {
        ...{ name: `kerf-${count}`, state: error ? 'failed' : 'done', at: clock.now(), by, withScans, error },
        ...{ doneCount: 1, totalCount: 1, jobCount: 1, bytes: 1 },
      };
      made = [view, ...made];
      return Promise.resolve({ ...view, state: 'running' });
    },
    settle: () => Promise.resolve(made[0] ?? null),
    check: (name) => {
      said.push(`read ${name}`);
      const problems = trouble.isDamaged ? ['kerf.sqlite: found other bytes'] : [];
      const facts = { isSound: !trouble.isDamaged, fileCount: 1, jobCount: 1, checkedAt: clock.now() };
      return Promise.resolve({ name, problems, ...facts });
    },
    remove(name) {
      said.push(`remove ${name}`);
      made = made.filter((view) => view.name !== name);
      return Promise.resolve(made);
    },
  };
  const kept = keepBackups({
    ...{ desk, timers, clock, logger: SILENT_LOGGER, settings: { everyHours, keep: 2, withScans: false } },
    onFailed: (reason) => Promise.resolve(void said.push(`failed ${reason}`)),
    onDone: () => Promise.resolve(void said.push('done')),
  });
  const pass = async (hours: number) => {
    for (let quarter = 0; quarter < 4 * hours; quarter += 1) {
      await timers.pass(HOUR_MS / 4);
      await settled();
      await settled();
    }
  };
  return { said, trouble, kept, pass, desk, timers, made: () => made };
}

test('backups are made when due, read again, and the oldest of the schedule go; one of a person stays', async () => {
  const { said, desk, kept, pass, timers, made } = schedule();
  await desk.start({ withScans: false, by: 'ann' });
  await pass(11);
  expect(said).toEqual(['read kerf-2', 'done']);
  await pass(36);
  expect(said.slice(2)).toEqual([
    ...['read kerf-3', 'done'],
    ...['read kerf-4', 'remove kerf-2', 'done'],
    ...['read kerf-5', 'remove kerf-3', 'done'],
  ]);
  expect(made().map(({ by }) => by)).toEqual([BY_SCHEDULE, BY_SCHEDULE, 'ann']);
  await kept.close();
  await pass(24);
  expect([said.length, timers.nowMs]).toEqual([10, 71 * HOUR_MS]);
});

test('one that is refused, fails, or reads as another is told, does not count, and is tried again soon', async () => {
  const { said, trouble, kept, pass, made } = schedule();
  trouble.isRefused = true;
  await pass(0.5);
  expect(said).toEqual(['failed Error: no room', 'failed Error: no room']);
  Object.assign(trouble, { isRefused: false, isUnmade: true });
  await pass(0.25);
  expect(said.at(-1)).toBe('failed STORE_DISK_FULL');
  Object.assign(trouble, { isUnmade: false, isDamaged: true });
  await pass(0.25);
  expect(said.slice(-3)).toEqual(['read kerf-2', 'remove kerf-2', 'failed STATION_BACKUP_FAILED']);
  trouble.isDamaged = false;
  await pass(0.25);
  expect(said.slice(-2)).toEqual(['read kerf-3', 'done']);
  expect(made().map(({ name, state }) => `${name} ${state}`)).toEqual(['kerf-3 done', 'kerf-1 failed']);
  await kept.close();
});

test('nothing is made where settings ask for none', async () => {
  const { said, kept, pass } = schedule(0);
  await pass(48);
  expect(said).toEqual([]);
  await kept.close();
});
