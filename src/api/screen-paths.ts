/** Addresses of the screens beside `/`, the operator's; the station answers each with the page, which looks at the
 *  address. */
export const SCREEN_PATHS = ['/orders', '/stock', '/system', '/commission', '/table', '/replay', '/projector'] as const;
export type ScreenPath = '/' | (typeof SCREEN_PATHS)[number];
