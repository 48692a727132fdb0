import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** Certificates for tests, made anew each time: no private key lies in the repository, and no openssl is needed. X.509
 *  v3 (RFC 5280) with ECDSA P-256. */

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Of a tag and its parts, DER. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const { length } = body;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
}
const sequence = (...parts: readonly Buffer[]) => der(0x30, ...parts);
const oid = (hex: string) => der(6, Buffer.from(hex, 'hex'));
const name = (commonName: string) =>
  sequence(der(0x31, sequence(oid('550403'), der(12, Buffer.from(commonName, 'utf8')))));
const time = (date: Date) =>
  der(
    0x17,
    Buffer.from(
      date
        .toISOString()
        .replaceAll(/[-:T]|\.\d+/g, '')
        .slice(2),
    ),
  );
const isTrue = der(1, Buffer.from([255]));
const extension = (id: string, isCritical: boolean, value: Buffer) =>
  sequence(oid(id), ...(isCritical ? [isTrue] : []), der(4, value));
const ECDSA_SHA256 = sequence(oid('2a8648ce3d040302'));

function certificate(subject: string, issuer: { name: string; key: KeyObject } | null): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const basic = extension('551d13', true, issuer ? sequence() : sequence(isTrue));
  // For this machine by its name and its address.
  const names = extension(
    '551d11',
    false,
    sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1]))),
  );
  const body = sequence(
    der(0xa0, der(2, Buffer.from([2]))),
    der(2, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_SHA256,
    name(issuer?.name ?? subject),
    sequence(time(new Date(Date.now() - 3_600_000)), time(new Date(Date.now() + 86_400_000))),
    name(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(basic, ...(issuer ? [names] : []))),
  );
  const signature = sign('sha256', body, issuer?.key ?? privateKey);
  const whole = sequence(body, ECDSA_SHA256, der(3, Buffer.concat([Buffer.from([0]), signature])));
  const lines = whole.toString('base64').replaceAll(/.{64}/g, '$&\n');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.trimEnd()}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** An authority, and what it signs. */
export function authority(subject: string): Certificate & { readonly signs: (subject: string) => Certificate } {
  const own = certificate(subject, null);
  const key = createPrivateKey(own.key);
  createPublicKey(key);
  return { ...own, signs: (other) => certificate(other, { name: subject, key }) };
}
