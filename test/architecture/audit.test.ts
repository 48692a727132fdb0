import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cratesOf, ofCrates, ofFreshLock, ofLock } from '../../scripts/audit-registries.mjs';
import { EXPLAINED, judged, ofCargo, ofNpm } from '../../scripts/audit.mjs';

/** As npm 11 reports a weak package, and one that only needs it. */
const NPM = {
  auditReportVersion: 2,
  vulnerabilities: {
    braces: {
      ...{ name: 'braces', severity: 'high', effects: ['micromatch'], range: '<3.0.3', fixAvailable: true },
      via: [
        {
          ...{ source: 1098094, name: 'braces', dependency: 'braces', severity: 'high', range: '<3.0.3' },
          ...{ title: 'Uncontrolled resource consumption', url: 'https://github.com/advisories/GHSA-grv7-fg5c-xmjg' },
        },
      ],
    },
    micromatch: { name: 'micromatch', severity: 'high', via: ['braces'], effects: [], range: '<=4.0.7' },
  },
  metadata: { vulnerabilities: { high: 2, total: 2 } },
};
/** As cargo-audit 0.21 does. */
const CARGO = {
  vulnerabilities: {
    ...{ found: true, count: 1 },
    list: [
      {
        advisory: { id: 'RUSTSEC-2021-0145', package: 'atty', title: 'Potential unaligned read' },
        package: { name: 'atty', version: '0.2.14' },
      },
    ],
  },
  warnings: {
    unmaintained: [
      { advisory: { id: 'RUSTSEC-2024-0375', title: 'unmaintained' }, package: { name: 'atty', version: '0.2.14' } },
    ],
    yanked: [{ advisory: null, package: { name: 'ctor', version: '0.0.1' } }],
  },
};

describe('known weaknesses', () => {
  test('are each told once, by the package that has it', () => {
    expect(ofNpm(NPM)).toEqual([
      {
        ...{ id: 'GHSA-grv7-fg5c-xmjg', part: 'braces <3.0.3', severity: 'high' },
        title: 'Uncontrolled resource consumption',
      },
    ]);
    expect(ofCargo(CARGO).map(({ id, part, severity }) => [id, part, severity])).toEqual([
      ['RUSTSEC-2021-0145', 'atty 0.2.14', 'vulnerability'],
      ['RUSTSEC-2024-0375', 'atty 0.2.14', 'unmaintained'],
      ['yanked ctor', 'ctor 0.0.1', 'yanked'],
    ]);
  });

  test('of no report are none: it was not looked', () => {
    expect(() => ofNpm({ error: { code: 'E405' } })).toThrow('found no report');
    expect(() => ofCargo({})).toThrow('found no report');
    expect(ofNpm({ auditReportVersion: 2, vulnerabilities: {} })).toEqual([]);
  });

  test('are open until they are explained, and an explanation that nothing needs is told', () => {
    const found = [...ofNpm(NPM), ...ofCargo(CARGO)];
    const explained = { 'GHSA-grv7-fg5c-xmjg': 'reads our own patterns only', 'RUSTSEC-2000-0001': 'gone' };
    expect(judged(found, explained).open.map(({ id }) => id)).toEqual([
      'RUSTSEC-2021-0145',
      'RUSTSEC-2024-0375',
      'yanked ctor',
    ]);
    expect(judged(found, explained).idle).toEqual(['RUSTSEC-2000-0001']);
    for (const why of Object.values(EXPLAINED)) expect(why.length).toBeGreaterThan(20);
  });
});

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const HASH = 'sha512-abc';
const at = (name: string) => `https://registry.npmjs.org/${name}.tgz`;
const lockOf = (packages: Readonly<Record<string, object>>) => ({
  lockfileVersion: 3,
  packages: { '': { name: 'kerf' }, ...packages },
});

describe('what lock files and registries say', () => {
  test('a package without a hash, from elsewhere, or with a program that nobody decided on is told', () => {
    const lock = lockOf({
      'node_modules/good': { version: '1.0.0', resolved: at('good'), integrity: HASH, hasInstallScript: true },
      'node_modules/a/node_modules/b': { version: '2.0.0', resolved: 'git+ssh://elsewhere/b', integrity: 'sha1-x' },
      'node_modules/c': { version: '3.0.0', resolved: at('c'), integrity: HASH, hasInstallScript: true },
    });
    const found = ofLock(lock, { allowScripts: { good: false } });
    expect(found.map(({ id, part }) => [id, part])).toEqual([
      ['hash b', 'b 2.0.0'],
      ['origin b', 'b 2.0.0'],
      ['script c', 'c 3.0.0'],
    ]);
    expect(() => ofLock({ lockfileVersion: 1 }, {})).toThrow('expected 3');
  });

  test('other bytes under the same version, what its author has withdrawn, and what could be newer', () => {
    const entry = (version: string, integrity = HASH, more: object = {}) => ({ version, integrity, ...more });
    const lock = lockOf({
      'node_modules/same': entry('1.0.0'),
      'node_modules/moved': entry('1.0.0'),
      'node_modules/old': entry('1.0.0'),
      'node_modules/x/node_modules/old': entry('0.9.0'),
      'node_modules/spare': entry('1.0.0'),
    });
    const fresh = lockOf({
      'node_modules/same': entry('1.0.0', 'sha512-other'),
      // Elsewhere in the tree it is the same package.
      'node_modules/y/node_modules/moved': entry('1.0.0', HASH, { deprecated: 'use another' }),
      'node_modules/old': entry('1.1.0'),
      'node_modules/x/node_modules/old': entry('0.9.0'),
    });
    const { findings, behind } = ofFreshLock(lock, fresh);
    expect(findings.map(({ id, title }) => [id, title])).toEqual([
      ['bytes same', 'the registry has other bytes than the lock'],
      ['deprecated moved', 'use another'],
    ]);
    expect(behind).toEqual(['old 1.0.0 (now 1.1.0, 0.9.0)', 'spare 1.0.0 (no longer needed)']);
  });

  test('a crate that was yanked, comes from elsewhere or has no hash', () => {
    const checksum = 'a'.repeat(64);
    const crates = cratesOf(`version = 4

[[package]]
name = "napi"
version = "3.4.0"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "${checksum}"
dependencies = [
 "kerf-nest",
]

[[package]]
name = "elsewhere"
version = "0.1.0"
source = "git+https://example.com/x"

[[package]]
name = "kerf-nest"
version = "0.1.0"
`);
    expect(crates.map(({ name }) => name)).toEqual(['napi', 'elsewhere']);
    expect(ofCrates(crates, (crate) => crate !== 'napi@3.4.0').map(({ id }) => id)).toEqual([
      'yanked napi',
      'origin elsewhere',
      'hash elsewhere',
    ]);
  });

  test('nothing of that is found in the lock files of this repository', () => {
    const pack = JSON.parse(read('package.json')) as { allowScripts: Record<string, boolean> };
    expect(ofLock(JSON.parse(read('package-lock.json')), pack)).toEqual([]);
    for (const file of ['native/Cargo.lock', 'test/fuzz/native/Cargo.lock']) {
      const crates = cratesOf(read(file));
      expect(crates.length).toBeGreaterThan(5);
      expect(ofCrates(crates, () => true)).toEqual([]);
    }
  });
});
