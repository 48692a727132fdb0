import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Icon } from '../views/icons.tsx';

interface PinPadProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A PIN by touch; a keyboard may type a password instead. */
export function PinPad({ label, value, onChange }: PinPadProps) {
  const { t } = useTranslation('access');
  return (
    <>
      <label className="field">
        <span className="label">{label}</span>
        <input
          type="password"
          autoComplete="off"
          maxLength={128}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      </label>
      <div className="pin-pad" role="group" aria-label={label}>
        {[...'1234567890'].map((digit) => (
          <Button key={digit} className="choice" onPress={() => onChange(value + digit)}>
            {digit}
          </Button>
        ))}
        <Button className="choice" aria-label={t('delete')} onPress={() => onChange(value.slice(0, -1))}>
          <Icon name="back" size={28} />
        </Button>
      </div>
    </>
  );
}
