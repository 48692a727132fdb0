import type { Command } from 'commander';
import { KerfError } from '#domain/kerf-error.ts';
import type { BenchOptions } from './bench/bench-section.ts';
import { figureSection, recordFigures, type FigureTable } from './bench/figures.ts';
import { runs } from './command.ts';
import { EXIT } from './exit-code.ts';
import { KERF_ROOT } from './pack-path.ts';

/** Rooms that are measured, in the order in which they run. */
const SECTIONS: Readonly<
  Record<string, () => Promise<{ readonly bench: (options: BenchOptions) => Promise<readonly FigureTable[]> }>>
> = {
  acquire: () => import('./bench/acquire-bench.ts'),
  floor: () => import('./bench/floor-bench.ts'),
  inspect: () => import('./bench/inspect-bench.ts'),
  job: () => import('./bench/job-bench.ts'),
  leather: () => import('./bench/leather-bench.ts'),
  nest: () => import('./bench/nest-bench.ts'),
  page: () => import('./bench/page-bench.ts'),
  plc: () => import('./bench/plc-bench.ts'),
  tune: () => import('./bench/tune-bench.ts'),
};

export function register(program: Command): void {
  const command = program
    .command('bench')
    .argument('[room]', `${Object.keys(SECTIONS).join(', ')}; default: all`)
    .description('measure, and write docs/figures.md')
    .option('--quick', 'a fair picture in under ten minutes')
    .option('--full', 'everything, for an hour or more');
  runs(command, async ({ terminal, signal }, [room], options) => {
    if (room !== undefined && !Object.hasOwn(SECTIONS, room))
      throw new KerfError('CLI_UNKNOWN_BENCH', `bench: found "${room}", expected ${Object.keys(SECTIONS).join(', ')}.`);
    const isQuick = options['quick'] === true;
    const isFull = options['full'] === true;
    for (const name of room === undefined ? Object.keys(SECTIONS) : [room]) {
      signal.throwIfAborted();
      const section = await SECTIONS[name]!();
      const tables = await section.bench({
        root: KERF_ROOT,
        isQuick,
        isFull,
        signal,
        onProgress: terminal.progress,
        note: (line) => terminal.note(line),
      });
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
