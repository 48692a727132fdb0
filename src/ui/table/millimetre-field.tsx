import { Button, Group, Input, Label, NumberField } from 'react-aria-components';

interface MillimetreFieldProps {
  readonly label: string;
  /** null: not said yet. */
  readonly value: number | null;
  readonly onChange: (mm: number | null) => void;
}

/** A length in mm: typed, or by a finger in steps of one. */
export function MillimetreField({ label, value, onChange }: MillimetreFieldProps) {
  return (
    <NumberField
      className="setting"
      value={value ?? Number.NaN}
      minValue={0}
      step={1}
      formatOptions={{ maximumFractionDigits: 1, useGrouping: false }}
      onChange={(mm) => onChange(Number.isFinite(mm) ? mm : null)}
    >
      <Label className="label">{label}</Label>
      <Group className="setting-number">
        <Button slot="decrement">−</Button>
        <Input />
        <Button slot="increment">+</Button>
      </Group>
    </NumberField>
  );
}
