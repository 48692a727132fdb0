import { join } from 'node:path';

/** For processes that tests start: what one of them compiled no other need compile, which is half of a start. */
export const COMPILE_CACHE = {
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? join(import.meta.dirname, '../.cache/compiled'),
} as const;
