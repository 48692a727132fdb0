import { KerfError } from '#domain/kerf-error.ts';
import type { Machine } from '#domain/machine.ts';

/** Refuses a machine profile that this version cannot serve, before a hide is scanned for it. Whatever of a profile is
 *  not obeyed belongs here: a line for each rule.
 *  @param where the file that the profile came from
 *  @throws KerfError CUT_FORMAT_UNKNOWN, CUT_SEND_NOT_SUPPORTED */
export function refuseUnserved(machine: Machine, where: string): void {
  refuseUnwritten(machine, where);
  const { id, send } = machine;
  if (send.to !== 'folder')
    throw new KerfError(
      'CUT_SEND_NOT_SUPPORTED',
      `${where}: machine.send.to: found "${send.to}", expected "folder": this version writes cut files to a folder that machine "${id}" reads, and sends none.`,
      { details: { where, path: 'machine.send.to', machine: id } },
    );
}

/** The part of it that holds for a cut file which a person takes to the machine.
 *  @throws KerfError CUT_FORMAT_UNKNOWN: hpgl, gcode and pdf are not written yet */
export function refuseUnwritten(machine: Machine, where: string): void {
  if (machine.format !== 'dxf' && machine.format !== 'svg') throw unwrittenFormat(machine, where);
}

export function unwrittenFormat({ id, format }: Machine, where: string): KerfError {
  return new KerfError(
    'CUT_FORMAT_UNKNOWN',
    `${where}: machine.format: found "${format}", which this version does not write for machine "${id}"; expected "dxf" or "svg".`,
    { details: { where, path: 'machine.format', machine: id, format } },
  );
}
