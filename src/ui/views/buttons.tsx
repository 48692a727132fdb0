import type { ReactNode } from 'react';
import { Button, type PressEvent } from 'react-aria-components';
import { Icon, type IconName } from './icons.tsx';

interface MainButtonProps {
  readonly icon: IconName;
  readonly children: ReactNode;
  readonly note?: ReactNode;
  readonly isDisabled?: boolean;
  readonly onPressStart?: (event: PressEvent) => void;
  readonly onPressEnd?: (event: PressEvent) => void;
  readonly onPress: (event: PressEvent) => void;
}

/** The one filled button of a screen: its next step. Acts when the finger lifts inside it. */
export function MainButton({ icon, children, note, ...press }: MainButtonProps) {
  return (
    <Button className="main-button" {...press}>
      <span className="main-button-row">
        <Icon name={icon} size={isLong(children) ? 32 : 40} />
        <span className={`main-button-text ${sizeOf(children)}`}>{children}</span>
      </span>
      {note !== undefined && <span className="main-button-note">{note}</span>}
    </Button>
  );
}

/** Longer words are set smaller: two lines at most. */
const LONG = 18;

const LONGEST = 26;

function sizeOf(children: ReactNode): string {
  if (typeof children !== 'string' || children.length <= LONG) return '';
  return children.length <= LONGEST ? 'is-long' : 'is-longest';
}

function isLong(children: ReactNode): boolean {
  return typeof children === 'string' && children.length > LONG;
}

interface ToolButtonProps {
  readonly icon: IconName;
  readonly children: ReactNode;
  readonly isOn?: boolean;
  readonly isDisabled?: boolean;
  /** Id of what says more about it. */
  readonly describedBy?: string;
  readonly onPress: () => void;
}

/** A small tool: icon over word. `isOn` outlines it and says so. */
export function ToolButton({ icon, children, isOn, isDisabled, describedBy, onPress }: ToolButtonProps) {
  return (
    <Button
      className="tool-button"
      isDisabled={isDisabled ?? false}
      onPress={onPress}
      {...(isOn === undefined ? {} : { 'aria-pressed': isOn })}
      {...(describedBy === undefined ? {} : { 'aria-describedby': describedBy })}
    >
      <Icon name={icon} size={28} />
      <span>{children}</span>
    </Button>
  );
}

/** An outlined button with an icon beside its word. */
export function SideButton({ icon, children, isDisabled, onPress }: ToolButtonProps) {
  return (
    <Button className="side-button" isDisabled={isDisabled ?? false} onPress={onPress}>
      <Icon name={icon} size={28} />
      <span>{children}</span>
    </Button>
  );
}
