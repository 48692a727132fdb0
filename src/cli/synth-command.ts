import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { makeFolder } from '#disk/make-folder.node.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { drawHide } from '#synth/draw-hide.ts';
import { drawSampleHide } from '#synth/sample-hide.ts';
import { writeHide } from '#synth/write-hide.node.ts';
import { numberOption, requiredOption, runs, textOption } from './command.ts';
import { EXIT } from './exit-code.ts';

export function register(program: Command): void {
  const command = program
    .command('synth')
    .argument('<what>', 'hide')
    .description('draw a hide with its truth: hide.png, truth.json, mask.png, classes.json')
    .option('--seed <number>', 'the same seed draws the same picture')
    .option('--sample', 'the hide of the first run')
    .option('--mm-per-px <number>', 'scale of the picture, default 1')
    .option('--picture <kind>', 'png or jpg', 'png')
    .requiredOption('--out <dir>', 'folder to write into');
  runs(command, async ({ terminal }, [what], options) => {
    if (what !== 'hide') throw new KerfError('CLI_UNKNOWN_DRAWING', `synth: found "${what}", expected hide.`);
    const picture = textOption(options, 'picture');
    if (picture !== 'png' && picture !== 'jpg')
      throw new KerfError('CLI_BAD_OPTION', `--picture: found ${picture}, expected png or jpg.`);
    const seed = numberOption(options, 'seed', { least: 0, isWhole: true }) ?? 1;
    const mmPerPx = numberOption(options, 'mmPerPx', { least: 0.1, most: 100 });
    const out = resolve(requiredOption(options, 'out'));
    const hide =
      options['sample'] === true ? drawSampleHide() : drawHide(mmPerPx === undefined ? { seed } : { seed, mmPerPx });
    const made = await makeFolder(out);
    const written = await writeHide(hide, out, { picture }).catch(async (cause: unknown) => {
      if (made !== undefined) await rm(made, { recursive: true, force: true });
      throw cause;
    });
    terminal.say(`${hide.widthPx} x ${hide.heightPx} px at ${hide.mmPerPx} mm, ${hide.truth.defects.length} defects`);
    terminal.say(written.picture);
    terminal.document({
      ...written,
      widthPx: hide.widthPx,
      heightPx: hide.heightPx,
      mmPerPx: hide.mmPerPx,
      defectCount: hide.truth.defects.length,
    });
    return EXIT.done;
  });
}
