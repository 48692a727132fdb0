import { leftToControl } from '#cut/left-to-control.ts';
import type { Machine } from '#domain/machine.ts';
import type { Terminal } from './terminal.ts';

/** Says what of a profile no cut file holds, so that nobody counts on it. */
export function noteControl(terminal: Terminal, machine: Machine): void {
  const left = leftToControl(machine);
  if (left !== null) terminal.note(left);
}
