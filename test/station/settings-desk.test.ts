import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { settingsSchema } from '#domain/settings.ts';
import { startSmallStation, temporaryDir } from './small-station.ts';

test('settings are changed in the file, all or none, each with a row of the audit log', async () => {
  await using dir = await temporaryDir();
  await using running = await startSmallStation(dir.path);
  const { station } = running;
  const file = async () =>
    settingsSchema.parse(JSON.parse(await readFile(join(dir.path, 'settings.json'), 'utf8')) as unknown);
  const before = (await station.settings.kept()).settings;
  const changed = await station.settings.change(
    [
      { path: 'nest.seconds', value: 25 },
      { path: 'mqtt.allowedVerbs', value: ['sync', 'pause'] },
      { path: 'margin', value: before.margin },
    ],
    'Ada',
  );
  // What stands as it did waits for nothing and is no row.
  expect(changed.waiting).toEqual(['nest.seconds', 'mqtt.allowedVerbs']);
  expect(await file()).toEqual({
    ...before,
    nest: { ...before.nest, seconds: 25 },
    mqtt: { ...before.mqtt, allowedVerbs: ['sync', 'pause'] },
  });
  const rows = (await station.auditRows(20)).filter(({ kind }) => kind === 'setting changed');
  expect(rows.map(({ by, details }) => ({ by, ...details }))).toEqual([
    { by: 'Ada', setting: 'mqtt.allowedVerbs', was: '["sync"]', is: '["sync","pause"]' },
    { by: 'Ada', setting: 'nest.seconds', was: String(before.nest.seconds), is: '25' },
  ]);
  await expect(
    station.settings.change(
      [
        { path: 'margin', value: 9 },
        { path: 'nest.threads', value: 0 },
      ],
      'Ada',
    ),
  ).rejects.toMatchObject({ code: 'STATION_REQUEST_REFUSED', details: { path: 'settings.nest.threads' } });
  expect((await file()).margin).toBe(before.margin);
  // Back as it was at the start: nothing waits any more.
  const back = await station.settings.change(
    [
      { path: 'nest.seconds', value: before.nest.seconds },
      { path: 'mqtt.allowedVerbs', value: ['sync'] },
    ],
    'Ada',
  );
  expect(back.waiting).toEqual([]);
});
