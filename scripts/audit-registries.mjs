// What the lock files and the registries' own records say of what Kerf is made of: where each package comes from, that it
// is byte for byte what the registry has, that it was not withdrawn, what may run while it is installed, how far behind it
// is. Asked through npm and cargo as they are; no list of known weaknesses is among it (scripts/audit.mjs).
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const REGISTRY = 'https://registry.npmjs.org/';
const CRATES = 'registry+https://github.com/rust-lang/crates.io-index';

/** Packages of a package-lock.json (version 3): name, version and what else stands there. */
function packagesOf(lock) {
  if (lock?.lockfileVersion !== 3) throw new Error('package-lock.json: found another version, expected 3');
  return Object.entries(lock.packages)
    .filter(([path, entry]) => path !== '' && !entry.link)
    .map(([path, entry]) => ({ name: entry.name ?? path.split('node_modules/').at(-1), ...entry }));
}

/** What the lock file itself allows that it should not: no hash, an address that is not the registry's (npm's setting
 *  `omit-lockfile-registry-resolved` leaves out those that are), programs that run at installing and that
 *  nobody has decided on (`allowScripts` of package.json). */
export function ofLock(lock, { allowScripts = {} }) {
  return packagesOf(lock).flatMap(({ name, version, resolved = '', integrity = '', hasInstallScript }) => {
    const part = `${name} ${version}`;
    const say = (kind, title) => ({ id: `${kind} ${name}`, part, severity: kind, title });
    return [
      ...(integrity.startsWith('sha512-') ? [] : [say('hash', `found ${integrity || 'no hash'}, expected a sha512`)]),
      ...(resolved === '' || resolved.startsWith(REGISTRY) ? [] : [say('origin', `comes from ${resolved}`)]),
      ...(hasInstallScript && !Object.hasOwn(allowScripts, name)
        ? [say('script', 'runs a program when it is installed; decide in package.json, allowScripts')]
        : []),
    ];
  });
}

/** The lock file beside one that npm has just made from the same package.json.
 *  `findings`: other bytes under the same version, withdrawn by its author. `behind`: a newer one would be allowed. */
export function ofFreshLock(lock, fresh) {
  const now = packagesOf(fresh);
  const same = new Map(now.map((entry) => [`${entry.name} ${entry.version}`, entry]));
  const findings = [];
  const behind = new Set();
  for (const { name, version, integrity } of packagesOf(lock)) {
    const part = `${name} ${version}`;
    const known = same.get(part);
    const newer = now.filter((entry) => entry.name === name).map((entry) => entry.version);
    if (!known) behind.add(`${part}${newer.length > 0 ? ` (now ${newer.join(', ')})` : ' (no longer needed)'}`);
    else if (known.integrity !== integrity)
      findings.push({
        id: `bytes ${name}`,
        part,
        severity: 'bytes',
        title: 'the registry has other bytes than the lock',
      });
    if (known?.deprecated)
      findings.push({ id: `deprecated ${name}`, part, severity: 'deprecated', title: known.deprecated });
  }
  return { findings, behind: [...behind] };
}

/** Crates of a Cargo.lock that come from somewhere; those of the workspace come from nowhere. */
export function cratesOf(text) {
  return text
    .split('[[package]]')
    .slice(1)
    .map((block) => Object.fromEntries([...block.matchAll(/^(\w+) = "(.*)"$/gm)].map(([, key, value]) => [key, value])))
    .filter(({ source }) => source !== undefined);
}

/** @param seen for "NAME@VERSION" whether `cargo info` finds it: a yanked one it does not */
export function ofCrates(crates, seen) {
  return crates.flatMap(({ name, version, source, checksum }) => {
    const part = `${name} ${version}`;
    const say = (kind, title) => ({ id: `${kind} ${name}`, part, severity: kind, title });
    return [
      ...(source === CRATES ? [] : [say('origin', `comes from ${source}`)]),
      ...(/^[0-9a-f]{64}$/.test(checksum ?? '') ? [] : [say('hash', 'has no sha256')]),
      ...(seen(`${name}@${version}`) ? [] : [say('yanked', 'crates.io does not give it any more')]),
    ];
  });
}

/** Asks npm and cargo. Each source gives its findings, and what may be renewed as lines; or why it could not be asked. */
export function askRegistries(root) {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const pack = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const answers = [{ what: 'package-lock.json', findings: ofLock(lock, pack), behind: [] }];
  const ask = (what, work) => {
    try {
      answers.push({ what, ...work() });
    } catch (cause) {
      answers.push({ what, why: cause.message });
    }
  };
  ask('npm registry', () => ofFreshLock(lock, freshLock(root)));
  for (const file of ['native/Cargo.lock', 'test/fuzz/native/Cargo.lock'])
    ask(`crates.io, ${file}`, () => {
      const crates = cratesOf(readFileSync(join(root, file), 'utf8'));
      return { findings: ofCrates(crates, isOnCratesIo), behind: newerCrates(join(root, file, '..')) };
    });
  return answers;
}

function said(program, args, cwd) {
  const shell = process.platform === 'win32' && program === 'npm';
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8', shell });
  if (error) throw error;
  return { status, text: stdout + stderr };
}

function freshLock(root) {
  const folder = mkdtempSync(join(tmpdir(), 'kerf-audit-'));
  try {
    copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
    const args = ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    const { status, text } = said('npm', args, folder);
    if (status !== 0) throw new Error(text.trim().split('\n').at(-1));
    return JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isOnCratesIo(crate) {
  const { status, text } = said('cargo', ['info', '--quiet', '--registry', 'crates-io', crate]);
  if (status === 0) return true;
  if (text.includes('could not find')) return false;
  throw new Error(text.trim().split('\n').at(-1));
}

function newerCrates(folder) {
  const { status, text } = said('cargo', ['update', '--dry-run', '--verbose'], folder);
  if (status !== 0) throw new Error(text.trim().split('\n').at(-1));
  return [...text.matchAll(/^ +(?:Updating|Unchanged) (\S+ v.*)$/gm)].map(([, line]) => line);
}
