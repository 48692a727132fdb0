import { resolve } from 'node:path';
import type { Command } from 'commander';
import { EVEN_LEATHER_GRADING, LEATHER_GRADING, gradeName, gradingSchema, type Grading } from '#domain/grading.ts';
import type { Inspection } from '#domain/inspection.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Scan } from '#domain/scan.ts';
import type { UsableReport } from '#domain/usable-report.ts';
import { flagsWithOutline } from '#inspect/cut-off-flag.ts';
import { inspectScan } from '#inspect/inspect-scan.ts';
import { openSegmenter } from '#inspect/onnx-segmenter.node.ts';
import { drawOverlay } from '#inspect/overlay.node.ts';
import { PROVIDERS, type ProviderName } from '#inspect/providers.node.ts';
import { usableReport, usableText } from '#inspect/usable-report.ts';
import { systemClock } from '#station/system-clock.node.ts';
import { openPack } from '#tune/pack-registry.node.ts';
import { calibrationOption } from './calibration-option.ts';
import { requiredOption, runs, scaleOption, textOption } from './command.ts';
import { EXIT } from './exit-code.ts';
import { leatherWords } from './leather-words.ts';
import { packPath } from './pack-path.ts';
import { readDocument } from './read-document.ts';
import { checkSource, namingSource } from './source.ts';
import type { Terminal } from './terminal.ts';
import { withScan } from './with-scan.ts';
import { withScores } from './with-scores.ts';
import { writeBytes, writeDocument } from './write-document.ts';

export function register(program: Command): void {
  const command = program
    .command('inspect')
    .argument('<scan>', 'folder of a scan, or a picture with --mm-per-px')
    .description('find the outline of the hide and its defects')
    .option('--model <pack>', 'model pack: a shipped name or a folder', 'leather-base')
    .option('--whole', 'the picture is all material: no outline is sought')
    .option('--mm-per-px <number>', 'scale, where a picture is given')
    .option('--calibration <file>', "places of the table's markers: a picture is straightened by them")
    .option('--provider <name>', `auto, ${Object.keys(PROVIDERS).join(', ')}`, 'auto')
    .option('--grading <file>', 'rules of quality: a file, leather-default or leather-even', LEATHER_GRADING.id)
    .option(
      '--coarse-first',
      'look at all in twice the pixel, and closer only where in doubt: as is usual from 2 megapixels on',
    )
    .option('--every-tile', 'look at every tile in its own pixels, however many there are')
    .option('--strict', 'exit 3 instead of falling back to another provider')
    .option('--overlay <file>', 'picture of what was found (PNG)')
    .option('--report <file>', 'usable area by grade in percent of the hide: JSON where the name ends so, else text')
    .option('--scores <dir>', 'probabilities as 16-bit grey PNGs, one a class')
    .requiredOption('--out <file>', 'inspection to write');
  runs(command, async ({ terminal, signal }, [source], options) => {
    const path = resolve(source!);
    const provider = providerOption(options);
    const mmPerPx = scaleOption(options);
    const calibration = await calibrationOption(options);
    const out = resolve(requiredOption(options, 'out'));
    const grading = await gradingOption(options);
    const scoresDir = textOption(options, 'scores');
    const overlay = textOption(options, 'overlay');
    const report = textOption(options, 'report');
    const coarse = planOption(options);
    await checkSource(path);
    const pack = await openPack(packPath(requiredOption(options, 'model')));
    const segmenter = await openSegmenter(pack, { provider, isStrict: options['strict'] === true, signal });
    try {
      const isWhole = options['whole'] === true;
      // Beside the document of --json too, which has no place for what the scan says of itself.
      const sayFlag = (flag: Scan['flags'][number]) => terminal.note(`flag: ${flag.message}`);
      const scanOptions = { mmPerPx, calibration, isWhole, signal, onProgress: terminal.progress };
      const inspection = await namingSource(path, () =>
        withScan(path, scanOptions, (scan, imagePath) =>
          withScores(
            scoresDir === undefined ? null : resolve(scoresDir),
            { scan: scan.scan, card: pack.card },
            async (onScores) => {
              // Before anything fails by it.
              for (const flag of scan.scan.flags) sayFlag(flag);
              const found = await inspectScan(scan, pack, {
                segmenter,
                grading,
                clock: systemClock,
                isWhole,
                signal,
                onProgress: terminal.progress,
                onScores,
                isCoarseFirst: coarse,
              });
              const { flags } = scan.scan;
              for (const flag of flagsWithOutline(flags, found).slice(flags.length)) sayFlag(flag);
              if (overlay !== undefined)
                await writeBytes(resolve(overlay), await drawOverlay(imagePath, found, grading));
              return found;
            },
          ),
        ),
      );
      await writeDocument(out, inspection);
      if (report !== undefined) await writeReport(resolve(report), usableReport(inspection, grading));
      sayInspection(terminal, inspection);
      terminal.say(out);
      terminal.document(inspection);
      return EXIT.done;
    } finally {
      await segmenter.close();
    }
  });
}

