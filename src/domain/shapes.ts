import { z } from 'zod';

/** Schemas that several nouns share. */
export const finite = z.number();
export const positive = z.number().positive();
export const nonNegative = z.number().nonnegative();
export const point = z.tuple([finite, finite]).readonly();
/** An open list of at least three points, either direction. */
export const ring = z.array(point).min(3).readonly();
export const rings = z.array(ring).readonly();
/** The same as `ring`, checked by one loop: a layout of 500 pieces has ten thousand points, and comes four times a second.
 *  Its check takes 1.2 ms of a window's thread so, 3.1 ms by a schema of arrays, and as much more often while cold. */
export const drawnRing = z.custom<z.output<typeof ring>>(isRing, 'a list of at least three points of two numbers');
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a sha256 in lower-case hex');
export const isoTime = z.iso.datetime();
/** An id in messages and file names. */
export const wireId = z.string().regex(/^[A-Za-z0-9._-]{1,40}$/, 'an id of 1 to 40 of A-Z a-z 0-9 . _ -');
/** An id that names a file of the data folder: nothing hidden. */
export const fileId = wireId.regex(/^[^.]/, 'a name that does not begin with a dot');
/** Of an order there; NAME.about.json lies beside NAME.json. */
export const orderName = fileId.regex(/^(?!.*\.about$)/, 'a name that does not end with .about');
/** At least one sign that is seen, and none that breaks the line it stands in (control characters, line ends), turns it
 *  round (U+202A to U+202E, U+2066 to U+2069) or is a letter that looks like nothing. */
const READABLE =
  /^(?=.*[\p{L}\p{N}\p{P}\p{S}])[^\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069\u115f\u1160\u3164\uffa0\u2800]+$/u;
/** What a person typed and others read; blanks round it are no part of it. */
export const readableText = (max: number) =>
  z.string().trim().min(1).max(max).regex(READABLE, 'text that can be read, on one line');
/** Who signs, corrects or accepts. */
export const personName = readableText(80);
/** Row-major 3 x 3 homography from pixel (u, v, 1) to table mm. */
export const homography = z.array(finite).length(9).readonly();
export const quality = z.int().min(0).max(100);

function isRing(value: unknown): boolean {
  return Array.isArray(value) && value.length >= 3 && value.every(isPoint);
}

function isPoint(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && Number.isFinite(value[0]) && Number.isFinite(value[1]);
}
