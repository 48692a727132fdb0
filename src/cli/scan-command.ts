import { resolve } from 'node:path';
import type { Command } from 'commander';
import { acquireScan } from '#acquire/read-scan.node.ts';
import { systemClock } from '#station/system-clock.node.ts';
import { calibrationOption } from './calibration-option.ts';
import { numberOption, requiredOption, runs, scaleOption } from './command.ts';
import { EXIT } from './exit-code.ts';

export function register(program: Command): void {
  const command = program
    .command('scan')
    .argument('<source>', 'picture (JPEG, PNG, TIFF), or a folder whose next new picture is taken')
    .description('make a scan of a picture: scan.json and a tiled scan.tif')
    .option('--mm-per-px <number>', 'scale of a picture that is straight already; with --calibration: of the scan')
    .option('--calibration <file>', "places of the table's markers: the picture is straightened by them")
    .option(
      '--thickness <mm>',
      'of the material: its upper side lies that much above the table; needs the lens in --calibration',
    )
    .requiredOption('--out <dir>', 'folder of the scan');
  runs(command, async ({ terminal, signal }, [source], options) => {
    const mmPerPx = scaleOption(options);
    const calibration = await calibrationOption(options);
    const thickness = numberOption(options, 'thickness', { least: 0 });
    const outDir = resolve(requiredOption(options, 'out'));
    const scan = await acquireScan(resolve(source!), {
      outDir,
      clock: systemClock,
      signal,
      onProgress: terminal.progress,
      ...(mmPerPx === undefined ? {} : { mmPerPx }),
      ...(calibration === undefined ? {} : { calibration }),
      ...(thickness === undefined ? {} : { thickness }),
    });
    const size = `${(scan.widthPx * scan.mmPerPx).toFixed(0)} x ${(scan.heightPx * scan.mmPerPx).toFixed(0)} mm`;
    terminal.say(`${scan.widthPx} x ${scan.heightPx} px, ${size} at ${scan.mmPerPx} mm a pixel`);
    for (const flag of scan.flags) terminal.say(`flag: ${flag.message}`);
    terminal.say(outDir);
    terminal.document(scan);
    return EXIT.done;
  });
}
