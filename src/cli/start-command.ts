import { join } from 'node:path';
import type { Command } from 'commander';
import { SIMULATED_MACHINE } from '#domain/machine.ts';
import type { Logger } from '#domain/ports.ts';
import { runMainJob } from '#station/main-job.node.ts';
import { openRooms } from '#station/open-rooms.node.ts';
import { readSettings } from '#station/settings-file.node.ts';
import { startStation } from '#station/start-station.node.ts';
import { stderrLogger } from '#station/system.node.ts';
import { openPack } from '#tune/pack-registry.node.ts';
import { runs, textOption } from './command.ts';
import { dataFolder } from './data-folder.ts';
import { EXIT } from './exit-code.ts';
import { KERF_ROOT } from './pack-path.ts';
import { prepareStation, sampleHidePath, withSample } from './sample-hide.ts';
import { sayMainJob } from './say-main-job.ts';
import { orderOf, untilStopped } from './station-command.ts';
import { roomsOptions, settingsWith } from './station-options.ts';

/** What `npm start` does: the station on its embedded defaults, the main job on the sample, then the screens. */
export function register(program: Command): void {
  const command = program
    .command('start')
    .description('the first run: the main job on a sample hide, then the screens')
    .option('--once', 'end after the job')
    .option('--data <dir>', 'what must not be lost; default $XDG_DATA_HOME/kerf')
    .option('--port <number>', 'of the screens and the API, default 8480')
    .option('--mqtt-port <number>', 'of the embedded broker, default 1883')
    .option('--mqtt <url>', 'a broker of yours instead of the embedded one')
    .option('--seconds <number>', 'time for nesting the hide');
  runs(command, async ({ terminal, signal }, _args, options) => {
    const dataDir = dataFolder(textOption(options, 'data'));
    const settings = settingsWith(
      { ...(await readSettings(dataDir)), machine: SIMULATED_MACHINE.id, mmPerPx: 1 },
      options,
    );
    const source = sampleHidePath(dataDir);
    const rooms = await roomsOptions(settings, options);
    await openPack(rooms.packDir);
    const log = openableLogger(stderrLogger('warn'));
    const mqttUrl = textOption(options, 'mqtt');
    await using opened = openRooms(rooms);
    const drawn = Promise.withResolvers<void>();
    await using running = await startStation({
      dataDir,
      settings,
      machine: SIMULATED_MACHINE,
      order: await orderOf(undefined),
      source,
      rooms: withSample(opened, source, drawn.promise),
      simulatePlc: true,
      logger: log.logger,
      ...(mqttUrl === undefined ? {} : { mqttUrl, needsBroker: true }),
      http: { ...settings.http, uiDir: join(KERF_ROOT, 'dist', 'ui') },
    });
    terminal.note(`station   ${running.http?.url ?? ''}, broker ${running.brokerUrl}, data in ${dataDir}`);
    await prepareStation({ packDir: null, sample: source }).finally(() => drawn.resolve());
    const report = await runMainJob(running.station, {
      source,
      release: { by: 'demo' },
      signal,
      onStep: (job) => terminal.note(`          ${job.state}`),
      onGivenUp: ({ id, state }) => terminal.note(`given up  ${id}, left as ${state}`),
    });
    sayMainJob(terminal, report, running.station.publisher.counts.sentCount);
    terminal.document({ ...report, url: running.http?.url ?? null });
    if (options['once'] === true) return EXIT.done;
    terminal.say(`screens   ${running.http?.url ?? ''}   (Ctrl-C ends it)`);
    log.open();
    await untilStopped(signal);
    return EXIT.done;
  });
}

/** Says nothing until it is opened: what goes wrong during the job is said once, as the command's error. */
function openableLogger(log: Logger): { readonly logger: Logger; readonly open: () => void } {
  let isOpen = false;
  const through = (level: keyof Logger): Logger[keyof Logger] => {
    return (event, fields) => {
      if (isOpen) log[level](event, fields);
    };
  };
  return {
    logger: { error: through('error'), warn: through('warn'), info: through('info'), debug: through('debug') },
    open: () => {
      isOpen = true;
    },
  };
}
