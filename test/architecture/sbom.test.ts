import { describe, expect, test } from 'vitest';
import { isAllowed, licenceOf, makeSbom, refusedOf, SAID_ELSEWHERE, type Sbom } from '../../scripts/sbom.mjs';

describe('the licences of all parts', () => {
  let sbom: Sbom;
  test('are among those under which Kerf may be sold: no GPL, no AGPL, none that says nothing', () => {
    sbom = makeSbom();
    expect(sbom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.5' });
    expect(refusedOf(sbom)).toEqual([]);
  }, 60_000);

  test('are of every package and crate that is there, with an address each', () => {
    const names = new Set(sbom.components.map((part) => part.name));
    for (const name of ['fastify', 'onnxruntime-node', 'aedes', 'napi', 'syn']) expect(names).toContain(name);
    expect(sbom.components.length).toBeGreaterThan(300);
    for (const part of sbom.components) expect(part.purl).toMatch(/^pkg:(npm|cargo)\/.+@.+/);
    // Who says it meanwhile needs no word of ours.
    for (const name of Object.keys(SAID_ELSEWHERE)) expect(names).toContain(name);
  });

  test('would be refused here', () => {
    const part = (name: string, id?: string) => ({
      ...{ name, version: '1.0.0', purl: `pkg:npm/${name}@1.0.0` },
      licenses: id === undefined ? [] : [{ license: { id } }],
    });
    const bad = [part('a', 'GPL-3.0-only'), part('b', 'AGPL-3.0-or-later'), part('c'), part('d', 'MIT')];
    const made = { bomFormat: 'CycloneDX', specVersion: '1.5', components: bad };
    expect(refusedOf(made)).toEqual([
      'a 1.0.0: GPL-3.0-only',
      'b 1.0.0: AGPL-3.0-or-later',
      'c 1.0.0: says no licence',
    ]);
    expect(licenceOf(part('clipper-lib'))).toBe('BSL-1.0');
  });

  test('are read as SPDX writes them', () => {
    for (const yes of ['MIT', '(MIT OR GPL-2.0-only)', 'GPL-3.0-only OR MIT', '(MIT OR Apache-2.0) AND Unicode-3.0'])
      expect(isAllowed(yes), yes).toBe(true);
    const no = [
      'GPL-2.0-only',
      'MIT AND GPL-2.0-only',
      '(MIT',
      'MIT)',
      'MIT Apache-2.0',
      '',
      'SEE LICENSE IN x',
      'AND',
    ];
    for (const text of no) expect(isAllowed(text), text).toBe(false);
  });
});
