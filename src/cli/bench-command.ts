import type { Command } from 'commander';
import { KerfError } from '#domain/kerf-error.ts';
import type { BenchOptions } from './bench/bench-section.ts';
import { figureSection, recordFigures, type FigureTable } from './bench/figures.ts';
import { numberOption, runs } from './command.ts';
import { EXIT } from './exit-code.ts';
import { KERF_ROOT } from './pack-path.ts';

type Bench = (options: BenchOptions) => Promise<readonly FigureTable[]>;

/** What is measured, each a section of the page, in the order in which they run. */
const SECTIONS: Readonly<Record<string, () => Promise<{ readonly bench: Bench }>>> = {
  acquire: () => import('./bench/acquire-bench.ts'),
  floor: () => import('./bench/floor-bench.ts'),
  inspect: () => import('./bench/inspect-bench.ts'),
  job: () => import('./bench/job-bench.ts'),
  leather: () => import('./bench/leather-bench.ts'),
  'nest-hides': async () => ({ bench: (await import('./bench/nest-bench.ts')).benchHides }),
  'nest-live': () => import('./bench/nest-live.ts'),
  'nest-long': async () => ({ bench: (await import('./bench/nest-bench.ts')).benchLong }),
  'nest-strips': async () => ({ bench: (await import('./bench/nest-bench.ts')).benchStrips }),
  outline: () => import('./bench/outline-bench.ts'),
  page: () => import('./bench/page-bench.ts'),
  plc: () => import('./bench/plc-bench.ts'),
  tune: () => import('./bench/tune-bench.ts'),
  'tune-sixty': async () => ({ bench: (await import('./bench/tune-bench.ts')).benchSixty }),
};

/** Rooms of more than one section: each takes an hour, and may be measured without the other. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  nest: ['nest-hides', 'nest-live', 'nest-strips', 'nest-long'],
};
const NAMES = [...Object.keys(SECTIONS), ...Object.keys(ROOMS)].sort();

export function register(program: Command): void {
  const command = program
    .command('bench')
    .argument('[room]', `${NAMES.join(', ')}; default: all`)
    .description('measure, and write docs/figures.md')
    .option('--quick', 'a fair picture in under ten minutes')
    .option('--full', 'everything, for an hour or more')
    .option('--only <strips>', 'nest-long: measure these alone, such as mao,marques')
    .option('--seconds <number>', 'nest-long: measure runs of this length alone, 600 or 1200');
  runs(command, async ({ terminal, signal }, [room], options) => {
    if (room !== undefined && !NAMES.includes(room))
      throw new KerfError('CLI_UNKNOWN_BENCH', `bench: found "${room}", expected ${NAMES.join(', ')}.`);
    const only = (options['only'] as string | undefined)?.split(',') ?? null;
    const seconds = numberOption(options, 'seconds') ?? null;
    if ((only !== null || seconds !== null) && room !== 'nest-long')
      throw new KerfError(
        'CLI_UNKNOWN_BENCH',
        'bench: --only and --seconds choose runs of nest-long, say `kerf bench nest-long`.',
      );
    const isQuick = options['quick'] === true;
    const isFull = options['full'] === true;
    const names = room === undefined ? Object.keys(SECTIONS) : (ROOMS[room] ?? [room]);
    for (const name of names) {
      signal.throwIfAborted();
      const section = await SECTIONS[name]!();
      const tables = await section.bench({
        root: KERF_ROOT,
        isQuick,
        isFull,
        only,
        seconds,
        signal,
        onProgress: terminal.progress,
        note: (line) => terminal.note(line),
      });
      // Kept figures are not lost for a run that measures nothing here.
      if (tables.length === 0) {
        terminal.note(`${name}: nothing is measured ${isQuick ? 'in a quick run' : 'without ../shared'}`);
        continue;
      }
      const file = recordFigures(
        KERF_ROOT,
        figureSection(
          KERF_ROOT,
          name,
          `npm run bench ${name}${isQuick ? ' -- --quick' : isFull ? ' -- --full' : ''}`,
          tables,
        ),
      );
      for (const table of tables) {
        terminal.say(`\n${table.title}`);
        terminal.table([table.columns, ...table.rows]);
      }
      terminal.say(file);
    }
    return EXIT.done;
  });
}
