import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import { chmod, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Of } from '#disk/sha256.node.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { writeFileSynced } from '#store/job-files.node.ts';

/** The station's own Ed25519 key: what it signs, it has released. */
export interface StationKey {
  /** SHA-256 of the public key (SPKI, DER), hex. */
  readonly id: string;
  readonly publicPem: string;
  /** Base64. The same text gives the same signature. */
  sign(text: string): string;
}

export const KEY_FILE = 'station-key.pem';
export const PUBLIC_KEY_FILE = 'station-key.pub.pem';

/** Reads the key of a data folder; at the first start makes it, readable by the station's user only, with its public
 *  part beside it for whoever checks.
 *  @throws KerfError STATION_KEY_REFUSED when others may read it, or it is no Ed25519 key */
export async function openStationKey(dir: string): Promise<StationKey> {
  const path = join(dir, KEY_FILE);
  const found = await readFile(path, 'utf8').catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw refused(path, cause instanceof Error ? cause.message : String(cause));
  });
  if (found !== null && process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0)
    throw refused(path, 'others may read it');
  const privateKey = found === null ? await makeKey(path) : readKey(path, found);
  const publicKey = createPublicKey(privateKey);
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const publicPath = join(dir, PUBLIC_KEY_FILE);
  if ((await readFile(publicPath, 'utf8').catch(() => null)) !== publicPem)
    await writeFileSynced(publicPath, publicPem);
  return {
    id: keyId(publicKey),
    publicPem,
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64'),
  };
}

/** Whether the signature is of this text by the key with this public part. */
export function isSignedBy(publicPem: string, text: string, signature: string): boolean {
  const key = createPublicKey(publicPem);
  return key.asymmetricKeyType === 'ed25519' && verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
}

export function keyIdOf(publicPem: string): string {
  return keyId(createPublicKey(publicPem));
}

function keyId(publicKey: KeyObject): string {
  return sha256Of(publicKey.export({ type: 'spki', format: 'der' }));
}

/** Under a name of its own first: a key that is half written must not be taken for one. */
async function makeKey(path: string): Promise<KeyObject> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const half = `${path}.${process.pid}.part`;
  try {
    const file = await open(half, 'w', 0o600);
    try {
      await file.writeFile(privateKey.export({ type: 'pkcs8', format: 'pem' }));
      await file.sync();
    } finally {
      await file.close();
    }
    await chmod(half, 0o600);
    await rename(half, path);
  } catch (cause) {
    await rm(half, { force: true });
    throw refused(path, cause instanceof Error ? cause.message : String(cause));
  }
  return privateKey;
}

function readKey(path: string, pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch (cause) {
    throw refused(path, cause instanceof Error ? cause.message : String(cause));
  }
  if (key.asymmetricKeyType !== 'ed25519') throw refused(path, `it is a key of type ${String(key.asymmetricKeyType)}`);
  return key;
}

function refused(path: string, why: string): KerfError {
  return new KerfError(
    'STATION_KEY_REFUSED',
    `${path}: found a signing key that cannot be used (${why}), expected an Ed25519 key that only the station's user may read. Put the right one back with mode 600; if others have read it, take it away: the station makes a new one.`,
    { fault: 'device', details: { path } },
  );
}
