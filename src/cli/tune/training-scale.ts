import { scaleOption } from '../command.ts';
import type { Terminal } from '../terminal.ts';

export const DEFAULT_MM_PER_PX = 0.5;

/** `--mm-per-px` of pictures to learn from; where it is not given, says what is assumed and how to tell the true one: scans are
 *  brought to a pack's scale, so a wrong one shows it another leather. */
export function trainingScale(terminal: Terminal, options: Record<string, unknown>): number {
  const given = scaleOption(options);
  if (given === undefined)
    terminal.note(
      `scale: ${DEFAULT_MM_PER_PX} mm a pixel is assumed, as --mm-per-px is not given, and the pack is for that scale. To tell the true one, measure something of known length in a picture: its millimetres divided by its pixels`,
    );
  return given ?? DEFAULT_MM_PER_PX;
}
