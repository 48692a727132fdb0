import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { KerfError } from '#domain/kerf-error.ts';

/** 32 MB and some 100 ms a try: a stolen store does not give its PINs away in an afternoon. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
const HASH_BYTES = 32;

export interface PinHash {
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

/** @throws KerfError STATION_PIN_TOO_WEAK for one that is guessed in the first tries */
export async function hashPin(pin: string): Promise<PinHash> {
  if (isGuessed(pin))
    throw new KerfError(
      'STATION_PIN_TOO_WEAK',
      'The PIN is a row or a repetition of signs, or shorter than six. Take six digits that are neither, or a password.',
    );
  const salt = new Uint8Array(randomBytes(16));
  return { salt, hash: await derive(pin, salt) };
}

/** Takes the same time whatever is wrong; without a hash to compare with too. */
export async function isPin(pin: string, { salt, hash }: PinHash): Promise<boolean> {
  return timingSafeEqual(await derive(pin, salt), hash);
}

export const NO_PIN: PinHash = { salt: new Uint8Array(16), hash: new Uint8Array(HASH_BYTES) };

function isGuessed(pin: string): boolean {
  if (pin.length < 6) return true;
  const steps = new Set<number>();
  for (let k = 1; k < pin.length; k += 1) steps.add(pin.charCodeAt(k) - pin.charCodeAt(k - 1));
  // 111111, 123456, 654321, aaaaaa.
  if (steps.size === 1 && [-1, 0, 1].includes([...steps][0] ?? 9)) return true;
  const half = pin.slice(0, pin.length / 2);
  return /^(.{1,3})\1+$/.test(pin) || half + half === pin || pin.toLowerCase() === 'password';
}

function derive(pin: string, salt: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) =>
    scrypt(pin.normalize('NFKC'), salt, HASH_BYTES, COST, (error, key) =>
      error ? reject(error) : resolve(new Uint8Array(key)),
    ),
  );
}
