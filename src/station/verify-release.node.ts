import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Of } from '#disk/sha256.node.ts';
import { inspectionSchema } from '#domain/inspection.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import { orderSchema } from '#domain/problem.ts';
import { DEFAULT_SETTINGS } from '#domain/settings.ts';
import { KERF_VERSION } from '#domain/version.ts';
import { validateLayout } from '#nest/validate-layout.ts';
import type { AuditCheck } from '#store/audit-chain.ts';
import type { PicturesGone } from '#store/audit-calls.node.ts';
import type { StoredEvent } from '#store/records.ts';
import { problemOf } from './problem-of.ts';
import { signedReleaseSchema, type Release, type SignedRelease } from './release-record.ts';
import { solverSha256 } from './sign-release.node.ts';
import { isSignedBy, keyIdOf } from './station-key.node.ts';

/** `failed`: not what was signed. `other`: cannot be told here, or this installation has something else by now. */
export interface ReleaseCheck {
  readonly what: string;
  readonly is: 'ok' | 'failed' | 'other';
  readonly said: string;
}

export interface VerifyOptions {
  /** The job's folder. */
  readonly dir: string;
  readonly publicPem: string;
  /** What the store says; null where the folder is all there is. */
  readonly store: {
    readonly events: readonly StoredEvent[];
    readonly release: string | null;
    readonly audit: AuditCheck;
    /** Hex; null where there is no such row, or one without a hash. */
    readonly auditHashAt: (n: number) => string | null;
    readonly picturesGone: PicturesGone | null;
  } | null;
  /** Hash of an installed model pack's model, by the pack's id; null where there is none. */
  readonly packSha256: (id: string) => Promise<string | null>;
}

export interface VerifiedRelease {
  readonly isSound: boolean;
  readonly release: Release;
  readonly checks: readonly ReleaseCheck[];
}

/** Checks a release against what lies in its job's folder and in the store: signature, inputs, layout, engine, model,
 *  options, operator, audit log. Pictures that the log says are gone cannot be compared, and are no fault. @throws KerfError STATION_RELEASE_REFUSED where release.json is none */
export async function verifyRelease(options: VerifyOptions): Promise<VerifiedRelease> {
  const { dir, publicPem, store } = options;
  const path = join(dir, 'release.json');
  const code = 'STATION_RELEASE_REFUSED';
  const text = await readFile(path, 'utf8');
  const raw = parseJson(text, path, code);
  const signed = parseDocument(signedReleaseSchema, raw, { name: 'release', where: path, code });
  const { release } = signed;
  const checks: ReleaseCheck[] = [];
  const check = (what: string, isOk: boolean, said: string) => checks.push({ what, is: isOk ? 'ok' : 'failed', said });
  const other = (what: string, isSame: boolean, said: string) =>
    checks.push({ what, is: isSame ? 'ok' : 'other', said });

  checkSignature(signed, publicPem, check);
  const files = await readFiles(dir, release);
  const gone = store?.picturesGone ?? null;
  for (const { name, sha256, expected } of files)
    // One that is there must still be the one.
    if (sha256 === null && gone && name.startsWith('scan/')) other(name, false, saidOfPictures(gone));
    else check(name, sha256 === expected, sha256 === null ? 'is not there' : 'as it was released');
  checkInputs(release, new Map(files.map((file) => [file.name, file.text])), check);
  const solver = await solverSha256();
  other(
    'engine',
    release.engine.version === KERF_VERSION && release.engine.solverSha256 === solver,
    `${release.engine.version}, solver ${short(release.engine.solverSha256)}; here ${KERF_VERSION}, ${short(solver)}`,
  );
  const pack = await options.packSha256(release.pack.id);
  other(
    'model',
    pack === release.pack.sha256,
    `${release.pack.id} ${short(release.pack.sha256)}; here ${pack === null ? 'none of that name' : short(pack)}`,
  );
  if (store) checkStore(text, release, store, check);
  else other('operator', false, `${release.approvedBy}, as the release says; no store at hand to compare with`);
  return { isSound: checks.every((c) => c.is !== 'failed'), release, checks };
}

function saidOfPictures({ why, at }: PicturesGone): string {
  return why === 'retention' ? `taken away by the retention of pictures at ${at}` : `${why} at ${at}`;
}

type Check = (what: string, isOk: boolean, said: string) => void;

