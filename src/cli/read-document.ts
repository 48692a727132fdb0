import { readFile, stat } from 'node:fs/promises';
import type { z } from 'zod';
import { refuseUnserved } from '#cut/served-profile.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { machineSchema, SIMULATED_MACHINE, type Machine } from '#domain/machine.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';

/** A document of ours is text that a person may look at; past this something else was given. */
const MOST_BYTES = 256 * 2 ** 20;

/** Not lenient: letters that were replaced would make other names, or one of two. */
const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/** Reads a text file. @throws KerfError CLI_FILE_UNREADABLE, CLI_FILE_TOO_LARGE, CLI_NOT_TEXT */
export async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES)
      throw new KerfError(
        'CLI_FILE_TOO_LARGE',
        `${path}: found ${Math.round(size / 2 ** 20)} MB, expected a document of at most 256 MB.`,
      );
    return UTF_8.decode(await readFile(path));
  } catch (cause) {
    if (cause instanceof KerfError) throw cause;
    if (cause instanceof TypeError && 'code' in cause && cause.code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      throw new KerfError(
        'CLI_NOT_TEXT',
        `${path}: found bytes that are no UTF-8 text, expected UTF-8. Save it in that encoding.`,
        { cause },
      );
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    const why = code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'a folder' : code;
    throw new KerfError('CLI_FILE_UNREADABLE', `${path}: found ${why}, expected a readable file. Check the path.`, {
      cause,
    });
  }
}

/** Reads and checks one document of ours. @throws KerfError with file and path of what does not fit */
export async function readDocument<T extends z.ZodType>(schema: T, path: string, name: string): Promise<z.infer<T>> {
  return parseDocument(schema, parseJson(await readText(path), path), { name, where: path });
}

/** The profile of a machine that a station is to drive: refused here, before anything is made for it.
 *  @throws KerfError CUT_FORMAT_UNKNOWN, CUT_SEND_NOT_SUPPORTED */
export async function readServedMachine(profile: string): Promise<Machine> {
  const machine = await readMachine(profile);
  refuseUnserved(machine, profile);
  return machine;
}

/** A machine profile by the name of a built-in one, or by file. */
export function readMachine(profile: string): Promise<Machine> {
  return profile === SIMULATED_MACHINE.id
    ? Promise.resolve(SIMULATED_MACHINE)
    : readDocument(machineSchema, profile, 'machine');
}
