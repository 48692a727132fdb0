import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { readPictureHeader } from '#acquire/picture-header.node.ts';
import { feedPort, isLiveSource, openFeedPage, parseSource } from '#acquire/source-address.ts';
import type { CameraLogin } from '#acquire/camera-command.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { readSecret } from '#publish/read-secret.node.ts';
import { textOption } from './command.ts';
import type { Terminal } from './terminal.ts';

/** Looks at a source before any work is done for it: a picture must say that it is one. A folder is a scan, or one into
 *  which a camera writes. @throws KerfError ACQUIRE_NO_SUCH_FILE, ACQUIRE_NOT_A_PICTURE, ACQUIRE_PICTURE_… */
export async function checkSource(source: string): Promise<void> {
  if (isLiveSource(source)) return;
  if (existsSync(source) && statSync(source).isDirectory()) return;
  await readPictureHeader(source);
}

/** A source as given: the address of a camera as it is, a path from the root. @throws KerfError ACQUIRE_SOURCE_REFUSED */
export function sourceArgument(text: string): string {
  return parseSource(text).kind === 'path' ? resolve(text) : text;
}

/** Where a person's browser gives the pictures: says which page to open. */
export function noteFeedPage(terminal: Terminal, source: string): void {
  const port = feedPort(source);
  if (port !== null) terminal.note(openFeedPage(port));
}

/** Gives a command the options of an RTSP camera's login. */
export function withLoginOptions(command: Command): Command {
  return command
    .option('--user-from <ref>', 'login of an RTSP camera: an environment variable, or file:PATH')
    .option('--password-from <ref>', 'its password, in the same way');
}

/** `--user-from` and `--password-from`: both or none. @throws KerfError CLI_MISSING_OPTION, CLI_BAD_OPTION */
export async function loginOption(options: Record<string, unknown>): Promise<CameraLogin | undefined> {
  const [user, password] = await Promise.all([
    secretOption(options, 'userFrom'),
    secretOption(options, 'passwordFrom'),
  ]);
  if (user !== undefined && password !== undefined) return { user, password };
  if (user === undefined && password === undefined) return undefined;
  throw new KerfError('CLI_MISSING_OPTION', '--user-from and --password-from go together: give both or none.');
}

async function secretOption(options: Record<string, unknown>, name: string): Promise<string | undefined> {
  const reference = textOption(options, name);
  if (reference === undefined) return undefined;
  return readSecret(reference, process.env, process.cwd()).catch((cause: unknown) => {
    const flag = name === 'userFrom' ? '--user-from' : '--password-from';
    throw new KerfError(
      'CLI_BAD_OPTION',
      `${flag}: found ${JSON.stringify(reference)}, where nothing stands; expected the name of an environment variable, or file:PATH.`,
      { cause },
    );
  });
}

/** Whether a folder is a scan of ours. */
export function isScan(source: string): boolean {
  return existsSync(join(source, 'scan.json'));
}

/** Runs work on a source; an error that cannot know its name gets it. */
export async function namingSource<T>(source: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof KerfError) || !NAMELESS.has(cause.code)) throw cause;
    const { code, fault, details } = cause;
    throw new KerfError(code, `${source}: ${cause.message}`, { fault, details: { ...details, source }, cause });
  }
}

/** Errors of libraries that see pixels only. */
const NAMELESS: ReadonlySet<string> = new Set([
  'ACQUIRE_MARKERS_DO_NOT_FIT',
  'ACQUIRE_MARKERS_NOT_SEEN',
  'ACQUIRE_MARKERS_ON_A_LINE',
  'ACQUIRE_MARKERS_ONE_SIDED',
  'ACQUIRE_PICTURE_MIRRORED',
  'ACQUIRE_SCALE_MISSING',
  'INSPECT_NO_HIDE',
  'INSPECT_NOTHING_LEFT',
  'INSPECT_TABLE_NOT_SEEN',
]);
