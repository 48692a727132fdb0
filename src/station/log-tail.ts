import type { LogLineView } from '#api/engineer-views.ts';
import type { Clock, Logger } from '#domain/ports.ts';

/** Lines kept for a window; a quiet station writes as many in some days. */
const KEPT_LINES = 500;
const LONGEST_TEXT = 300;

export interface LogTail {
  readonly logger: Logger;
  /** Newest first. */
  lines(): readonly LogLineView[];
}

/** A logger that hands on to another and remembers the latest lines, debug ones aside. */
export function logTail(logger: Logger, clock: Clock): LogTail {
  const lines: LogLineView[] = [];
  const through =
    (level: LogLineView['level']): Logger['error'] =>
    (event, fields) => {
      logger[level](event, fields);
      lines.push({ at: clock.now(), level, event, fields: wordsOf(fields ?? {}) });
      if (lines.length > KEPT_LINES) lines.shift();
    };
  return {
    logger: {
      error: through('error'),
      warn: through('warn'),
      info: through('info'),
      debug: (event, fields) => logger.debug(event, fields),
    },
    lines: () => [...lines].reverse(),
  };
}

function wordsOf(fields: Readonly<Record<string, unknown>>): Record<string, string> {
  const text = (value: unknown) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, text(value).slice(0, LONGEST_TEXT)]));
}
