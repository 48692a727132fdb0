import type { CornersWish } from '#acquire/set-corners.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { fourCorners, type TableCorners } from '#domain/table-corners.ts';
import { textOption } from './command.ts';

/** `--corners`, `--size` and `--length` of `kerf calibrate table`; null where no corners are given.
 *  @throws KerfError CLI_BAD_OPTION */
export function cornersOption(options: Record<string, unknown>): Omit<CornersWish, 'by'> | null {
  const text = textOption(options, 'corners');
  if (text === undefined) return null;
  const [a, b, c, d, e, f, g, h] = numbersOf('corners', text, 8, 'u,v of four corners');
  const size = textOption(options, 'size') ?? '';
  const sides = /^(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)$/.exec(size);
  if (sides === null)
    throw new KerfError(
      'CLI_BAD_OPTION',
      `--size: found ${JSON.stringify(size)}, expected WIDTHxHEIGHT of the table in mm, like 2400x1600.`,
    );
  const known = textOption(options, 'length');
  const length = known === undefined ? null : lengthOf(numbersOf('length', known, 5, 'u,v,u,v,mm'));
  return {
    corners: fourCorners.parse([
      [a, b],
      [c, d],
      [e, f],
      [g, h],
    ]),
    width: Number(sides[1]),
    height: Number(sides[2]),
    length,
  };
}

/** What corners that were set can say of themselves. */
export function cornersSaid({ width, height, checks, landmarks }: TableCorners, hasLens: boolean): string[] {
  const { markers, length } = checks;
  return [
    `four corners of ${width} x ${height} mm: they fit exactly, so they have no residual`,
    ...(markers === null
      ? []
      : [`${markers.count} measured markers lie within ${markers.max.toFixed(2)} mm (rms ${markers.rms.toFixed(2)})`]),
    ...(length === null ? [] : [`${length.told} mm are seen as ${length.measured.toFixed(1)} mm`]),
    ...(markers === null && length === null ? ['nothing has checked them: point at a known length with --length'] : []),
    landmarks.length > 0
      ? `${landmarks.length} markers are seen: scans measure by them whether the camera has moved`
      : 'no marker is seen: scans will not notice when the camera moves',
    ...(hasLens ? [] : ['without --camera the bend of the lens stays in']),
  ];
}

function lengthOf([u, v, u2, v2, told]: readonly number[]): CornersWish['length'] {
  if (!(told! > 0)) throw new KerfError('CLI_BAD_OPTION', `--length: found ${told} mm, expected more than 0.`);
  return { from: [u!, v!], to: [u2!, v2!], told: told! };
}

function numbersOf(name: string, text: string, count: number, what: string): number[] {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (numbers.length === count && numbers.every(Number.isFinite)) return numbers;
  throw new KerfError(
    'CLI_BAD_OPTION',
    `--${name}: found ${JSON.stringify(text)}, expected ${count} numbers with commas: ${what}.`,
  );
}
