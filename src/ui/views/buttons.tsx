import type { ReactNode } from 'react';
import { Button, type PressEvent } from 'react-aria-components';
import { Icon, type IconName } from './icons.tsx';
import { useSettled } from './settled.ts';

interface MainButtonProps {
  readonly icon: IconName;
  /** What a press does, as a key: a button that does something else cannot be pressed until it has stood there for a
   *  moment (press-guard.ts). */
  readonly action: string;
  readonly children: ReactNode;
  readonly note?: ReactNode;
  readonly isDisabled?: boolean;
  readonly onPressStart?: (event: PressEvent) => void;
  readonly onPressEnd?: (event: PressEvent) => void;
  readonly onPress: (event: PressEvent) => void;
}

/** The one filled button of a screen: its next step. Acts when the finger lifts inside it. */
export function MainButton({ icon, action, children, note, isDisabled = false, ...press }: MainButtonProps) {
  const isSettled = useSettled(action);
  return (
    <Button className="main-button" isDisabled={isDisabled || !isSettled} {...press}>
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

interface SideButtonProps extends ToolButtonProps {
  /** As a main button's; without one it can be pressed at once. */
  readonly action?: string;
}

/** An outlined button with an icon beside its word. */
export function SideButton({ icon, action, children, isDisabled = false, onPress }: SideButtonProps) {
  const isSettled = useSettled(action ?? null);
  return (
    <Button className="side-button" isDisabled={isDisabled || !isSettled} onPress={onPress}>
      <Icon name={icon} size={28} />
      <span>{children}</span>
    </Button>
  );
}
