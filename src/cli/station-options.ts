import { LEATHER_GRADING } from '#domain/grading.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Settings } from '#domain/settings.ts';
import { openRooms, type OpenedRooms } from '#station/open-rooms.node.ts';
import { numberOption, textOption } from './command.ts';
import { providerOption } from './inspect-command.ts';
import { packPath } from './pack-path.ts';

/** Settings of the data folder with what the command line says laid over them. */
export function settingsWith(settings: Settings, options: Record<string, unknown>): Settings {
  const port = numberOption(options, 'port', { least: 0, isWhole: true });
  const seconds = numberOption(options, 'seconds', { least: 0 });
  const threads = numberOption(options, 'threads', { least: 1, isWhole: true });
  const seed = numberOption(options, 'seed', { least: 0, isWhole: true });
  const mqttPort = numberOption(options, 'mqttPort', { least: 0, isWhole: true });
  const listen = textOption(options, 'listen');
  const machine = textOption(options, 'machine');
  const model = textOption(options, 'model');
  for (const [flag, value] of [
    ['--port', port],
    ['--mqtt-port', mqttPort],
  ] as const)
    if (value !== undefined && value > 65535)
      throw new KerfError('CLI_BAD_OPTION', `${flag}: found ${value}, expected at most 65535.`);
  return {
    ...settings,
    ...(model === undefined ? {} : { model }),
    ...(machine === undefined ? {} : { machine }),
    http: { port: port ?? settings.http.port, listen: listen ?? settings.http.listen },
    mqtt: { ...settings.mqtt, embeddedPort: mqttPort ?? settings.mqtt.embeddedPort },
    nest: {
      seconds: seconds ?? settings.nest.seconds,
      threads: threads ?? settings.nest.threads,
      seed: seed ?? settings.nest.seed,
    },
  };
}

/** The true rooms as the options ask for them. */
export function roomsFor(settings: Settings, options: Record<string, unknown>): OpenedRooms {
  return openRooms({
    packDir: packPath(settings.model),
    provider: providerOption(options),
    isStrict: options['strict'] === true,
    grading: LEATHER_GRADING,
    mmPerPx: numberOption(options, 'mmPerPx') ?? settings.mmPerPx,
    isWhole: options['whole'] === true,
  });
}
