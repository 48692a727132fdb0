/** `node scripts/pack-update.mjs FOLDER VERSION KEY.pem OUT.kerfpkg` makes an update of the station's files in FOLDER (laid out
 *  as a package has them in resources/station: package.json, src, dist/ui, models, native, node_modules), signed with an
 *  Ed25519 key: `openssl genpkey -algorithm ed25519 -out KEY.pem`; panels get `openssl pkey -in KEY.pem -pubout`. */
import { createPrivateKey } from 'node:crypto';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { packUpdate } from '../electron/update-package.ts';

const [folder, version, keyPath, out] = process.argv.slice(2);
if (!folder || !version || !keyPath || !out) {
  console.error('usage: pack-update.mjs FOLDER VERSION KEY.pem OUT.kerfpkg');
  process.exit(2);
}
const key = createPrivateKey(await readFile(keyPath));
const entries = await readdir(folder, { recursive: true, withFileTypes: true });
const files = [];
for (const entry of entries) {
  // Links are left out: an update has none. npm's node_modules/.bin is all that has some.
  if (!entry.isFile()) continue;
  const path = join(entry.parentPath, entry.name);
  const { mode } = await stat(path);
  files.push({
    path: relative(folder, path).split(sep).join('/'),
    content: await readFile(path),
    isExecutable: (mode & 0o100) !== 0,
  });
}
const bytes = packUpdate(version, files, key);
await writeFile(out, bytes);
console.log(`${out}: version ${version}, ${files.length} files, ${(bytes.length / 1e6).toFixed(1)} MB`);
