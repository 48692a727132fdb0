import { generateKeyPairSync } from 'node:crypto';
import * as real from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { UpdateDisk } from '../../electron/update-disk.ts';
import { PROOF_MS, takeUpdates, watchTrial } from '../../electron/update.ts';
import { compareVersions, packUpdate, verifyPackage } from '../../electron/update-package.ts';
import {
  currentVersion,
  folderOfVersion,
  isOnTrial,
  proved,
  rollBack,
  stageUpdate,
  switchTo,
} from '../../electron/versions.ts';

const ours = generateKeyPairSync('ed25519');
const theirs = generateKeyPairSync('ed25519');
const filesOf = (version: string) => [
  { path: 'package.json', content: Buffer.from(JSON.stringify({ version })) },
  { path: 'node_modules/node/bin/node', content: Buffer.from(`node of ${version}\n`), isExecutable: true },
  { path: 'src/empty.ts', content: Buffer.alloc(0) },
];
const packageOf = (version: string, key = ours.privateKey) => packUpdate(version, filesOf(version), key);

let dir: string;
beforeEach(async () => {
  dir = await real.mkdtemp(join(tmpdir(), 'kerf-update-'));
  await real.mkdir(join(dir, 'incoming'));
});
afterEach(async () => {
  vi.useRealTimers();
  await real.rm(dir, { recursive: true, force: true });
});

const versions = (disk: UpdateDisk = real) => ({ disk, dir });
const packagePath = (version: string) => join(dir, 'incoming', `kerf-${version}.kerfpkg`);
async function arrives(version: string, bytes: Uint8Array = packageOf(version)): Promise<string> {
  await real.writeFile(packagePath(version), bytes);
  return packagePath(version);
}
async function install(version: string): Promise<void> {
  const header = await stageUpdate(versions(), await arrives(version), ours.publicKey);
  await real.rm(packagePath(version));
  await switchTo(versions(), header);
  await proved(versions());
}
const installed = async () => (await real.readdir(join(dir, 'versions'))).sort();
const failed = async () =>
  JSON.parse(await real.readFile(join(dir, 'failed.json'), 'utf8')) as { version: string; why: string }[];
const versionIn = async (version: string) =>
  (JSON.parse(await real.readFile(join(folderOfVersion(versions(), version), 'package.json'), 'utf8')) as object) ??
  null;

