import type { Formats } from '../look/format.ts';
import type { CheckValue } from './station-checks.ts';

type Mode = Extract<CheckValue, { kind: 'mode' }>['mode'];

/** What a check saw, as the locale writes it. */
export function checkValue(value: CheckValue, formats: Formats, wordOf: (mode: Mode) => string): string {
  switch (value.kind) {
    case 'none':
      return '';
    case 'text':
      return value.text;
    case 'mode':
      return wordOf(value.mode);
    case 'mm':
      return formats.measure(value.mm);
    case 'mmPerPx':
      return formats.scale(value.mmPerPx);
    case 'seconds':
      return formats.secondsWithUnit(value.seconds);
    case 'count':
      return formats.count(value.count);
    case 'bytes':
      return formats.bytes(value.bytes);
  }
}
