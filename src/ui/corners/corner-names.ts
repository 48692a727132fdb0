/** Corners of the table in the order of a quad, as texts name them. */
export const CORNER_NAMES = ['lowerLeft', 'lowerRight', 'upperRight', 'upperLeft'] as const;
