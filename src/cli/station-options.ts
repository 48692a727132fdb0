import type { Settings } from '#domain/settings.ts';
import type { RoomsOptions } from '#station/real-rooms.node.ts';
import { calibrationOption } from './calibration-option.ts';
import { numberOption, scaleOption, textOption } from './command.ts';
import { gradingOption, providerOption } from './inspect-command.ts';
import { packPath } from './pack-path.ts';
import { loginOption } from './source.ts';

const PORT = { least: 0, most: 65535, isWhole: true } as const;
/** A search of more than eleven days is a slip of the pen; the solver takes no more. */
const MOST_SECONDS = 1e6;

/** Settings of the data folder with what the command line says laid over them. */
export function settingsWith(settings: Settings, options: Record<string, unknown>): Settings {
  const port = numberOption(options, 'port', PORT);
  const seconds = numberOption(options, 'seconds', { least: 0, most: MOST_SECONDS });
  const threads = numberOption(options, 'threads', { least: 1, most: 256, isWhole: true });
  const seed = numberOption(options, 'seed', { least: 0, isWhole: true });
  const mqttPort = numberOption(options, 'mqttPort', PORT);
  const mmPerPx = scaleOption(options);
  const thickness = numberOption(options, 'thickness', { least: 0 });
  const listen = textOption(options, 'listen');
  const machine = textOption(options, 'machine');
  const model = textOption(options, 'model');
  return {
    ...settings,
    ...(model === undefined ? {} : { model }),
    ...(machine === undefined ? {} : { machine }),
    ...(mmPerPx === undefined ? {} : { mmPerPx }),
    ...(thickness === undefined ? {} : { thickness }),
    http: { port: port ?? settings.http.port, listen: listen ?? settings.http.listen },
    mqtt: { ...settings.mqtt, embeddedPort: mqttPort ?? settings.mqtt.embeddedPort },
    nest: {
      seconds: seconds ?? settings.nest.seconds,
      threads: threads ?? settings.nest.threads,
      seed: seed ?? settings.nest.seed,
    },
  };
}

/** What the true rooms are opened with. */
export async function roomsOptions(settings: Settings, options: Record<string, unknown>): Promise<RoomsOptions> {
  const calibration = await calibrationOption(options);
  const straightMmPerPx = scaleOption(options) ?? null;
  return {
    packDir: packPath(settings.model),
    provider: providerOption(options),
    isStrict: options['strict'] === true,
    grading: await gradingOption(options),
    // With a calibration the scan is as fine as the camera saw, unless a scale is asked for.
    mmPerPx: calibration === undefined ? settings.mmPerPx : straightMmPerPx,
    straightMmPerPx,
    thickness: settings.thickness,
    toldThickness: numberOption(options, 'thickness', { least: 0 }) ?? null,
    isWhole: options['whole'] === true,
    login: await loginOption(options),
    ...(typeof options['source'] === 'string' ? { loginFor: options['source'] } : {}),
    ...(calibration === undefined ? {} : { calibration }),
  };
}
