import { useTranslation } from 'react-i18next';
import type { Alarm } from '#domain/job.ts';

export interface AlarmText {
  readonly title: string;
  readonly happened: string;
  readonly means: string;
  readonly todo: string;
}

/** An alarm's sentences by its code, made of its details; a code without sentences of its own is named. */
export function useAlarmText({ code, details }: Pick<Alarm, 'code' | 'details'>): AlarmText {
  const { t, i18n } = useTranslation('alarms');
  const key = i18n.exists(`alarms:${code}`) ? code : 'other';
  const say = (part: keyof AlarmText) => t(`${key}.${part}`, { ...details, code });
  return { title: say('title'), happened: say('happened'), means: say('means'), todo: say('todo') };
}
