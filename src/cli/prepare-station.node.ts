import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { drawSampleHide } from '#synth/sample-hide.ts';
import { writeHide } from '#synth/write-hide.node.ts';
import { openPack } from '#tune/pack-registry.node.ts';
import { lineOf } from './report-error.ts';

/** What a station needs once at its start, as a process of its own that takes its memory with it (a thread would leave it
 *  behind): drawing the sample hide takes 170 MB, reading a model pack some 20. */
export interface Preparation {
  /** Pack to look at; null: none. */
  readonly packDir: string | null;
  /** Sample picture to draw where it is not there; null: none. */
  readonly sample: string | null;
}
/** Why the pack cannot be used; null: it can. */
export type Prepared = { readonly packRefused: string | null };

const { packDir, sample } = JSON.parse(process.argv[2] ?? '{}') as Preparation;
const packRefused =
  packDir === null
    ? null
    : await openPack(packDir).then(
        () => null,
        (cause: unknown) => lineOf(cause),
      );
if (sample !== null && !existsSync(sample)) await writeHide(drawSampleHide(), dirname(sample));
process.send?.({ packRefused } satisfies Prepared);
process.disconnect?.();
