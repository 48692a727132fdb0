import { pino } from 'pino';
import type { Logger, Random } from '#domain/ports.ts';
import type { Timers } from '#publish/timers.ts';

/** Timers, chance and the log as the machine has them; the shells hand these in. */

export const SYSTEM_TIMERS: Timers = {
  after(delayMs, call) {
    const handle = setTimeout(call, delayMs);
    return () => clearTimeout(handle);
  },
};

export const SYSTEM_RANDOM: Random = Math.random;

export const SILENT_LOGGER: Logger = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
};

/** JSON lines on stderr. */
export function stderrLogger(level: 'error' | 'warn' | 'info' | 'debug' = 'info'): Logger {
  const log = pino({ level, base: null }, pino.destination({ dest: 2, sync: true }));
  return {
    error: (event, fields) => log.error({ event, ...fields }),
    warn: (event, fields) => log.warn({ event, ...fields }),
    info: (event, fields) => log.info({ event, ...fields }),
    debug: (event, fields) => log.debug({ event, ...fields }),
  };
}