/** Whether to look coarsely first; undefined: by the picture's size. @throws KerfError CLI_BAD_OPTION */
function planOption(options: Record<string, unknown>): boolean | undefined {
  const [isCoarse, isEvery] = [options['coarseFirst'] === true, options['everyTile'] === true];
  if (isCoarse && isEvery)
    throw new KerfError('CLI_BAD_OPTION', '--coarse-first: found with --every-tile, expected one of them.');
  return isCoarse || isEvery ? isCoarse : undefined;
}

/** A provider by name. @throws KerfError CLI_BAD_OPTION */
export function providerOption(options: Record<string, unknown>): ProviderName | 'auto' {
  const name = textOption(options, 'provider') ?? 'auto';
  if (name === 'auto' || Object.hasOwn(PROVIDERS, name)) return name as ProviderName | 'auto';
  throw new KerfError(
    'CLI_BAD_OPTION',
    `--provider: found ${name}, expected auto, ${Object.keys(PROVIDERS).join(', ')}.`,
  );
}

function writeReport(path: string, report: UsableReport): Promise<void> {
  return path.endsWith('.json') ? writeDocument(path, report) : writeBytes(path, usableText(report));
}

/** Gradings that Kerf brings along. */
const GRADINGS: readonly Grading[] = [LEATHER_GRADING, EVEN_LEATHER_GRADING];

/** A grading by name or file. @throws KerfError with file and path of what does not fit */
export function gradingOption(options: Record<string, unknown>): Promise<Grading> {
  const name = textOption(options, 'grading') ?? LEATHER_GRADING.id;
  const known = GRADINGS.find((g) => g.id === name);
  return known ? Promise.resolve(known) : readDocument(gradingSchema, resolve(name), 'grading');
}

/** The inspection in a few lines. */
export function sayInspection(terminal: Terminal, inspection: Inspection): void {
  const byClass = new Map<string, number>();
  for (const defect of inspection.defects) byClass.set(defect.class, (byClass.get(defect.class) ?? 0) + 1);
  const usable = Object.entries(inspection.usableMm2).sort(([a], [b]) => Number(b) - Number(a));
  const classes = [...byClass].sort((a, b) => b[1] - a[1]).map(([name, count]) => `${count} ${name}`);
  terminal.say(
    `usable ${usable.map(([q, area]) => `${gradeName(Number(q))} ${(area / 1e6).toFixed(3)} m²`).join(', ')}`,
  );
  terminal.say(`${inspection.defects.length} defects${classes.length > 0 ? `: ${classes.join(', ')}` : ''}`);
  for (const note of leatherWords(inspection)) terminal.say(note);
  terminal.say(`model ${inspection.pack.id} on ${inspection.provider.used} (${inspection.provider.why})`);
}
