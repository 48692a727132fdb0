import { composeAffine, UNMOVED } from '#geometry/transform-figure.ts';
import type { Affine } from '#geometry/transform-figure.ts';

const CALL = /^\s*,?\s*(matrix|translate|scale|rotate|skewX|skewY)\s*\(([^()]*)\)/;
const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;

/** The map of a transform attribute; null where it cannot be read, or is flat.
 *  @see SVG 1.1, 7.6 */
export function svgTransform(text: string): Affine | null {
  let map = UNMOVED;
  let rest = text.trim();
  if (rest === 'none') return map;
  while (rest !== '') {
    const [whole = '', name = '', list = ''] = CALL.exec(rest) ?? [];
    const words = list.replaceAll(/(\d|\.)-/g, (_, last: string) => `${last} -`).split(/[\s,]+/);
    const numbers = words.filter((word) => word !== '');
    if (whole === '' || !numbers.every((word) => NUMBER.test(word))) return null;
    const step = stepOf(name, numbers.map(Number));
    if (step === null) return null;
    map = composeAffine(map, step);
    rest = rest.slice(whole.length).trim();
  }
  const area = map[0] * map[3] - map[1] * map[2];
  return Number.isFinite(area) && area !== 0 && map.every(Number.isFinite) ? map : null;
}

function stepOf(name: string, values: readonly number[]): Affine | null {
  const [a = 0, b, c] = values;
  const radians = (a * Math.PI) / 180;
  const isOf = (...counts: readonly number[]) => counts.includes(values.length);
  switch (name) {
    case 'matrix':
      return isOf(6) ? (values as unknown as Affine) : null;
    case 'translate':
      return isOf(1, 2) ? [1, 0, 0, 1, a, b ?? 0] : null;
    case 'scale':
      return isOf(1, 2) ? [a, 0, 0, b ?? a, 0, 0] : null;
    case 'skewX':
      return isOf(1) ? [1, 0, Math.tan(radians), 1, 0, 0] : null;
    case 'skewY':
      return isOf(1) ? [1, Math.tan(radians), 0, 1, 0, 0] : null;
    case 'rotate': {
      if (!isOf(1, 3)) return null;
      const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
      const turn: Affine = [cos, sin, -sin, cos, 0, 0];
      const [x, y] = [b ?? 0, c ?? 0];
      return composeAffine([1, 0, 0, 1, x, y], composeAffine(turn, [1, 0, 0, 1, -x, -y]));
    }
    default:
      return null;
  }
}

/** How a box is laid into a width and a height from 0, 0 on, as preserveAspectRatio says; null where it says nothing known.
 *  @see SVG 1.1, 7.8 */
export function svgFit(box: readonly number[], width: number, height: number, said: string): Affine | null {
  const [minX, minY, boxWidth, boxHeight] = box as [number, number, number, number];
  const [across, up] = [width / boxWidth, height / boxHeight];
  const words = said.trim() === '' ? ['xMidYMid'] : said.trim().split(/\s+/);
  const [align = '', way = 'meet'] = words[0] === 'defer' ? words.slice(1) : words;
  if (align === 'none') return [across, 0, 0, up, -minX * across, -minY * up];
  const [, alignX, alignY] = /^x(Min|Mid|Max)Y(Min|Mid|Max)$/.exec(align) ?? [];
  if (alignX === undefined || alignY === undefined || (way !== 'meet' && way !== 'slice')) return null;
  const scale = way === 'meet' ? Math.min(across, up) : Math.max(across, up);
  const share = (word: string) => (word === 'Min' ? 0 : word === 'Mid' ? 0.5 : 1);
  const x = share(alignX) * (width - boxWidth * scale) - minX * scale;
  const y = share(alignY) * (height - boxHeight * scale) - minY * scale;
  return [scale, 0, 0, scale, x, y];
}
