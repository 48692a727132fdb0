import { z } from 'zod';
import { isoTime, nonNegative, positive, sha256, wireId } from '#domain/shapes.ts';

/** What a release stands for: everything that was shown, made and used, by hash. Signed by the station's key. */
export const releaseSchema = z.strictObject({
  kerf: z.literal(1),
  job: wireId,
  seq: z.int().positive(),
  order: z.string(),
  /** The person, and when. */
  approvedBy: z.string(),
  approvedAt: isoTime,
  waivedCount: z.int().nonnegative(),
  waivedBy: z.string().nullable(),
  /** Files of the job, by name. layout.json is what was on the screen. */
  files: z.strictObject({
    scan: sha256,
    inspection: sha256,
    order: sha256,
    problem: sha256,
    layout: sha256,
    cut: z.strictObject({ name: z.string(), sha256 }),
  }),
  pack: z.strictObject({ id: z.string(), sha256 }),
  engine: z.strictObject({
    version: z.string(),
    /** Of the native module; null where there was none. */ solverSha256: sha256.nullable(),
  }),
  options: z.strictObject({
    nest: z.strictObject({ seconds: nonNegative, threads: z.int().positive(), seed: z.int().nonnegative() }),
    spacing: nonNegative,
    margin: nonNegative,
    machine: z.strictObject({
      id: wireId,
      sha256,
      /** The least spacing, mm, of what was nested; absent where the tool takes nothing away. */
      kerfWidth: positive.optional(),
    }),
  }),
  /** The audit log's head when this was signed. */
  audit: z.strictObject({ n: z.int().nonnegative(), hash: z.string() }),
});
export type Release = z.infer<typeof releaseSchema>;

/** release.json of a job's folder. The signature is of JSON.stringify(release), keys in the order of the file. */
export const signedReleaseSchema = z.strictObject({
  kerf: z.literal(1),
  release: releaseSchema,
  /** SHA-256 of the public key (SPKI, DER). */
  key: sha256,
  /** Ed25519, base64. */
  signature: z.string(),
});
export type SignedRelease = z.infer<typeof signedReleaseSchema>;
