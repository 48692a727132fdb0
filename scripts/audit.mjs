// Weaknesses of what Kerf is made of: what is known of them, of npm's packages by `npm audit`, of the Rust core's crates by
// `cargo audit` (`cargo install cargo-audit`); and what the registries themselves say (audit-registries.mjs). What each
// answer is worth stands in docs/audit.md. Plain JavaScript for Node 20 and later, without dependencies.
//   node scripts/audit.mjs     0 clean or explained; 1 something is neither; 3 a source could not be asked
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { askRegistries } from './audit-registries.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Weaknesses that are known and do not touch Kerf, by id (GHSA-…, RUSTSEC-…, "deprecated NAME"): why, and until when that
 *  holds. */
export const EXPLAINED = {};

/** Of `npm audit --json`: one a weakness and package; a package that only has a weak one below it is not named again. */
export function ofNpm(report) {
  if (report?.auditReportVersion !== 2) throw new Error(`npm audit: found no report, but ${said(report)}`);
  return Object.values(report.vulnerabilities).flatMap(({ name, via }) =>
    via
      .filter((cause) => typeof cause === 'object' && cause.name === name)
      .map(({ url, title, severity, range }) => ({
        id: url.split('/').at(-1),
        part: `${name} ${range}`,
        severity,
        title,
      })),
  );
}

/** Of `cargo audit --json`; crates that are only unkept or withdrawn are told too. */
export function ofCargo(report) {
  if (!Array.isArray(report?.vulnerabilities?.list))
    throw new Error(`cargo audit: found no report, but ${said(report)}`);
  const warnings = Object.entries(report.warnings ?? {}).flatMap(([kind, list]) =>
    list.map((warning) => ({ ...warning, kind })),
  );
  return [...report.vulnerabilities.list, ...warnings].map(({ advisory, package: part, kind }) => ({
    id: advisory?.id ?? `${kind} ${part.name}`,
    part: `${part.name} ${part.version}`,
    severity: kind ?? 'vulnerability',
    title: advisory?.title ?? kind,
  }));
}

/** Findings that nothing explains, and explanations that no finding needs any more. */
export function judged(findings, explained = EXPLAINED) {
  const ids = new Set(findings.map(({ id }) => id));
  return {
    open: findings.filter(({ id }) => !Object.hasOwn(explained, id)),
    idle: Object.keys(explained).filter((id) => !ids.has(id)),
  };
}

function said(report) {
  return JSON.stringify(report ?? null).slice(0, 200);
}

/** A report, or why there is none. Both programs end with another code than 0 when they found something. */
function reportOf(program, args) {
  const done = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32' && program === 'npm',
  });
  try {
    return { report: JSON.parse(done.stdout) };
  } catch {
    return { why: (done.stderr || String(done.error ?? 'no output')).trim().split('\n').at(-1) };
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const sources = [
    { program: 'npm', args: ['audit', '--json', '--package-lock-only'], of: ofNpm },
    { program: 'cargo', args: ['audit', '--json', '--file', join('native', 'Cargo.lock')], of: ofCargo },
  ];
  const findings = [];
  let unasked = 0;
  for (const { program, args, of } of sources) {
    const { report, why } = reportOf(program, args);
    try {
      if (report === undefined) throw new Error(why);
      const found = of(report);
      findings.push(...found);
      console.log(`${program} audit: ${found.length} known weaknesses`);
    } catch (cause) {
      unasked += 1;
      console.error(`${program} audit: could not be asked: ${cause.message}`);
    }
  }
  for (const { what, why, findings: found, behind } of askRegistries(root)) {
    if (why !== undefined) {
      unasked += 1;
      console.error(`${what}: could not be asked: ${why}`);
      continue;
    }
    findings.push(...found);
    console.log(`${what}: ${found.length} faults, ${behind.length} that could be newer`);
    for (const line of behind) console.log(`  ${line}`);
  }
  const { open, idle } = judged(findings);
  for (const { id, part, severity, title } of open) console.error(`${severity} ${part}: ${title} (${id})`);
  if (unasked === 0) for (const id of idle) console.error(`${id} is explained in scripts/audit.mjs and found no more`);
  console.log(`${findings.length - open.length} explained, ${open.length} open`);
  process.exitCode = open.length > 0 || (unasked === 0 && idle.length > 0) ? 1 : unasked > 0 ? 3 : 0;
}
