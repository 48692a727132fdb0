import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');

/** Builds the screens as the set-up does: only when their inputs changed, one at a time. @returns their folder */
export async function buildScreens(): Promise<string> {
  await promisify(execFile)(
    join(root, 'node_modules/.bin/node'),
    ['--eval', "import('./scripts/setup.mjs').then(({ setUp }) => setUp(['screens']))"],
    // A test runner's NODE_ENV would bring React's development build.
    { cwd: root, env: { ...process.env, NODE_ENV: 'production' } },
  );
  return join(root, 'dist/ui');
}
