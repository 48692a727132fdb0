/** Largest residual with which a picture is straightened, mm: it is part of what the cutter will be off (docs/contracts.md,
 *  "Residual of a rectified scan"). */
export const MOST_RESIDUAL = 0.5;

/** Drift that is said aloud, mm: camera or marker has moved since the table was calibrated (docs/contracts.md, "Camera sources"). */
export const MOST_DRIFT = 0.5;
