import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { KerfError } from '#domain/kerf-error.ts';

/** A secret by reference: `NAME`, an environment variable, or `file:PATH` (relative to `baseDir`), of which the first
 *  line counts. Settings never hold the secret itself, and no message of ours shows it.
 *  @throws KerfError PUBLISH_SECRET_MISSING, naming the reference */
export async function readSecret(
  reference: string,
  environment: Readonly<Record<string, string | undefined>>,
  baseDir: string,
): Promise<string> {
  const path = /^file:(.+)$/.exec(reference)?.[1];
  const value =
    path === undefined
      ? environment[reference]
      : await readFile(resolve(baseDir, path), 'utf8').then(
          (text) => text.split(/\r?\n/)[0],
          (cause: unknown) => {
            throw missing(reference, `a file that cannot be read (${cause instanceof Error ? cause.message : ''})`);
          },
        );
  if (value === undefined || value === '')
    throw missing(reference, path === undefined ? 'an environment variable that is not set' : 'an empty file');
  return value;
}

function missing(reference: string, what: string): KerfError {
  return new KerfError(
    'PUBLISH_SECRET_MISSING',
    `settings.json names "${reference}" as the place of a secret: found ${what}, expected the name of an environment variable of the station, or file:PATH.`,
    { details: { reference } },
  );
}
