import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { KerfError } from '#domain/kerf-error.ts';
import { loadPack } from '#inspect/load-pack.node.ts';
import { PUBLIC_KEY_FILE } from '#station/station-key.node.ts';
import { verifyRelease } from '#station/verify-release.node.ts';
import { openDatabase, type Database } from '#store/database.node.ts';
import { runs, textOption } from './command.ts';
import { dataFolder } from './data-folder.ts';
import { EXIT } from './exit-code.ts';
import { packPath } from './pack-path.ts';

/** Whether a release is what a person approved: signature, inputs, layout, engine, model, options, operator. */
export function register(program: Command): void {
  const command = program
    .command('verify')
    .argument('<job>', "a job's id, or its folder")
    .description('check the signed release of a job')
    .option('--data <dir>', "the station's data folder; default $XDG_DATA_HOME/kerf")
    .option('--key <file>', `public key; default ${PUBLIC_KEY_FILE} of the data folder`)
    .option('--head <n:hash>', 'an audit head that was heard on MQTT: the log must still hold it');
  runs(command, async ({ terminal }, [given], options) => {
    const dataDir = dataFolder(textOption(options, 'data'));
    const isFolder = await stat(given!).then(
      (found) => found.isDirectory(),
      () => false,
    );
    const dir = isFolder ? resolve(given!) : join(dataDir, 'jobs', safeId(given!));
    const job = basename(dir);
    const publicPem = await readText(textOption(options, 'key') ?? join(dataDir, PUBLIC_KEY_FILE));
    if (!(await exists(join(dir, 'release.json'))))
      throw new KerfError(
        'STATION_RELEASE_REFUSED',
        `${dir}: found no release.json, expected the folder of a job that was released.`,
      );
    const store = (await exists(join(dataDir, 'kerf.sqlite'))) ? openDatabase(dataDir, { isReader: true }) : null;
    try {
      const isKnown = store !== null && store.job(job) !== null;
      const head = textOption(options, 'head');
      const { isSound, release, checks } = await verifyRelease({
        dir,
        publicPem,
        store: isKnown
          ? {
              events: store.events(job),
              release: store.release(job),
              audit: store.auditCheck(),
              auditHashAt: (n) => store.auditHashAt(n),
              picturesGone: store.picturesGone(job),
            }
          : null,
        packSha256: (id) =>
          loadPack(packPath(id)).then(
            (pack) => pack.sha256,
            () => null,
          ),
      });
      const all = [...checks, ...(head === undefined ? [] : [headCheck(store, head)])];
      terminal.table([
        ['', 'what', ''],
        ...all.map(({ what, is, said }) => [is === 'ok' ? 'ok' : is === 'other' ? '-' : 'FAILED', what, said]),
      ]);
      const isWhole = isSound && all.every((check) => check.is !== 'failed');
      terminal.say(
        `${isWhole ? 'sound' : 'NOT SOUND'}: job ${release.job}, approved by ${release.approvedBy} at ${release.approvedAt}`,
      );
      terminal.document({ job: release.job, isSound: isWhole, release, checks: all });
      return isWhole ? EXIT.done : EXIT.no;
    } finally {
      store?.close();
    }
  });
}

function headCheck(store: Database | null, head: string) {
  const [n = '', hash = ''] = head.split(':');
  if (!/^\d+$/.test(n) || !/^[0-9a-f]{64}$/.test(hash))
    throw new KerfError(
      'CLI_BAD_OPTION',
      `--head: found "${head.slice(0, 80)}", expected N:HASH as \`audit\` says it.`,
    );
  const found = store?.auditHashAt(Number(n)) ?? null;
  const said = found === null ? `row ${n} is not there` : `row ${n} has the hash ${found.slice(0, 12)}`;
  return { what: 'published head', is: found === hash ? ('ok' as const) : ('failed' as const), said };
}

/** An id, never a path out of the jobs folder. */
function safeId(id: string): string {
  if (/^[A-Za-z0-9._-]{1,40}$/.test(id) && !/^\.+$/.test(id)) return id;
  throw new KerfError('STATION_JOB_UNKNOWN', `verify: found "${id.slice(0, 80)}", expected a job's id or its folder.`);
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new KerfError(
      'CLI_FILE_UNREADABLE',
      `${path}: found no public key, expected the one of the station that released. Give --data or --key.`,
      { cause },
    );
  });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
