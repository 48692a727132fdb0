/** The version of package.json; a test holds them together. */
export const KERF_VERSION = '0.1.0';
