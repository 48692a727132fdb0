import type { Alarm } from '#domain/job.ts';

/** How often alarms ask for a person. ISA-18.2 and EEMUA 191 call one in ten minutes very likely to be managed. */
export interface AlarmRate {
  /** Alarms that took the screen in the span. */
  readonly raisedCount: number;
  /** Of these, on average in ten minutes. */
  readonly perTenMinutes: number;
  /** In the worst ten minutes of the span. */
  readonly mostInTenMinutes: number;
}

const TEN_MINUTES_MS = 10 * 60_000;
/** For information only: it never takes the screen. */
const INFORMATION = 4;

/** Of the alarms that were raised from `fromMs` to `untilMs`. Those that stayed aside are not counted, nor one whose cause
 *  had ended less than ten minutes before: a person meets it once. */
export function alarmRate(alarms: readonly Alarm[], fromMs: number, untilMs: number): AlarmRate {
  const lastEnd = new Map<string, number>();
  const raised: number[] = [];
  for (const alarm of alarms) {
    const at = Date.parse(alarm.raisedAt);
    if (at < fromMs || at >= untilMs) continue;
    const isAgain = at - (lastEnd.get(alarm.code) ?? -Infinity) < TEN_MINUTES_MS;
    lastEnd.set(alarm.code, alarm.clearedAt === null ? Infinity : Date.parse(alarm.clearedAt));
    if (!isAgain && alarm.severity < INFORMATION && !wasAside(alarm)) raised.push(at);
  }
  // The worst ten minutes begin with an alarm.
  const within = raised.map((from) => raised.filter((at) => at >= from && at < from + TEN_MINUTES_MS).length);
  const span = Math.max(TEN_MINUTES_MS, untilMs - fromMs);
  return {
    raisedCount: raised.length,
    perTenMinutes: Math.round((100 * raised.length * TEN_MINUTES_MS) / span) / 100,
    mostInTenMinutes: Math.max(0, ...within),
  };
}

/** Put aside before it was raised: nobody was asked. */
function wasAside({ shelved, raisedAt }: Alarm): boolean {
  return shelved !== null && shelved !== undefined && shelved.at < raisedAt;
}
