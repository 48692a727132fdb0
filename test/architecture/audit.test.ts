import { describe, expect, test } from 'vitest';
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
