import { isConvex, type Quad } from '#geometry/quad.ts';

/** The CSS `matrix3d` that lays a box of `width` x `height` (y down, origin upper left) onto four places: where its
 *  lower left, lower right, upper right and upper left corner shall be. Null where no such plane exists: three places on
 *  one line, or a quad that crosses itself.
 *  @see Heckbert 1989, Fundamentals of Texture Mapping and Image Warping, 2.2.3 */
export function layOnQuad(width: number, height: number, [ll, lr, ur, ul]: Quad): string | null {
  if (!isConvex([ll, lr, ur, ul])) return null;
  // Unit square (0,0) (1,0) (1,1) (0,1) in the box's sense: upper left, upper right, lower right, lower left.
  const [p0, p1, p2, p3] = [ul, ur, lr, ll];
  const sum = [p0[0] - p1[0] + p2[0] - p3[0], p0[1] - p1[1] + p2[1] - p3[1]] as const;
  const d1 = [p1[0] - p2[0], p1[1] - p2[1]] as const;
  const d2 = [p3[0] - p2[0], p3[1] - p2[1]] as const;
  const determinant = d1[0] * d2[1] - d2[0] * d1[1];
  const g = (sum[0] * d2[1] - d2[0] * sum[1]) / determinant;
  const h = (d1[0] * sum[1] - sum[0] * d1[1]) / determinant;
  const a = p1[0] - p0[0] + g * p1[0];
  const b = p3[0] - p0[0] + h * p3[0];
  const d = p1[1] - p0[1] + g * p1[1];
  const e = p3[1] - p0[1] + h * p3[1];
  // Columns of x', y', z, w over the box's own pixels.
  const columns = [
    [a / width, d / width, 0, g / width],
    [b / height, e / height, 0, h / height],
    [0, 0, 1, 0],
    [p0[0], p0[1], 0, 1],
  ];
  return `matrix3d(${columns.flat().join(', ')})`;
}
