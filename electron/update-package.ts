import { createHash, sign, verify, type KeyObject } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { UpdateDisk } from './update-disk.ts';

/** A package: one line of JSON (the header), then the bytes that it names: one line of JSON (the files), then the files
 *  one after the other. No links, no owners, nothing that runs while it is unpacked. */
export interface PackageHeader {
  readonly kerf: 1;
  readonly version: string;
  /** Of all that follows the header's line. */
  readonly sha256: string;
  readonly bytes: number;
  /** Ed25519, base64, over `signedText`. */
  readonly signature: string;
}

export interface PackedFile {
  /** Relative, with `/`. */
  readonly path: string;
  readonly bytes: number;
  readonly isExecutable: boolean;
}

/** Why a package is refused; nothing of it was unpacked. */
export class PackageRefused extends Error {
  readonly code: 'UPDATE_UNREADABLE' | 'UPDATE_UNSIGNED' | 'UPDATE_DAMAGED' | 'UPDATE_NOT_NEWER' | 'UPDATE_ROLLED_BACK';
  constructor(code: PackageRefused['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** A header is a few hundred bytes; the list of a station's files some megabytes. */
const MOST_HEADER_BYTES = 4096;
const MOST_LIST_BYTES = 16 * 1024 * 1024;
const CHUNK_BYTES = 1024 * 1024;
const VERSION = /^\d{1,5}\.\d{1,5}\.\d{1,5}$/;

/** Says what it is, so that a signature under it is of nothing else that the same key may ever sign. */
function signedText({ version, sha256, bytes }: Pick<PackageHeader, 'version' | 'sha256' | 'bytes'>): Buffer {
  return Buffer.from(`kerf update 1\n${version}\n${sha256}\n${bytes}\n`);
}

/** A package of these files. @param key Ed25519, private */
export function packUpdate(
  version: string,
  files: readonly { readonly path: string; readonly content: Uint8Array; readonly isExecutable?: boolean }[],
  key: KeyObject,
): Buffer {
  if (!VERSION.test(version)) throw new Error(`found the version "${version}", expected three numbers as in 1.2.3`);
  const list: readonly PackedFile[] = files.map(({ path, content, isExecutable = false }) => ({
    ...{ path: checkedPath(path), bytes: content.length, isExecutable },
  }));
  const body = Buffer.concat([Buffer.from(`${JSON.stringify(list)}\n`), ...files.map(({ content }) => content)]);
  const named = { version, sha256: createHash('sha256').update(body).digest('hex'), bytes: body.length };
  const header = { kerf: 1, ...named, signature: sign(null, signedText(named), key).toString('base64') };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), body]);
}

/** What a package says it is: nothing of it is verified.
 *  @throws PackageRefused UPDATE_UNREADABLE */
export async function readHeader(disk: UpdateDisk, path: string): Promise<PackageHeader> {
  const file = await disk.open(path, 'r');
  try {
    return headerOf((await lineAt(file, 0, MOST_HEADER_BYTES)).line);
  } finally {
    await file.close();
  }
}

/** The header of a package whose signature is ours and whose every byte is as it was signed.
 *  @throws PackageRefused UPDATE_UNREADABLE, UPDATE_UNSIGNED, UPDATE_DAMAGED */
export async function verifyPackage(disk: UpdateDisk, path: string, key: KeyObject): Promise<PackageHeader> {
  const file = await disk.open(path, 'r');
  try {
    const { line, end } = await lineAt(file, 0, MOST_HEADER_BYTES);
    const header = headerOf(line);
    if (!verify(null, signedText(header), key, Buffer.from(header.signature, 'base64')))
      throw new PackageRefused('UPDATE_UNSIGNED', `${path}: the signature is not of the key that this kiosk knows.`);
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of chunksFrom(file, end, Infinity)) {
      hash.update(chunk);
      bytes += chunk.length;
    }
    if (bytes !== header.bytes || hash.digest('hex') !== header.sha256)
      throw new PackageRefused('UPDATE_DAMAGED', `${path}: found ${bytes} bytes unlike the ${header.bytes} signed.`);
    return header;
  } finally {
    await file.close();
  }
}