function checkSignature({ release, key, signature }: SignedRelease, publicPem: string, check: Check): void {
  const id = keyIdOf(publicPem);
  check('key', key === id, `signed by ${short(key)}, checked with ${short(id)}`);
  check('signature', isSignedBy(publicPem, JSON.stringify(release), signature), 'Ed25519 over the release');
}

interface FoundFile {
  readonly name: string;
  readonly expected: string;
  readonly sha256: string | null;
  readonly text: string;
}

async function readFiles(dir: string, { files }: Release): Promise<FoundFile[]> {
  const scan = await readFile(join(dir, 'scan', 'scan.json'), 'utf8').catch(() => '');
  const image = /"image":\s*"([^"/\\]+)"/.exec(scan)?.[1] ?? 'scan.tif';
  const wanted: readonly (readonly [string, string])[] = [
    [`scan/${image}`, files.scan],
    ['inspection.json', files.inspection],
    ['order.json', files.order],
    ['problem.json', files.problem],
    ['layout.json', files.layout],
    [files.cut.name, files.cut.sha256],
  ];
  return Promise.all(
    wanted.map(async ([name, expected]) => {
      const bytes = await readFile(join(dir, name)).catch(() => null);
      const text = bytes && name.endsWith('.json') ? new TextDecoder().decode(bytes) : '';
      return { name, expected, sha256: bytes ? sha256Of(bytes) : null, text };
    }),
  );
}

/** What was nested is what was seen and ordered, and the layout keeps to it. */
function checkInputs(release: Release, texts: ReadonlyMap<string, string>, check: Check): void {
  const text = (name: string) => texts.get(name) ?? '';
  const { nest, spacing, margin, machine } = release.options;
  const { kerfWidth = 0 } = machine;
  try {
    const inspection = parseDocument(inspectionSchema, parseJson(text('inspection.json'), 'inspection.json'), {
      name: 'inspection',
      where: 'inspection.json',
    });
    const order = parseDocument(orderSchema, parseJson(text('order.json'), 'order.json'), {
      name: 'order',
      where: 'order.json',
    });
    check('inspected scan', inspection.scan.sha256 === release.files.scan, 'the inspection is of this scan');
    const settings = { ...DEFAULT_SETTINGS, nest, spacing, margin };
    const made = problemOf(inspection, order, settings, { kerfWidth });
    const isSame = sortedJson(made) === sortedJson(JSON.parse(text('problem.json')));
    const said = JSON.stringify({ nest, spacing, margin, ...(kerfWidth > 0 && { kerfWidth }) });
    check('options', isSame, `problem made of inspection and order; ${said}`);
    const verdict = validateLayout(JSON.parse(text('problem.json')), JSON.parse(text('layout.json')));
    check(
      'layout',
      verdict.valid,
      verdict.valid ? 'valid by the independent check' : verdict.faults.slice(0, 3).join('; '),
    );
  } catch (cause) {
    check('inputs', false, cause instanceof Error ? cause.message : String(cause));
  }
}

function checkStore(
  text: string,
  release: Release,
  { events, release: kept, audit, auditHashAt }: NonNullable<VerifyOptions['store']>,
  check: Check,
): void {
  const approved = events.filter((event) => event.kind === 'approved');
  const released = events.filter((event) => event.kind === 'released');
  const lapsedCount = events.filter((event) => event.kind === 'lapsed').length;
  // Each one before was taken back; the release is by the last.
  const approval = approved.at(-1);
  check(
    'operator',
    approved.length === lapsedCount + 1 &&
      approval?.by === release.approvedBy &&
      approval.details['layoutSha256'] === release.files.layout &&
      approval.at === release.approvedAt,
    `approved by ${release.approvedBy} at ${release.approvedAt}`,
  );
  check(
    'released once',
    released.length === 1 && released[0]?.details['releaseSha256'] === sha256Of(text) && kept === text,
    'the store keeps the same release',
  );
  const { n, hash } = release.audit;
  // A chain whose hashes were all made anew is whole in itself; the head that was signed is not in it any more.
  const isTheSigned = audit.head.n >= n && (auditHashAt(n) ?? '') === hash;
  const isWhole = audit.brokenAt === null;
  const said = isTheSigned ? `${audit.rowCount} rows, whole` : `row ${n} is not the one that was signed`;
  check('audit log', isWhole && isTheSigned, isWhole ? said : `broken at row ${audit.brokenAt}`);
}

/** JSON with sorted keys: two documents are compared by what they say. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function short(hash: string | null): string {
  return hash === null ? 'none' : hash.slice(0, 12);
}
