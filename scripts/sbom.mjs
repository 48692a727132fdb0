// What Kerf is made of, as CycloneDX 1.5 JSON: npm's packages by the lock file (`npm sbom`), the Rust core's crates by
// `cargo metadata`. Plain JavaScript for Node 20 and later, without dependencies.
//   node scripts/sbom.mjs > sbom.json      writes it; ends with 1 when a licence is not one of those below
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Licences under which Kerf may be sold, as it is and as a part of something else. LGPL: libvips, loaded by sharp as a
 *  library of its own that whoever has it may replace. MPL and EPL: files of others, unchanged. No GPL, no AGPL. */
export const ALLOWED = [
  ...['MIT', 'MIT-0', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BSL-1.0', 'Zlib', 'Unlicense'],
  ...['CC0-1.0', 'BlueOak-1.0.0', 'Python-2.0', 'Unicode-3.0', 'OFL-1.1'],
  ...['MPL-2.0', 'EPL-2.0', 'LGPL-3.0-or-later'],
];

/** Packages whose package.json says nothing; what the licence file in the package (precond: its README) says. */
export const SAID_ELSEWHERE = { 'clipper-lib': 'BSL-1.0', 'png-js': 'MIT', dequeue: 'BSD-2-Clause', precond: 'MIT' };

/** Whether an SPDX expression leaves a choice that is allowed: one of `OR`, all of `AND`. Anything else is not. */
export function isAllowed(expression) {
  const tokens = expression.match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const term = () => {
    if (tokens[at] !== '(') return ALLOWED.includes(tokens[at++]);
    at += 1;
    const inner = either();
    return tokens[at++] === ')' && inner;
  };
  const all = () => {
    let is = term();
    while (tokens[at] === 'AND' && ++at) is = term() && is;
    return is;
  };
  const either = () => {
    let is = all();
    while (tokens[at] === 'OR' && ++at) is = all() || is;
    return is;
  };
  const is = either();
  return is && at === tokens.length;
}

/** The licence of a component as one expression; null where it says none. */
export function licenceOf({ name, licenses = [] }) {
  const said = licenses.map(({ license, expression }) => expression ?? license?.id ?? license?.name ?? '?');
  return said.length === 0 ? (SAID_ELSEWHERE[name] ?? null) : said.length === 1 ? said[0] : said.join(' AND ');
}

/** Components that may not be sold with Kerf, one line each. */
export function refusedOf(sbom) {
  return sbom.components
    .map((part) => ({ part, licence: licenceOf(part) }))
    .filter(({ licence }) => licence === null || !isAllowed(licence))
    .map(({ part, licence }) => `${part.name} ${part.version}: ${licence ?? 'says no licence'}`);
}

/** @returns the bill as an object; throws with the program's own words when npm or cargo refuses */
export function makeSbom() {
  const sbom = JSON.parse(run('npm', ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx']));
  const host = /^host: (.+)$/m.exec(run('rustc', ['-vV']))[1];
  const cargo = ['metadata', '--locked', '--format-version', '1', '--filter-platform', host];
  const crates = JSON.parse(run('cargo', [...cargo, '--manifest-path', join(root, 'native', 'Cargo.toml')])).packages;
  for (const { name, version, license, source } of crates) {
    if (source === null) continue;
    const purl = `pkg:cargo/${name}@${version}`;
    const licenses = license === null ? [] : [{ expression: license.replaceAll('/', ' OR ') }];
    sbom.components.push({ 'bom-ref': purl, type: 'library', name, version, scope: 'required', purl, licenses });
  }
  for (const part of sbom.components)
    if (!part.licenses?.length && SAID_ELSEWHERE[part.name])
      part.licenses = [{ license: { id: SAID_ELSEWHERE[part.name] } }];
  return sbom;
}

function run(program, args) {
  const done = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    shell: process.platform === 'win32' && program === 'npm',
  });
  if (done.status !== 0) throw new Error(`${program} ${args[0]}: ${(done.stderr || String(done.error)).trim()}`);
  return done.stdout;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const sbom = makeSbom();
  process.stdout.write(`${JSON.stringify(sbom, null, 1)}\n`);
  const refused = refusedOf(sbom);
  for (const line of refused) console.error(line);
  console.error(`${sbom.components.length} parts, ${refused.length} with a licence that is not allowed`);
  process.exitCode = refused.length > 0 ? 1 : 0;
}
