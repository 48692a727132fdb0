import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { opcuaManual } from '#publish/opcua-manual.ts';
import { OpcuaPlc } from '#station/opcua-plc.node.ts';
import { SYSTEM_TIMERS } from '#station/system.node.ts';
import { pythonProtocols } from '../shared/python-oracle.ts';
import { SMALL_SETTINGS, startSmallStation, temporaryDir } from '../station/small-station.ts';
import { formatted } from '../formatted.ts';
import { guessOpcua, runOpcuaJob } from './opcua-job.ts';

test('docs/plc/opcua.md is what the variables say (KERF_UPDATE=1 writes it)', async () => {
  const file = join(import.meta.dirname, '../../docs/plc/opcua.md');
  const text = await formatted('opcua.md', opcuaManual());
  if (process.env['KERF_UPDATE'] === '1') await writeFile(file, text);
  expect(await readFile(file, 'utf8')).toBe(text);
});

test('is closed to other machines where nobody is asked for a password', async () => {
  const opening = OpcuaPlc.open({
    ...{ url: 'mqtt://127.0.0.1:1', site: 'site', station: 'station', timers: SYSTEM_TIMERS, environment: {} },
    ...{ port: 0, listen: '0.0.0.0', login: null, pkiDir: 'none', onError: () => undefined },
  });
  await expect(opening).rejects.toMatchObject({ code: 'PUBLISH_OPEN_OPCUA_REFUSED' });
});

describe('a PLC made of asyncua', () => {
  let python: string | null = null;
  beforeAll(async () => {
    python = await pythonProtocols();
  }, 180_000);

  test('takes a job, pauses, goes on and ends it, encrypted and by its password; all others stay out', async () => {
    if (python === null) return;
    await using dir = await temporaryDir();
    const opcua = { port: 0, listen: '127.0.0.1', userFrom: 'PLC_USER', passwordFrom: 'PLC_PASSWORD' };
    await using running = await startSmallStation(dir.path, {
      settings: { ...SMALL_SETTINGS, opcua },
      environment: { ...process.env, PLC_USER: 'cutter', PLC_PASSWORD: 'secret 1' },
    });
    expect(running.plc).toBeNull();
    const said = await runOpcuaJob(python, running, 'cutter', 'secret 1');
    const unencrypted = 'BadSecurityModeRejected';
    expect(said[0]?.['reasons']).toEqual([unencrypted, unencrypted, 'BadIdentityTokenInvalid', 'BadUserAccessDenied']);
    expect((await stat(join(dir.path, 'opcua/own/private/private_key.pem'))).mode & 0o777).toBe(0o600);

    // The right password comes too late once five wrong ones came at once, and is let in when the lock is over.
    const denied = 'BadUserAccessDenied';
    expect(await guessOpcua(python, running.opcua?.port ?? 0, 'cutter', 'secret 1')).toEqual({
      ...{ what: 'guessed', wrong: Array.from({ length: 6 }, () => denied), locked: denied, later: null },
    });
  }, 120_000);
});
