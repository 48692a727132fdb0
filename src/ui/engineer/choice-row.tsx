import { Button } from 'react-aria-components';
import { Icon } from '../views/icons.tsx';

interface ChoiceRowProps<T extends string> {
  readonly label: string;
  readonly choices: readonly T[];
  readonly chosen: T;
  readonly wordOf: (choice: T) => string;
  readonly onChoose: (choice: T) => void;
}

/** A few choices side by side, one of them taken: outlined and ticked. */
export function ChoiceRow<T extends string>({ label, choices, chosen, wordOf, onChoose }: ChoiceRowProps<T>) {
  return (
    <div className="choices-row" role="group" aria-label={label}>
      {choices.map((choice) => (
        <Button key={choice} className="choice" aria-pressed={choice === chosen} onPress={() => onChoose(choice)}>
          {choice === chosen && <Icon name="tick" size={24} />}
          {wordOf(choice)}
        </Button>
      ))}
    </div>
  );
}
