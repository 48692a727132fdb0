import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { shelfReasons, type Alarm, type ShelfReason } from '#domain/job.ts';
import { usePage, usePageState } from '../page-context.ts';
import { cannotSend } from '../state/page-state.ts';
import { useAlarmText } from './alarm-text.ts';
import { MainButton, SideButton } from './buttons.tsx';
import { Icon } from './icons.tsx';

/** For a break, for as long as a repair takes, for the shift. */
const MINUTES = [15, 60, 240, 480] as const;

/** Puts an alarm aside: why, and for how long. Nothing is chosen beforehand, so that nobody taps it away. */
export function ShelfRail({ alarm, onBack }: { readonly alarm: Alarm; readonly onBack: () => void }) {
  const { t } = useTranslation();
  const { commands, dispatch } = usePage();
  const isHeldBack = usePageState(cannotSend);
  const { title } = useAlarmText(alarm);
  const [reason, setReason] = useState<ShelfReason | null>(null);
  const [minutes, setMinutes] = useState<number | null>(null);
  const shelve = () => {
    if (reason === null || minutes === null) return;
    dispatch({ kind: 'open-alarm', id: null });
    void commands.shelve(alarm.id, reason, minutes);
    onBack();
  };
  return (
    <aside className="rail rail-alarm" aria-label={title}>
      <div className="rail-top">
        <h2 className="label">{t('alarm.shelveWhy')}</h2>
        <Choices
          label={t('alarm.shelveWhy')}
          options={shelfReasons.map((one) => ({ value: one, word: t(`alarm.reason.${one}`) }))}
          chosen={reason}
          onChoose={setReason}
        />
        <h2 className="label shelf-label">{t('alarm.shelveHow')}</h2>
        <Choices
          label={t('alarm.shelveHow')}
          isShort
          options={MINUTES.map((one) => ({
            value: one,
            word: one < 60 ? t('alarm.minutes', { count: one }) : t('alarm.hours', { count: one / 60 }),
          }))}
          chosen={minutes}
          onChoose={setMinutes}
        />
      </div>
      <div className="rail-bottom">
        <SideButton icon="back" action="back" onPress={onBack}>
          {t('alarm.back')}
        </SideButton>
        <MainButton
          icon="clock"
          action={`put aside ${alarm.id}`}
          isDisabled={isHeldBack || reason === null || minutes === null}
          onPress={shelve}
        >
          {t('alarm.shelve')}
        </MainButton>
      </div>
    </aside>
  );
}

interface ChoicesProps<T> {
  readonly label: string;
  readonly options: readonly { readonly value: T; readonly word: string }[];
  readonly chosen: T | null;
  /** Of a word or two each: side by side where the rail is low. */
  readonly isShort?: boolean;
  readonly onChoose: (value: T) => void;
}

function Choices<T extends string | number>({ label, options, chosen, isShort = false, onChoose }: ChoicesProps<T>) {
  return (
    <div className={`choices choices-two${isShort ? ' is-short' : ''}`} role="group" aria-label={label}>
      {options.map(({ value, word }) => (
        <Button key={value} className="choice" aria-pressed={value === chosen} onPress={() => onChoose(value)}>
          {value === chosen && <Icon name="tick" size={24} />}
          {word}
        </Button>
      ))}
    </div>
  );
}
