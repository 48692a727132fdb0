import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

// The native door under libFuzzer, ten minutes; `npm run fuzz:native -- 60` is the same for a minute.
const SECONDS = 600;

test('ten minutes of broken problems, led by coverage, crash nothing', async () => {
  const root = join(import.meta.dirname, '../..');
  const child = spawn(process.execPath, [join(root, 'scripts/fuzz-native.mjs'), String(SECONDS)], { cwd: root });
  let said = '';
  child.stderr.on('data', (data: Buffer) => (said = (said + data.toString()).slice(-20_000)));
  child.stdout.on('data', () => undefined);
  const status = await new Promise((resolve) => child.once('close', resolve));
  expect(status, said).toBe(0);
  // Far fewer would be a fuzzer that reads and never searches, or hangs.
  expect(Number(/number_of_executed_units: (\d+)/.exec(said)?.[1])).toBeGreaterThan(20_000);
});