describe('a package', () => {
  it('is verified, then unpacked beside the running version, whole', async () => {
    await install('0.4.0');
    const staged = await stageUpdate(versions(), await arrives('0.5.0'), ours.publicKey);
    expect(staged.version).toBe('0.5.0');
    expect(await installed()).toEqual(['0.4.0', '0.5.0']);
    expect(await currentVersion(versions())).toBe('0.4.0');
    expect(await versionIn('0.5.0')).toEqual({ version: '0.5.0' });
    const node = join(folderOfVersion(versions(), '0.5.0'), 'node_modules/node/bin/node');
    expect(((await real.stat(node)).mode & 0o777).toString(8)).toBe('755');
    expect((await real.stat(join(folderOfVersion(versions(), '0.5.0'), 'src/empty.ts'))).size).toBe(0);
  });

  it('is refused where a single byte was changed, anywhere, and nothing of it is unpacked', async () => {
    const whole = packageOf('0.5.0');
    const headerEnd = whole.indexOf(10);
    // In the version, in the hash, in the signature, in the list of files, in the last file, and cut short.
    const places = [10, whole.indexOf('sha256') + 12, headerEnd - 10, headerEnd + 5, whole.length - 1];
    for (const at of places) {
      const spoilt = Buffer.from(whole);
      spoilt[at]! ^= 1;
      await expect(
        stageUpdate(versions(), await arrives('0.5.0', spoilt), ours.publicKey),
        String(at),
      ).rejects.toThrow();
    }
    for (const bytes of [whole.subarray(0, -1), Buffer.concat([whole, Buffer.from('x')]), Buffer.alloc(0)])
      await expect(stageUpdate(versions(), await arrives('0.5.0', bytes), ours.publicKey)).rejects.toThrow();
    await expect(real.readdir(join(dir, 'versions'))).rejects.toThrow('ENOENT');
  });

  it('that is changed between the look at its signature and its unpacking is refused', async () => {
    await install('0.4.0');
    const path = await arrives('0.5.0');
    const spoilt = Buffer.from(packageOf('0.5.0'));
    spoilt[spoilt.length - 2]! ^= 1;
    let opened = 0;
    const swapping: UpdateDisk = {
      ...real,
      open: async (name, ...rest) => {
        if (name === path && (opened += 1) === 2) await real.writeFile(path, spoilt);
        return real.open(name, ...rest);
      },
    };
    await expect(stageUpdate(versions(swapping), path, ours.publicKey)).rejects.toMatchObject({
      code: 'UPDATE_DAMAGED',
    });
    expect(opened).toBe(2);
    await expect(real.stat(folderOfVersion(versions(), '0.5.0'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it("is refused under another's signature, and where a header of ours heads other bytes", async () => {
    const path = await arrives('0.5.0', packageOf('0.5.0', theirs.privateKey));
    await expect(verifyPackage(real, path, ours.publicKey)).rejects.toMatchObject({ code: 'UPDATE_UNSIGNED' });
    const [a, b] = [packageOf('0.5.0'), packageOf('0.6.0', theirs.privateKey)];
    const mixed = Buffer.concat([a.subarray(0, a.indexOf(10)), b.subarray(b.indexOf(10))]);
    await arrives('0.5.0', mixed);
    await expect(verifyPackage(real, path, ours.publicKey)).rejects.toMatchObject({ code: 'UPDATE_DAMAGED' });
  });

  it('is refused where it is no newer: an old one, signed once, would bring back what was mended', async () => {
    await install('0.10.0');
    for (const old of ['0.9.9', '0.10.0'])
      await expect(stageUpdate(versions(), await arrives(old), ours.publicKey)).rejects.toMatchObject({
        code: 'UPDATE_NOT_NEWER',
      });
    expect([compareVersions('1.0.0', '0.99.0'), compareVersions('0.9.0', '0.10.0')]).toEqual([1, -1]);
  });

  it('cannot name a file outside of its folder, even signed', () => {
    for (const path of ['../x', '/etc/passwd', 'a/../../x', 'a\\b', 'a//b', '.', 'c:x', ''])
      expect(() => packUpdate('0.5.0', [{ path, content: Buffer.from('x') }], ours.privateKey), path).toThrow();
  });
});

describe('an update', () => {
  const log: string[] = [];
  const restarts: number[] = [];
  const options = (disk: UpdateDisk = real) => ({
    ...versions(disk),
    log: (line: string) => void log.push(line),
    restart: () => void restarts.push(1),
  });
  beforeEach(async () => {
    log.length = restarts.length = 0;
    await install('0.4.0');
    const pem = ours.publicKey.export({ type: 'spki', format: 'pem' });
    await real.writeFile(join(dir, 'update-key.pem'), pem);
  });

  it('is taken up at a start, on trial, and stays once its page is there; older ones than the one before go', async () => {
    await install('0.5.0');
    expect(await installed()).toEqual(['0.4.0', '0.5.0']);
    await arrives('0.6.0');
    expect(await takeUpdates(options())).toBe('0.6.0');
    expect(await isOnTrial(versions())).toBe(true);
    const trial = watchTrial(options());
    trial.prove();
    await vi.waitFor(async () => expect(await installed()).toEqual(['0.5.0', '0.6.0']));
    expect(await isOnTrial(versions())).toBe(false);
    expect(await takeUpdates(options())).toBe('0.6.0');
    expect(restarts).toEqual([]);
  });

  it('goes back by itself when no page is there in time, and is not taken up again', async () => {
    await arrives('0.5.0');
    await takeUpdates(options());
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    watchTrial(options());
    await vi.advanceTimersByTimeAsync(PROOF_MS);
    vi.useRealTimers();
    await vi.waitFor(() => expect(restarts).toEqual([1]));
    expect(await takeUpdates(options())).toBe('0.4.0');
    expect(await failed()).toMatchObject([{ version: '0.5.0', why: 'no page within 180 s' }]);
  });

  it('that went back is refused when its package comes again, from whatever stick, until somebody forces it once', async () => {
    const bytes = packageOf('0.5.0');
    await arrives('0.5.0', bytes);
    await takeUpdates(options());
    await rollBack(versions(), 'no page');
    await arrives('0.5.0', bytes);
    expect(await takeUpdates(options())).toBe('0.4.0');
    expect(log.at(-1)).toMatch(/UPDATE_ROLLED_BACK .*no page.*kerf-0\.5\.0\.kerfpkg\.force/);
    expect(await isOnTrial(versions())).toBe(false);
    await real.writeFile(`${packagePath('0.5.0')}.force`, '');
    expect(await takeUpdates(options())).toBe('0.5.0');
    expect(await real.readdir(join(dir, 'incoming'))).toEqual([]);
    await rollBack(versions(), 'no page again');
    expect((await failed()).map(({ why }) => why)).toEqual(['no page again']);
    // Mended, under the same version or a later one, it is another package.
    const mended = packUpdate(
      '0.5.0',
      [...filesOf('0.5.0'), { path: 'more', content: Buffer.from('x') }],
      ours.privateKey,
    );
    await arrives('0.5.0', mended);
    expect(await takeUpdates(options())).toBe('0.5.0');
    await rollBack(versions(), 'mended badly');
    await arrives('0.5.0', bytes);
    expect(await takeUpdates(options())).toBe('0.4.0');
    expect(await failed()).toHaveLength(2);
  });

  it('stands in no way of another: what an earlier kiosk wrote of it, or nobody can read, refuses nothing', async () => {
    for (const text of [JSON.stringify({ version: '0.5.0', why: 'no page' }), 'null', 'no json']) {
      await real.writeFile(join(dir, 'failed.json'), text);
      await arrives('0.5.0');
      expect(await takeUpdates(options())).toBe('0.5.0');
      await rollBack(versions(), 'no page');
      expect(await failed()).toContainEqual(expect.objectContaining({ sha256: expect.any(String) }));
    }
  });

  it('goes back when its station gives up; a version that had proved itself has none to go back to', async () => {
    await arrives('0.5.0');
    await takeUpdates(options());
    const trial = watchTrial(options());
    expect(await trial.fail('the station ended too often')).toBe(true);
    expect(await trial.fail('again')).toBe(false);
    expect(await currentVersion(versions())).toBe('0.4.0');
    const later = watchTrial(options());
    expect(await later.fail('the station ended too often')).toBe(false);
    later.close();
    expect(restarts).toEqual([1]);
  });

  it('goes back when it was started twice and never answered: the power cut that it brings on itself', async () => {
    await arrives('0.5.0');
    expect(await takeUpdates(options())).toBe('0.5.0');
    expect(await takeUpdates(options())).toBe('0.5.0');
    expect(await takeUpdates(options())).toBe('0.4.0');
    expect(await isOnTrial(versions())).toBe(false);
  });

  it('goes back to the station of the package where it was the first', async () => {
    await real.rm(join(dir, 'current'));
    await arrives('0.5.0');
    expect(await takeUpdates(options())).toBe('0.5.0');
    expect(await rollBack(versions(), 'no page')).toBeNull();
    expect(await takeUpdates(options())).toBeNull();
  });

  it('that is refused leaves the running version as it is, and says why', async () => {
    await arrives('0.5.0', packageOf('0.5.0', theirs.privateKey));
    expect(await takeUpdates(options())).toBe('0.4.0');
    expect(log.join()).toMatch(/UPDATE_UNSIGNED/);
    await real.rm(join(dir, 'update-key.pem'));
    await arrives('0.5.0');
    expect(await takeUpdates(options())).toBe('0.4.0');
  });

  it('that is refused stands in no other’s way: the newest that can be taken is, by version and not by name', async () => {
    await install('0.9.0');
    // A file server copies what was taken long ago again; somebody else's claims to be newer than all.
    await arrives('0.9.0');
    await arrives('0.99.0', packageOf('0.99.0', theirs.privateKey));
    await arrives('0.98.0', Buffer.from('no package'));
    await arrives('0.11.0');
    await arrives('0.10.0');
    expect(await takeUpdates(options())).toBe('0.11.0');
    expect(log.filter((line) => / not taken: /.test(line)).map((line) => / (UPDATE_\w+)/.exec(line)?.[1])).toEqual([
      'UPDATE_UNREADABLE',
      'UPDATE_UNSIGNED',
    ]);
    await proved(versions());
    // Older than what runs now: it stays where it is, as the others do.
    expect(await takeUpdates(options())).toBe('0.11.0');
    expect(await isOnTrial(versions())).toBe(false);
    const left = ['0.10.0', '0.9.0', '0.98.0', '0.99.0'].map((version) => `kerf-${version}.kerfpkg`);
    expect((await real.readdir(join(dir, 'incoming'))).sort()).toEqual(left.sort());
  });

  it('survives a power cut at any call of the disk: one of the two versions is current, whole, and can be left again', async () => {
    let isThrough = false;
    let cutAt = 0;
    for (; !isThrough && cutAt < 200; cutAt += 1) {
      await real.rm(dir, { recursive: true, force: true });
      await real.mkdir(join(dir, 'incoming'), { recursive: true });
      await install('0.4.0');
      const pem = ours.publicKey.export({ type: 'spki', format: 'pem' });
      await real.writeFile(join(dir, 'update-key.pem'), pem);
      await arrives('0.5.0');
      const disk = cutAfter(cutAt);
      await takeUpdates(options(disk)).catch(() => undefined);
      isThrough = !disk.isCut();

      // The panel starts again, with a disk that works; nobody proves anything.
      const started = await takeUpdates(options());
      expect(['0.4.0', '0.5.0'], `cut at ${cutAt}`).toContain(started);
      expect(await versionIn(started!), `cut at ${cutAt}`).toEqual({ version: started });
      if (started === '0.5.0') expect(await isOnTrial(versions()), `cut at ${cutAt}`).toBe(true);
      await takeUpdates(options());
      await takeUpdates(options());
      expect(await currentVersion(versions()), `cut at ${cutAt}`).toBe('0.4.0');
    }
    expect(isThrough).toBe(true);
    expect(cutAt).toBeGreaterThan(20);
  });
});

/** A disk that does so many calls and then none: what was done is done. */
function cutAfter(callCount: number): UpdateDisk & { isCut: () => boolean } {
  let left = callCount;
  let isCut = false;
  const through = <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    (async (...args: A) => {
      if (left <= 0) {
        isCut = true;
        throw new Error('the power is gone');
      }
      left -= 1;
      return call(...args);
    }) as unknown;
  const names = ['open', 'readFile', 'readdir', 'rename', 'symlink', 'readlink', 'rm', 'mkdir'] as const;
  const disk = Object.fromEntries(names.map((name) => [name, through(real[name] as () => Promise<unknown>)]));
  return { ...(disk as unknown as UpdateDisk), isCut: () => isCut };
}
