import { useState } from 'react';
import { Button, Group, Input, Label, NumberField } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { settingAt, type EditableSetting } from '#domain/settings.ts';
import { callStation } from '../link/station-client.ts';
import { useAnswer, useWish } from '../link/use-answer.ts';
import { SideButton } from '../views/buttons.tsx';
import { Icon } from '../views/icons.tsx';
import { settingFields, type SettingField } from './setting-fields.ts';

type Value = number | readonly string[];

const FIELDS = settingFields();
/** What one tap adds or takes, where 1 is too much or too little. */
const STEP: Partial<Record<EditableSetting, number>> = {
  spacing: 0.5,
  margin: 0.5,
  mmPerPx: 0.05,
  'retention.days': 10,
  'retention.megabytes': 5000,
};

/** The settings that an admin may change here. They are written to the file; the station reads it when it starts. */
export function SettingsForm() {
  const { t } = useTranslation('system');
  const kept = useAnswer('kept settings', () => callStation('keptSettings'));
  const { isSending, send } = useWish();
  const [changed, setChanged] = useState<ReadonlyMap<EditableSetting, Value>>(new Map());
  const { value } = kept;
  if (!value) return null;
  const valueOf = (path: EditableSetting) => changed.get(path) ?? (settingAt(value.settings, path) as Value);
  const change = (path: EditableSetting, next: Value) => setChanged(new Map(changed).set(path, next));
  const save = async () => {
    const changes = [...changed].map(([path, next]) => ({
      path,
      value: typeof next === 'number' ? next : [...next],
    }));
    if (!(await send(() => callStation('setSettings', { body: { changes } })))) return;
    setChanged(new Map());
    kept.again();
  };
  return (
    <section className="settings-form" aria-label={t('settings.edit')}>
      <h2>{t('settings.edit')}</h2>
      <div className="settings-fields">
        {FIELDS.map((field) => (
          <Field
            key={field.path}
            field={field}
            value={valueOf(field.path)}
            isWaiting={value.waiting.includes(field.path)}
            onChange={(next) => change(field.path, next)}
          />
        ))}
      </div>
      <div className="settings-save">
        <p className="hint" role="status">
          {value.waiting.length > 0 ? t('settings.restart', { count: value.waiting.length }) : t('settings.atStart')}
        </p>
        <SideButton icon="tick" isDisabled={changed.size === 0 || isSending} onPress={() => void save()}>
          {t('settings.save')}
        </SideButton>
      </div>
    </section>
  );
}

interface FieldProps {
  readonly field: SettingField;
  readonly value: Value;
  readonly isWaiting: boolean;
  readonly onChange: (value: Value) => void;
}

function Field({ field, value, isWaiting, onChange }: FieldProps) {
  const { t } = useTranslation('system');
  const name = t(`settings.field.${field.path.replace('.', '_')}`);
  const note = isWaiting ? <span className="setting-waits">{t('settings.waits')}</span> : null;
  if (field.kind === 'several') {
    const chosen = value as readonly string[];
    return (
      <div className="setting is-wide" role="group" aria-label={name}>
        <span className="label">
          {name} {note}
        </span>
        <div className="setting-choices">
          {field.choices.map((choice) => {
            const isOn = chosen.includes(choice);
            return (
              <Button
                key={choice}
                className="choice"
                aria-pressed={isOn}
                onPress={() => onChange(isOn ? chosen.filter((c) => c !== choice) : [...chosen, choice])}
              >
                {isOn && <Icon name="tick" size={24} />}
                {choice}
              </Button>
            );
          })}
        </div>
      </div>
    );
  }
  return (
    <NumberField
      className="setting"
      value={value as number}
      minValue={field.least}
      {...(field.most === null ? {} : { maxValue: field.most })}
      step={STEP[field.path] ?? 1}
      formatOptions={{ maximumFractionDigits: field.isWhole ? 0 : 3, useGrouping: false }}
      onChange={(next) => Number.isFinite(next) && onChange(next)}
    >
      <Label className="label">
        {name} {note}
      </Label>
      <Group className="setting-number">
        <Button slot="decrement">−</Button>
        <Input />
        <Button slot="increment">+</Button>
      </Group>
    </NumberField>
  );
}
