import { cp, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { LEATHER_GRADING } from '#domain/grading.ts';
import { inspectionSchema } from '#domain/inspection.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { DEFAULT_SETTINGS } from '#domain/settings.ts';
import { drawOverlay } from '#inspect/overlay.node.ts';
import { runMainJob } from '#station/main-job.node.ts';
import { readSettings } from '#station/settings-file.node.ts';
import { startStation } from '#station/start-station.node.ts';
import { stderrLogger } from '#station/system.node.ts';
import { requiredOption, runs, textOption } from './command.ts';
import { dataFolder } from './data-folder.ts';
import { EXIT } from './exit-code.ts';
import { readDocument, readMachine } from './read-document.ts';
import { sayMainJob } from './say-main-job.ts';
import { orderOf } from './station-command.ts';
import { roomsFor, settingsWith } from './station-options.ts';
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
    .option('--mm-per-px <number>', 'scale of the picture')
    .option('--whole', 'the picture is all material')
    .option('--model <pack>', 'model pack')
    .option('--provider <name>', 'execution provider', 'auto')
    .option('--strict', 'exit 3 instead of falling back to another provider')
    .option('--seconds <number>', 'time for nesting')
    .option('--threads <number>', 'of the solver')
    .option('--seed <number>', 'of the solver')
    .option('--mqtt <url>', 'a broker of yours instead of the embedded one')
    .option('--mqtt-port <number>', 'of the embedded broker')
    .option('--data <dir>', "with --release: the station's data folder");
  runs(command, async ({ terminal, signal }, [source], options) => {
    const by = textOption(options, 'by');
    const isReleased = options['release'] === true;
    if (isReleased !== (by !== undefined))
      throw new KerfError(
        'CLI_RELEASE_NEEDS_PERSON',
        '--release and --by go together: a person approves a layout, by name.',
      );
    const outDir = resolve(requiredOption(options, 'out'));
    const order = await orderOf(requiredOption(options, 'order'));
    const scratch = isReleased ? null : await mkdtemp(join(tmpdir(), 'kerf-run-'));
    const dataDir = scratch ?? dataFolder(textOption(options, 'data'));
    try {
      const found = isReleased
        ? await readSettings(dataDir)
        : { ...DEFAULT_SETTINGS, mqtt: { ...DEFAULT_SETTINGS.mqtt, embeddedPort: 0 } };
      const settings = settingsWith(found, options);
      const mqttUrl = textOption(options, 'mqtt');
      await using rooms = roomsFor(settings, options);
      await using running = await startStation({
        dataDir,
        settings,
        machine: await readMachine(settings.machine),
        order,
        source: resolve(source!),
        rooms,
        logger: stderrLogger('warn'),
        ...(mqttUrl === undefined ? {} : { mqttUrl, needsBroker: true }),
        http: null,
      });
      const report = await runMainJob(running.station, {
        source: resolve(source!),
        release: by === undefined ? null : { by },
        signal,
        onStep: (job) => terminal.note(job.state),
      });
      await keep(join(dataDir, 'jobs', report.job.id), outDir);
      const kept = { ...report, cutFile: join(outDir, report.job.cutFile ?? '') };
      sayMainJob(terminal, kept, running.station.publisher.counts.sentCount);
      terminal.say(`out       ${outDir}`);
      terminal.document({ ...kept, out: outDir });
      return EXIT.done;
    } finally {
      if (scratch !== null) await rm(scratch, { recursive: true, force: true });
    }
  });
}

/** Copies the job's files to where they were asked for, with a picture of them. Each takes the place of its namesake
 *  when all are there; other files of the folder stay. */
async function keep(jobDir: string, outDir: string): Promise<void> {
  const half = join(outDir, `.kerf-${process.pid}.part`);
  try {
    await mkdir(outDir, { recursive: true });
    await cp(jobDir, half, { recursive: true });
    const inspection = await readDocument(inspectionSchema, join(half, 'inspection.json'), 'inspection');
    await writeBytes(
      join(half, 'overlay.png'),
      await drawOverlay(join(half, 'scan', 'scan.tif'), inspection, LEATHER_GRADING),
    );
    for (const name of await readdir(half)) {
      await rm(join(outDir, name), { recursive: true, force: true });
      await rename(join(half, name), join(outDir, name));
    }
  } catch (cause) {
    if (cause instanceof KerfError) throw cause;
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new KerfError(
      'CLI_FILE_UNWRITABLE',
      `${outDir}: found ${reason === 'ENOSPC' ? 'a full disk' : reason}, expected a folder to write to. Free some room or give another --out.`,
      { fault: 'device', cause },
    );
  } finally {
    await rm(half, { recursive: true, force: true });
  }
}
