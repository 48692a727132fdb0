import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Grading } from '#domain/grading.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Order } from '#domain/problem.ts';
import { readOrder } from '#orders/read-order.node.ts';
import { sampleOrder } from '#orders/sample-order.ts';
import { openRooms } from '#station/open-rooms.node.ts';
import { readSettings } from '#station/settings-file.node.ts';
import { startStation } from '#station/start-station.node.ts';
import { stderrLogger } from '#station/system.node.ts';
import { runs, textOption } from './command.ts';
import { dataFolder } from './data-folder.ts';
import { EXIT } from './exit-code.ts';
import { KERF_ROOT } from './pack-path.ts';
import { noteControl } from './note-control.ts';
import { readServedMachine } from './read-document.ts';
import { prepareStation, sampleHidePath, withSample } from './sample-hide.ts';
import { registerBackup } from './station-backup.ts';
import { sourceArgument, withLoginOptions } from './source.ts';
import { roomsOptions, settingsWith } from './station-options.ts';

export function register(program: Command): void {
  const command = program
    .command('station')
    .description('the daemon: workflow, screens, API, broker')
    .option('--data <dir>', 'what must not be lost; default $XDG_DATA_HOME/kerf')
    .option('--port <number>', 'of the screens and the API, default 8480')
    .option('--listen <address>', 'default 127.0.0.1: this machine only')
    .option('--mqtt <url>', 'a broker of yours instead of the embedded one')
    .option('--mqtt-port <number>', 'of the embedded broker, default 1883')
    .option('--machine <profile>', 'machine profile: a file, or simulated')
    .option('--order <file>', 'what is to be cut: JSON or CSV; default: the sample order')
    .option(
      '--source <source>',
      'where hides come from: a picture, a folder or a camera (v4l2:…, rtsp://…, genicam:…); default: the sample hide',
    )
    .option('--model <pack>', 'model pack: a shipped name or a folder; default leather-base')
    .option('--grading <file>', 'rules of quality: a file, leather-default or leather-even; default leather-default')
    .option('--mm-per-px <number>', 'scale of the pictures; default: mmPerPx of settings.json')
    .option('--calibration <file>', "places of the table's markers: pictures are straightened by them")
    .option('--thickness <mm>', 'of the material; default: thickness of settings.json; needs a lens in --calibration')
    .option('--seconds <number>', 'time for nesting a hide');
  withLoginOptions(command);
  registerBackup(command);
  runs(command, async ({ terminal, signal }, _args, options) => {
    const dataDir = dataFolder(textOption(options, 'data'));
    const settings = settingsWith(await readSettings(dataDir), options);
    const machine = await readServedMachine(settings.machine);
    noteControl(terminal, machine);
    const given = textOption(options, 'source');
    const source = given ?? sampleHidePath(dataDir);
    const rooms = await roomsOptions(settings, options);
    const order = await orderOf(textOption(options, 'order'), rooms.grading);
    await using opened = openRooms(rooms);
    const drawn = Promise.withResolvers<void>();
    await using running = await startStation({
      dataDir,
      settings,
      machine,
      order,
      source: sourceArgument(source),
      rooms: given === undefined ? withSample(opened, sourceArgument(source), drawn.promise) : opened,
      grading: rooms.grading,
      logger: stderrLogger(options['quiet'] === true ? 'error' : 'warn'),
      ...(textOption(options, 'mqtt') === undefined ? {} : { mqttUrl: textOption(options, 'mqtt')! }),
      http: { ...settings.http, uiDir: join(KERF_ROOT, 'dist', 'ui') },
    });
    // After the doors are open: a port in use is told before anybody waits for a drawing. A station without eyes still
    // shows its jobs and closes what it owes the PLC; the first hide will fail by name.
    const { packRefused } = await prepareStation({
      packDir: rooms.packDir,
      sample: given === undefined ? source : null,
    }).finally(() => drawn.resolve());
    if (packRefused !== null) terminal.error(`No hide can be inspected: ${packRefused}`);
    // The first line is the address: who started this process waits for it.
    terminal.say(running.http?.url ?? '');
    terminal.document({ url: running.http?.url ?? null, broker: running.brokerUrl, data: dataDir });
    terminal.note(`broker ${running.brokerUrl}, machine ${machine.id}, data in ${dataDir}. Ctrl-C ends it.`);
    await untilStopped(signal);
    return EXIT.done;
  });
}

/** An order by file; without one the sample. */
export async function orderOf(file: string | undefined, grading?: Grading): Promise<{ name: string; order: Order }> {
  if (file === undefined) return { name: 'sample', order: sampleOrder() };
  const path = resolve(file);
  const order = await readOrder(path, grading ? { grading } : {});
  if (order.pieces.length === 0)
    throw new KerfError('CLI_EMPTY_ORDER', `${path}: found no piece, expected at least one.`);
  return {
    name: path
      .split(/[\\/]/)
      .at(-1)!
      .replace(/\.[^.]*$/, '')
      .slice(0, 40),
    order,
  };
}

export function untilStopped(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    signal.addEventListener('abort', () => done(), { once: true });
  });
}
