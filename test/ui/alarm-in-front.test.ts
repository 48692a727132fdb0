import { expect, test } from 'vitest';
import type { Alarm } from '../../src/domain/job.ts';
import { alarmInFront, standingAlarms } from '../../src/ui/state/alarm-in-front.ts';
import { pageAfter, statusEvent } from './page-fixtures.ts';

const alarm = (code: string, severity: number, minute: number, change: Partial<Alarm> = {}): Alarm => ({
  ...{ id: `a${minute}`, code, severity, isActive: true, isAcknowledged: false, n: 1, job: null, details: {} },
  ...{ raisedAt: `2026-01-01T12:0${minute}:00.000Z`, shelved: null, clearedAt: null },
  ...change,
});
const codes = (...alarms: readonly Alarm[]) => {
  const page = pageAfter(statusEvent('CUTTING', { alarms }));
  return [standingAlarms(page).map(({ code }) => code), alarmInFront(page)?.code];
};
const SILENT = alarm('PLC_SILENT', 2, 3);
const AWAY = alarm('PUBLISH_BROKER_AWAY', 3, 2);

test('the most urgent alarm is in front, then the newest; one that somebody has seen makes way', () => {
  const [disk, failed, older] = [
    alarm('STORE_DISK_FULL', 1, 1),
    alarm('STATION_JOB_FAILED', 2, 4),
    alarm('PLC_JOB_FAILED', 2, 2),
  ];
  expect(codes(older, failed, disk)).toEqual([
    ['STORE_DISK_FULL', 'STATION_JOB_FAILED', 'PLC_JOB_FAILED'],
    'STORE_DISK_FULL',
  ]);
  expect(codes(older, failed, { ...disk, isAcknowledged: true })[1]).toBe('STATION_JOB_FAILED');
});

test('a broker that is away stands before the cutter that is silent because of it, and is itself no more urgent than it is', () => {
  expect(codes(SILENT, AWAY)).toEqual([['PUBLISH_BROKER_AWAY', 'PLC_SILENT'], 'PUBLISH_BROKER_AWAY']);
  expect(codes(SILENT)).toEqual([['PLC_SILENT'], 'PLC_SILENT']);
  const disk = alarm('STORE_DISK_FULL', 1, 1);
  expect(codes(SILENT, AWAY, disk)[0]).toEqual(['STORE_DISK_FULL', 'PUBLISH_BROKER_AWAY', 'PLC_SILENT']);
  // Without a silent cutter it waits its turn.
  expect(codes(AWAY, alarm('PLC_REJECTED_JOB', 2, 1))[1]).toBe('PLC_REJECTED_JOB');
});
