import { parseDocument } from '#domain/parse-document.ts';
import { EDITABLE_SETTINGS, settingAt, settingsSchema, type EditableSetting, type Settings } from '#domain/settings.ts';
import { readSettings, writeSettings } from './settings-file.node.ts';
import type { StationCore } from './station-core.node.ts';

interface SettingChange {
  readonly path: EditableSetting;
  readonly value: unknown;
}

interface KeptSettings {
  readonly settings: Settings;
  readonly waiting: readonly EditableSetting[];
}

export interface SettingsDesk {
  kept(): Promise<KeptSettings>;
  /** All of the changes or none; each is a row of the audit log with what stood there before.
   *  @throws KerfError STATION_REQUEST_REFUSED with path, found and expected */
  change(changes: readonly SettingChange[], by: string | null): Promise<KeptSettings>;
}

/** The settings file as people at the screens see and change it. The running station goes on by what it read at its
 *  start. */
export function settingsDesk({ options }: StationCore): SettingsDesk {
  const { store, clock, logger } = options;
  /** What stood in the file before the first change. */
  let first: Settings | null = null;
  let queue: Promise<unknown> = Promise.resolve();

  const keptOf = (settings: Settings): KeptSettings => {
    const before = (first ??= settings);
    const isSame = (path: string) => textOf(before, path) === textOf(settings, path);
    return { settings, waiting: EDITABLE_SETTINGS.filter((path) => !isSame(path)) };
  };

  async function write(changes: readonly SettingChange[], by: string | null): Promise<KeptSettings> {
    const before = keptOf(await readSettings(store.dir)).settings;
    const wanted = changes.reduce<unknown>((doc, { path, value }) => withSetting(doc, path.split('.'), value), before);
    const settings = parseDocument(settingsSchema, wanted, {
      name: 'settings',
      where: 'settings.json',
      code: 'STATION_REQUEST_REFUSED',
    });
    await writeSettings(store.dir, settings);
    for (const { path } of changes) {
      const [was, is] = [textOf(before, path), textOf(settings, path)];
      if (was !== is)
        await store.note({ kind: 'setting changed', at: clock.now(), by, details: { setting: path, was, is } });
    }
    logger.info('settings.changed', { count: changes.length });
    return keptOf(settings);
  }

  return {
    kept: async () => keptOf(await readSettings(store.dir)),
    change(changes, by) {
      const done = queue.then(() => write(changes, by));
      queue = done.catch(() => undefined);
      return done;
    },
  };
}

const textOf = (settings: Settings, path: string) => JSON.stringify(settingAt(settings, path));

/** A copy of the document with another value at a path. */
function withSetting(document: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const fields = document as Readonly<Record<string, unknown>>;
  return { ...fields, [key]: withSetting(fields[key], rest, value) };
}
