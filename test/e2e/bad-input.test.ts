import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nestResultSchema } from '#domain/nest-result.ts';
import { COMPILE_CACHE } from '../compile-cache.ts';
import { kerf, type KerfOptions, type Ran } from '../cli/kerf.node.ts';
import { badInputBox, filesBelow, MM_PER_PX, runningInGroup, type BadInputBox } from './bad-input-box.node.ts';
import { BAD_INPUTS, type RowPlace } from './bad-input-rows.ts';

/** Commands at once: each is a process of its own with a folder of its own. */
const AT_ONCE = 3;

let box: BadInputBox;
let busy: Server;
let busyPort: number;
const lane = lanes(AT_ONCE);

beforeAll(async () => {
  box = await badInputBox();
  busy = createServer();
  await new Promise<void>((done) => busy.listen(0, '127.0.0.1', done));
  busyPort = (busy.address() as AddressInfo).port;
});
afterAll(async () => {
  busy.close();
  await box.close();
});

interface Place extends RowPlace {
  readonly tmp: string;
  readonly env: Record<string, string>;
}

/** Folders of one row, so that what it leaves behind can be told. */
function place(name: string): Place {
  const dir = box.at('rows', name.replaceAll(/\W+/g, '-'));
  const tmp = join(dir, 'tmp');
  mkdirSync(tmp, { recursive: true });
  const env = { TMPDIR: tmp, XDG_DATA_HOME: join(dir, 'xdg'), ...COMPILE_CACHE };
  return { out: join(dir, 'out'), data: join(dir, 'data'), busyPort, tmp, env };
}

/** Runs a command in its row's folder, with --quiet; nothing may be left in the folder for temporary files, and no
 *  process of its group may go on. */
async function quietly(args: readonly string[], at: Place, options: KerfOptions = {}): Promise<Ran> {
  const ran = await lane(() => kerf([...args, '--quiet'], { ...options, env: { ...at.env, ...options.env } }));
  expect(readdirSync(at.tmp), 'left in the folder for temporary files').toEqual([]);
  expect(runningInGroup(ran.pid), 'left running').toEqual([]);
  return ran;
}

/** One line that reads as expected; "…" stands for anything. */
function expectLine(stderr: string, says: string): void {
  const wanted = says.replaceAll('BOX', box.dir);
  const pattern = wanted.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  expect(stderr).toMatch(new RegExp(`^${pattern.join('[^\\n]*')}\\n$`));
}

