import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');

/** Builds the screens as the set-up does. @returns their folder */
export async function buildScreens(): Promise<string> {
  const bin = (name: string) => join(root, 'node_modules/.bin', name);
  await promisify(execFile)(bin('node'), [bin('vite'), 'build', '--config', 'src/ui/vite.config.ts'], {
    cwd: root,
    // A test runner's NODE_ENV would bring React's development build.
    env: { ...process.env, NODE_ENV: 'production' },
  });
  return join(root, 'dist/ui');
}
