import { afterAll } from 'vitest';
import { KerfError } from '#domain/kerf-error.ts';

/** `KERF_LONG=1` makes it a hundred times as many. */
export const CASES = process.env['KERF_LONG'] === '1' ? 100_000 : 1000;

/** Looks at what a file's parsers do with what was broken on the way, and says at its end how many cases there were. */
export function soundness(): {
  readonly isSound: (work: () => unknown) => void;
  readonly isSoundSoon: (work: () => Promise<unknown>) => Promise<void>;
} {
  let tried = 0;
  // `kerf bench floor` reads it.
  afterAll(() => console.log(`fuzz cases: ${tried}`));
  const judge = (error: unknown) => {
    if (!(error instanceof KerfError)) throw error;
  };
  const isPrototypeClean = () => {
    if (Object.keys(Object.prototype).length > 0 || 'polluted' in {}) throw new Error('Object.prototype was changed');
  };
  return {
    isSound(work) {
      tried += 1;
      try {
        work();
      } catch (error) {
        judge(error);
      }
      isPrototypeClean();
    },
    async isSoundSoon(work) {
      tried += 1;
      await work().catch(judge);
      isPrototypeClean();
    },
  };
}
