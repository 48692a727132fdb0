import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { isRecording, recordedOptions } from '#acquire/recording.node.ts';
import { makeFolder } from '#disk/make-folder.node.ts';
import type { Grading } from '#domain/grading.ts';
import { inspectionSchema } from '#domain/inspection.ts';
import { diskReason } from '#disk/disk-reason.ts';
import { moveInto } from '#disk/move-into.node.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { DEFAULT_SETTINGS, type Settings } from '#domain/settings.ts';
import { drawOverlay } from '#inspect/overlay.node.ts';
import { PROVIDERS } from '#inspect/providers.node.ts';
import { demoRefusal } from '#station/guards.ts';
import { runMainJob } from '#station/main-job.node.ts';
import { openRooms } from '#station/open-rooms.node.ts';
import { readSettings } from '#station/settings-file.node.ts';
import { startStation } from '#station/start-station.node.ts';
import { SILENT_LOGGER } from '#station/system.node.ts';
import { openPack } from '#tune/pack-registry.node.ts';
import { nameOption, requiredOption, runs, textOption } from './command.ts';
import { dataFolder } from './data-folder.ts';
import { EXIT } from './exit-code.ts';
import { keepInputs } from './keep-inputs.ts';
import { noteControl } from './note-control.ts';
import { readDocument, readServedMachine } from './read-document.ts';
import { sayMainJob } from './say-main-job.ts';
import { orderOf } from './station-command.ts';
import { checkSource, isScan, namingSource, noteFeedPage, sourceArgument, withLoginOptions } from './source.ts';
import { roomsOptions, settingsWith } from './station-options.ts';
import { writeBytes } from './write-document.ts';

/** The main job on one picture. It stops short of release: only with `--release --by NAME` the cutter is told, and
 *  then the job is the station's own (its store, its numbers). */
export function register(program: Command): void {
  const command = program
    .command('run')
    .argument('<source>', 'picture of a hide, a folder of pictures, or the folder of a scan')
    .description('the main job: scan, inspect, nest, cut file')
    .requiredOption('--order <file>', 'what is to be cut: JSON or CSV')
    .option('--out <dir>', 'folder for scan, inspection, layout, cut file and overlay', 'kerf-job')
    .option('--machine <profile>', 'machine profile: a file, or simulated')
    .option('--release', 'approve the layout and tell the cutter; needs --by')
    .option('--by <name>', 'who approves')
    .option('--complete', 'exit 1 unless every piece found a place')
    .option('--mm-per-px <number>', 'scale of the picture; default: mmPerPx of settings.json, which begins as 1')
    .option('--calibration <file>', "places of the table's markers: the picture is straightened by them")
    .option('--thickness <mm>', 'of the material; default: thickness of settings.json; needs a lens in --calibration')
    .option('--whole', 'the picture is all material')
    .option('--record <dir>', 'keep what the camera gave: a source that gives the same scan again')
    .option('--model <pack>', 'model pack: a shipped name or a folder; default leather-base')
    .option('--grading <file>', 'rules of quality: a file, leather-default or leather-even; default leather-default')
    .option('--provider <name>', `execution provider: auto, ${Object.keys(PROVIDERS).join(', ')}`, 'auto')
    .option('--strict', 'exit 3 instead of falling back to another provider')
    .option('--seconds <number>', 'time for nesting, default 10')
    .option('--threads <number>', 'of the solver, default 2')
    .option('--seed <number>', 'of the solver, default 1')
    .option('--mqtt <url>', 'a broker of yours instead of the embedded one')
    .option('--mqtt-port <number>', 'of the embedded broker; default: any free one, with --release 1883')
    .option('--data <dir>', "with --release: the station's data folder; default $XDG_DATA_HOME/kerf");
  withLoginOptions(command);
  runs(command, async ({ terminal, signal }, [source], options) => {
    const by = nameOption(options, 'by');
    const isReleased = options['release'] === true;
    if (isReleased !== (by !== undefined))
      throw new KerfError(
        'CLI_RELEASE_NEEDS_PERSON',
        '--release and --by go together: a person approves a layout, by name.',
      );
    // Everything that was given is looked at before anything is made.
    const path = sourceArgument(source!);
    const outDir = resolve(requiredOption(options, 'out'));
    keepInputs(
      [path, requiredOption(options, 'order'), options['machine'], options['calibration']],
      WRITTEN.map((name) => join(outDir, name)),
    );
    const dataDir = isReleased ? dataFolder(textOption(options, 'data')) : null;
    const settings = settingsWith(dataDir === null ? UNRELEASED : await readSettings(dataDir), options);
    const record = textOption(options, 'record');
    const played = isRecording(path) ? await recordedOptions(path) : {};
    const asked = await roomsOptions(settings, options);
    const rooms = {
      ...asked,
      isWhole: asked.isWhole === true || played.isWhole === true,
      record: record === undefined ? undefined : resolve(record),
    };
    const machine = await readServedMachine(settings.machine);
    noteControl(terminal, machine);
    const refusal = isReleased ? demoRefusal(by ?? null, machine, 'run') : null;
    if (refusal) throw refusal;
    const order = await orderOf(requiredOption(options, 'order'), rooms.grading);
    await checkSource(path);
    await openPack(rooms.packDir);
    const hasScale = (played.calibration ?? played.mmPerPx) !== undefined || isScan(path);
    if (rooms.calibration === undefined && options['mmPerPx'] === undefined && !hasScale)
      terminal.note(`scale: ${settings.mmPerPx} mm a pixel, as --mm-per-px is not given`);
    noteFeedPage(terminal, path);
    signal.throwIfAborted();
    return inFolder(dataDir, async (stationDir) => {
      const mqttUrl = textOption(options, 'mqtt');
      await using opened = openRooms(rooms);
      await using running = await startStation({
        dataDir: stationDir,
        settings,
        machine,
        order,
        isOrderGiven: true,
        source: path,
        rooms: opened,
        grading: rooms.grading,
        // What went wrong is said once, as the command's error.
        logger: SILENT_LOGGER,
        ...(mqttUrl === undefined ? {} : { mqttUrl, needsBroker: true }),
        http: null,
      });
      const report = await namingSource(path, () =>
        runMainJob(running.station, {
          source: path,
          release: by === undefined ? null : { by },
          signal,
          onStep: (job) => terminal.note(job.state),
          onGivenUp: ({ id, state, order: of }) =>
            terminal.note(`given up  ${id} of order ${of}, left as ${state}: its hide may lie there no more`),
        }),
      );
      await keep(join(stationDir, 'jobs', report.job.id), outDir, rooms.grading);
      const kept = { ...report, cutFile: join(outDir, report.job.cutFile ?? '') };
      sayMainJob(terminal, kept, running.station.publisher.counts.sentCount);
      terminal.say(`out       ${outDir}`);
      terminal.document({ ...kept, out: outDir });
      if (options['complete'] !== true || report.unplacedCount === 0) return EXIT.done;
      terminal.error(
        `${outDir}: ${report.unplacedCount} of ${report.unplacedCount + report.placedCount} pieces found no place, expected all (--complete). layout.json names them under "unplaced". [CLI_NOT_COMPLETE]`,
      );
      return EXIT.no;
    });
  });
}

