import { createHash } from 'node:crypto';

/** Of text its UTF-8. @returns hex */
export function sha256Of(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
