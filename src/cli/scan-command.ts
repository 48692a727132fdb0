import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { TableMarkers } from '#domain/calibration.ts';
import { acquireScan, type AcquireOptions } from '#acquire/read-scan.node.ts';
import { SCAN_FILE, SCAN_IMAGE } from '#acquire/scan-folder.node.ts';
import { systemClock } from '#station/system-clock.node.ts';
import { readCalibration } from './calibration-option.ts';
import { numberOption, requiredOption, runs, scaleOption, textOption } from './command.ts';
import { EXIT } from './exit-code.ts';
import { keepInputs } from './keep-inputs.ts';
import { loginOption, noteFeedPage, sourceArgument, withLoginOptions } from './source.ts';

export function register(program: Command): void {
  const command = program
    .command('scan')
    .argument(
      '<sources...>',
      'picture (JPEG, PNG, TIFF), folder whose next new picture is taken, camera (v4l2:/dev/video0, rtsp://HOST/PATH, genicam:NAME, browser:), or a recording; several are stitched',
    )
    .description('make a scan of a picture: scan.json and a tiled scan.tif')
    .option('--mm-per-px <number>', 'scale of a picture that is straight already; with --calibration: of the scan')
    .option(
      '--calibration <file>',
      "places of the table's markers: the picture is straightened by them; for several cameras one for each",
      (file: string, before: readonly string[] = []) => [...before, file],
    )
    .option(
      '--strip-step <mm>',
      'the pictures are strips of a line scan, so far apart (negative: each above the one before)',
    )
    .option(
      '--thickness <mm>',
      'of the material: its upper side lies that much above the table; needs the lens in --calibration',
    )
    .option('--record <dir>', 'keep what the camera gave: a source that gives the same scan again')
    .requiredOption('--out <dir>', 'folder of the scan');
  withLoginOptions(command);
  runs(command, async ({ terminal, signal }, sources, options) => {
    const outDir = resolve(requiredOption(options, 'out'));
    const from = sources.map(sourceArgument);
    keepInputs([...from, options['calibration']], [join(outDir, SCAN_IMAGE), join(outDir, SCAN_FILE)]);
    for (const source of from) noteFeedPage(terminal, source);
    const record = textOption(options, 'record');
    const scan = await acquireScan(from, {
      ...(await scanOptions(options)),
      outDir,
      clock: systemClock,
      signal,
      onProgress: terminal.progress,
      login: await loginOption(options),
      record: record === undefined ? undefined : resolve(record),
    });
    const size = `${(scan.widthPx * scan.mmPerPx).toFixed(0)} x ${(scan.heightPx * scan.mmPerPx).toFixed(0)} mm`;
    terminal.say(`${scan.widthPx} x ${scan.heightPx} px, ${size} at ${scan.mmPerPx} mm a pixel`);
    for (const flag of scan.flags) terminal.say(`flag: ${flag.message}`);
    terminal.say(outDir);
    terminal.document(scan);
    return EXIT.done;
  });
}

/** What the command line says of the scan itself. */
async function scanOptions(options: Record<string, unknown>): Promise<Partial<AcquireOptions>> {
  const mmPerPx = scaleOption(options);
  const calibration = await calibrationList(options['calibration']);
  const stripStep = numberOption(options, 'stripStep');
  const thickness = numberOption(options, 'thickness', { least: 0 });
  return {
    ...(mmPerPx === undefined ? {} : { mmPerPx }),
    ...(calibration === undefined ? {} : { calibration }),
    ...(thickness === undefined ? {} : { thickness }),
    ...(stripStep === undefined ? {} : { stripStep }),
  };
}

async function calibrationList(files: unknown): Promise<readonly TableMarkers[] | undefined> {
  if (!Array.isArray(files)) return undefined;
  return Promise.all(files.map((file) => readCalibration(String(file))));
}
