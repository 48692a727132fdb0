/** Largest picture that is decoded, pixels. */
export const MOST_PIXELS = 200_000_000;
/** Least side of a picture, pixels: below, nothing on leather could be told. */
export const LEAST_SIDE_PX = 64;