/** Writes a verified package's files into an empty folder, each of them on the disk when this returns. The bytes are those
 *  of `verified`: whoever changes the package between the two looks gains nothing.
 *  @throws PackageRefused UPDATE_DAMAGED */
export async function unpackInto(
  disk: UpdateDisk,
  path: string,
  folder: string,
  verified: Pick<PackageHeader, 'sha256' | 'bytes'>,
): Promise<void> {
  const file = await disk.open(path, 'r');
  try {
    const header = await lineAt(file, 0, MOST_HEADER_BYTES);
    const list = await lineAt(file, header.end, MOST_LIST_BYTES);
    const hash = createHash('sha256').update(`${list.line}\n`);
    let at = list.end;
    for (const entry of filesOf(list.line)) {
      const target = join(folder, ...entry.path.split('/'));
      await disk.mkdir(dirname(target), { recursive: true });
      // wx: two entries of one name are refused.
      const out = await disk.open(target, 'wx', entry.isExecutable ? 0o755 : 0o644);
      try {
        for await (const chunk of chunksFrom(file, at, entry.bytes)) {
          hash.update(chunk);
          await out.writeFile(chunk);
        }
        await out.sync();
      } finally {
        await out.close();
      }
      at += entry.bytes;
    }
    if (at - header.end !== verified.bytes || hash.digest('hex') !== verified.sha256)
      throw new PackageRefused('UPDATE_DAMAGED', `${path}: it changed while it was unpacked.`);
  } finally {
    await file.close();
  }
}

/** -1, 0, 1 as versions are older, the same, newer. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [a, b].map((version) => version.split('.').map(Number));
  const differs = x!.findIndex((part, k) => part !== y![k]);
  return differs < 0 ? 0 : Math.sign(x![differs]! - (y![differs] ?? 0));
}

export function isVersion(text: string): boolean {
  return VERSION.test(text);
}

function headerOf(line: string): PackageHeader {
  const found = parsed(line) as Partial<Record<keyof PackageHeader, unknown>> | null;
  const { kerf, version, sha256, bytes, signature } = found ?? {};
  if (
    kerf !== 1 ||
    typeof version !== 'string' ||
    !VERSION.test(version) ||
    typeof sha256 !== 'string' ||
    typeof bytes !== 'number' ||
    typeof signature !== 'string'
  )
    throw new PackageRefused('UPDATE_UNREADABLE', 'found no header of an update, expected one as its first line.');
  return { kerf, version, sha256, bytes, signature };
}

function filesOf(line: string): readonly PackedFile[] {
  const list = parsed(line);
  if (!Array.isArray(list)) throw new PackageRefused('UPDATE_DAMAGED', 'found no list of files in the package.');
  return list.map(({ path, bytes, isExecutable }: PackedFile) => ({
    ...{ path: checkedPath(path), bytes, isExecutable: isExecutable === true },
  }));
}

/** Signed or not: no path of a package leaves its folder. */
function checkedPath(path: unknown): string {
  const parts = typeof path === 'string' ? path.split('/') : [];
  const isPlain = parts.length > 0 && parts.every((part) => /^[^\\:\0]+$/.test(part) && part !== '.' && part !== '..');
  if (!isPlain) throw new PackageRefused('UPDATE_DAMAGED', `found the path ${JSON.stringify(path)} in the package.`);
  return path as string;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function lineAt(file: FileHandle, from: number, most: number): Promise<{ line: string; end: number }> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunksFrom(file, from, most)) {
    const end = chunk.indexOf(10);
    parts.push(end < 0 ? chunk : chunk.subarray(0, end));
    length += parts.at(-1)!.length;
    if (end >= 0) return { line: Buffer.concat(parts).toString('utf8'), end: from + length + 1 };
  }
  throw new PackageRefused('UPDATE_UNREADABLE', 'found no line where a package has one.');
}

async function* chunksFrom(file: FileHandle, from: number, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  let at = from;
  while (left > 0) {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, left));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
    left -= bytesRead;
  }
}
