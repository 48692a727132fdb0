import { expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { KERF_VERSION } from '../../src/domain/version.ts';

it('carries the version of package.json', () => {
  expect(KERF_VERSION).toBe(packageJson.version);
});
