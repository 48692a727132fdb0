import { useTranslation } from 'react-i18next';
import type { Alarm } from '#domain/job.ts';
import { useErrorText } from './error-text.ts';

export interface AlarmText {
  readonly title: string;
  readonly happened: string;
  readonly means: string;
  readonly todo: string;
}

/** An alarm's sentences by its code, made of its details; a code without sentences of its own is named. */
export function useAlarmText({ code, details }: Pick<Alarm, 'code' | 'details'>): AlarmText {
  const { t, i18n } = useTranslation('alarms');
  const errorText = useErrorText();
  const key = i18n.exists(`alarms:${code}`) ? code : 'other';
  const say = (part: keyof AlarmText) =>
    t(`${key}.${part}`, { code, ...details, reasonText: reasonOf(details, errorText) });
  return { title: say('title'), happened: say('happened'), means: say('means'), todo: say('todo') };
}

function reasonOf(details: Alarm['details'], errorText: ReturnType<typeof useErrorText>): string {
  const reason = details['reason'];
  return typeof reason === 'string' ? errorText(reason, details) : '';
}