/** Files of a job folder that people name theirs, too (docs/contracts.md, "Job folder"). */
const WRITTEN = [
  ...['scan/scan.tif', 'order.json', 'problem.json', 'inspection.json', 'layout.json', 'cut-plan.json'],
  ...['search.json', 'start.json', 'cut.dxf', 'cut.svg', 'overlay.png'],
];

/** Without a release nothing of a station's own is touched, and any free port does for the broker. */
const UNRELEASED: Settings = { ...DEFAULT_SETTINGS, mqtt: { ...DEFAULT_SETTINGS.mqtt, embeddedPort: 0 } };

/** Gives `work` the folder, or a temporary one that is gone afterwards. */
async function inFolder<T>(folder: string | null, work: (folder: string) => Promise<T>): Promise<T> {
  if (folder !== null) return work(folder);
  const scratch = await mkdtemp(join(tmpdir(), 'kerf-run-'));
  try {
    return await work(scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Copies the job's files to where they were asked for, with a picture of them. Each takes the place of its namesake
 *  when all are there; other files of the folder, and of a scan/ in it, stay. */
async function keep(jobDir: string, outDir: string, grading: Grading): Promise<void> {
  const half = join(outDir, `.kerf-${process.pid}.part`);
  let made: string | undefined;
  let isWhole = false;
  try {
    made = await makeFolder(outDir);
    await cp(jobDir, half, { recursive: true });
    const inspection = await readDocument(inspectionSchema, join(half, 'inspection.json'), 'inspection');
    await writeBytes(join(half, 'overlay.png'), await drawOverlay(join(half, 'scan', 'scan.tif'), inspection, grading));
    await moveInto(half, outDir);
    isWhole = true;
  } catch (cause) {
    if (cause instanceof KerfError) throw cause;
    throw new KerfError(
      'CLI_FILE_UNWRITABLE',
      `${outDir}: found ${diskReason(cause)}, expected a folder to write to. Free some room or give another --out.`,
      { fault: 'device', cause },
    );
  } finally {
    await rm(half, { recursive: true, force: true });
    if (made !== undefined && !isWhole) await rm(made, { recursive: true, force: true });
  }
}
