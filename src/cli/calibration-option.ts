import { resolve } from 'node:path';
import { tableMarkersSchema, type TableMarkers } from '#domain/calibration.ts';
import { textOption } from './command.ts';
import { readDocument } from './read-document.ts';

/** `--calibration FILE`: where the table's markers are; a whole calibration.json will do.
 *  @throws KerfError with file and path of what does not fit */
export async function calibrationOption(options: Record<string, unknown>): Promise<TableMarkers | undefined> {
  const file = textOption(options, 'calibration');
  return file === undefined ? undefined : readCalibration(file);
}

/** @throws KerfError with file and path of what does not fit */
export function readCalibration(file: string): Promise<TableMarkers> {
  return readDocument(tableMarkersSchema, resolve(file), 'calibration');
}