describe.concurrent('bad input', () => {
  it.each(BAD_INPUTS)(
    '$name exits with $code, one line and nothing half-written',
    async ({ name, args, code, says }) => {
      const at = place(name);
      const ran = await quietly(args(box, at), at);
      expectLine(ran.stderr, says);
      expect(ran).toMatchObject({ code, stdout: '' });
      expect(filesBelow(at.out)).toBeNull();
    },
  );

  it.each([
    ['scan', ['scan', 'cut-off.jpg', '--mm-per-px', MM_PER_PX]],
    ['run', ['run', 'black.png', '--mm-per-px', MM_PER_PX, '--order', 'order.json', '--model', 'pack']],
  ])('leaves what stood in the folder where %s was told to write', async (name, args) => {
    const at = place(`earlier ${name}`);
    mkdirSync(at.out);
    for (const file of ['scan.json', 'layout.json']) writeFileSync(join(at.out, file), 'of an earlier job');
    const before = filesBelow(at.out);
    const ran = await quietly([...args, '--out', at.out], at, { cwd: box.dir });
    expect(ran.code).toBeGreaterThan(0);
    expect(filesBelow(at.out)).toEqual(before);
  });

  it.each([
    ['a usage error', ['scan'], 2, 'CLI_USAGE'],
    ['a bad order', ['run', 'hide.png', '--order', 'none.json', '--model', 'pack'], 2, 'ORDERS_QUANTITY_ZERO'],
    [
      'no hide',
      ['inspect', 'black.png', '--mm-per-px', '2', '--model', 'pack', '--out', 'i.json'],
      1,
      'INSPECT_NO_HIDE',
    ],
  ])('is one JSON document on stdout with --json: %s', async (name, args, code, errorCode) => {
    const at = place(`json ${name}`);
    const ran = await quietly([...args, '--json'], at, { cwd: box.dir });
    expect(ran.code).toBe(code);
    expect(ran.stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(ran.stdout)).toEqual({
      error: { code: errorCode, message: expect.any(String), details: expect.any(Object) },
    });
    expect(ran.stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe.concurrent('a piece larger than any sheet', () => {
  const nest = (at: Place, ...more: string[]) =>
    quietly(
      ['nest', box.at('problem.json'), '--seconds', '0.3', '--threads', '1', '--out', join(at.out, 'r.json'), ...more],
      at,
    );
  const unplaced = (at: Place, file: string) =>
    nestResultSchema.parse(JSON.parse(readFileSync(join(at.out, file), 'utf8'))).unplaced;

  it('is named in the result while the rest is placed', async () => {
    const at = place('vast');
    expect(await nest(at)).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(unplaced(at, 'r.json')).toEqual([{ piece: 1, count: 1, reason: 'NEST_PIECE_EXCEEDS_SHEETS' }]);
  });

  it('ends with 1 under --complete', async () => {
    const at = place('vast complete');
    const ran = await nest(at, '--complete');
    expect(ran.code).toBe(1);
    expectLine(
      ran.stderr,
      `${join(at.out, 'r.json')}: 1 of 7 pieces found no place, expected all (--complete): "vast" (1, NEST_PIECE_EXCEEDS_SHEETS). [CLI_NOT_COMPLETE]`,
    );
    expect(unplaced(at, 'r.json')).toHaveLength(1);
  });

  it('is named in the layout of the whole job', async () => {
    const at = place('vast run');
    const ran = await quietly([...wholeJob('vast.json', '0.3'), '--complete', '--out', at.out], at);
    expect(ran.code).toBe(1);
    expectLine(ran.stderr, `${at.out}: 1 of 7 pieces found no place, expected all (--complete). … [CLI_NOT_COMPLETE]`);
    expect(unplaced(at, 'layout.json')).toEqual([{ piece: 1, count: 1, reason: 'NEST_PIECE_EXCEEDS_SHEETS' }]);
  });
});

describe.concurrent('a command that is stopped', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s in the middle exits with %i and leaves nothing', async (name, code) => {
    const at = place(name);
    let isSent = false;
    // Not --quiet: the step that is reached is told on stderr.
    const ran = await lane(() =>
      kerf([...wholeJob('order.json', '60'), '--out', at.out], {
        env: at.env,
        onStderr: (soFar, kill) => {
          if (isSent || !/^reviewed$/m.test(soFar)) return;
          isSent = true;
          kill(name);
        },
      }),
    );
    expect(ran).toMatchObject({ code, stdout: '' });
    expect(ran.stderr.trimEnd().split('\n').at(-1)).toBe('Cancelled: nothing half-written is left. [CLI_CANCELLED]');
    expect(filesBelow(at.out)).toBeNull();
    expect(readdirSync(at.tmp)).toEqual([]);
    expect(runningInGroup(ran.pid)).toEqual([]);
  });
});

describe('what others hold', () => {
  it('says that the data folder is in use by another station', async () => {
    const at = place('in use');
    const station = (...more: string[]) =>
      ['station', '--data', at.data, '--model', box.at('pack'), '--source', box.at('hide.png'), '--port', '0', '--mqtt-port', '0', ...more]; // oxfmt-ignore
    const stop = new AbortController();
    let second: Promise<Ran> | null = null;
    const first = kerf(station(), {
      env: at.env,
      onStderr: (soFar, kill) => {
        if (second || !soFar.includes('Ctrl-C ends it')) return;
        second = kerf(station('--quiet'), { env: at.env });
        void second.finally(() => kill('SIGTERM'));
      },
      signal: stop.signal,
    });
    const ended = await first;
    const ran = await second!;
    expect(ended.code).toBe(143);
    expectLine(
      ran.stderr,
      `${at.data}: another station works in this folder. Stop it, or give another one with --data DIR. [STORE_IN_USE]`,
    );
    expect(ran).toMatchObject({ code: 3, stdout: '' });
  });

  it('says that the disk is full, and leaves nothing half-written', async ({ skip }) => {
    const at = place('full disk');
    const rows = [
      ['scan', ['scan', box.at('hide.png'), '--mm-per-px', MM_PER_PX], 'The disk of OUT is full: … [ACQUIRE_DISK_FULL]'],
      ['run', wholeJob('order.json', '0.1'), 'OUT: found a full disk, expected a folder to write to. Free some room or give another --out. [CLI_FILE_UNWRITABLE]'],
      ['synth', ['synth', 'hide', '--mm-per-px', '4'], '…: found a full disk (…). Free some room, or write elsewhere, then try again. [CLI_SYSTEM_REFUSED]'],
    ] as const; // oxfmt-ignore
    const disks: string[] = [];
    try {
      for (const [name, args, says] of rows) {
        const disk = join(at.data, name);
        mkdirSync(disk, { recursive: true });
        const refused = mountSmallDisk(disk);
        if (refused !== null) {
          console.log(`full disk: skipped, as no small disk can be mounted here (${refused}); root can`);
          return skip();
        }
        disks.push(disk);
        const out = join(disk, 'out');
        const ran = await quietly([...args, '--out', out], at);
        expectLine(ran.stderr, says.replace('OUT', out));
        expect(ran).toMatchObject({ code: 3, stdout: '' });
        expect(readdirSync(disk)).toEqual([]);
      }
    } finally {
      for (const disk of disks) execFileSync('umount', [disk], { stdio: 'pipe' });
    }
  });
});

/** A disk of 128 kB; the reason where the system lets nobody mount one. */
function mountSmallDisk(dir: string): string | null {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', dir], { stdio: 'pipe' });
    return null;
  } catch (cause) {
    return (cause instanceof Error ? cause.message : String(cause)).trim().split('\n').at(-1) ?? '';
  }
}

function wholeJob(order: string, seconds: string): string[] {
  return ['run', box.at('hide.png'), '--mm-per-px', MM_PER_PX, '--order', box.at(order), '--model', box.at('pack'), '--seconds', seconds, '--threads', '1', '--mqtt-port', '0']; // oxfmt-ignore
}

/** Lets so many run at once. */
function lanes(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = count;
  const line: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((go) => line.push(go));
    try {
      return await work();
    } finally {
      const next = line.shift();
      if (next) next();
      else free += 1;
    }
  };
}
