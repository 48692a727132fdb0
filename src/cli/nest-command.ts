import { resolve } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { KerfError } from '#domain/kerf-error.ts';
import type { NestResult } from '#domain/nest-result.ts';
import { parseJson } from '#domain/parse-document.ts';
import { limitsSchema, nestedPart, orderSchema, sheetsSchema, type Limits, type Problem } from '#domain/problem.ts';
import type { SearchRecord } from '#domain/search-record.ts';
import { inMillimetres } from '#geometry/in-millimetres.ts';
import { explainNest } from '#nest/explain.ts';
import { besideStock, stockSheets } from '#ledger/stock-sheets.ts';
import { openNativeSolver } from '#nest/native-solver.node.ts';
import { odditiesOf } from '#nest/note-oddities.ts';
import { readProblem } from '#nest/read-problem.ts';
import { refuseCrossingPieces } from '#nest/refuse-crossing.ts';
import { solveNest } from '#nest/solve.ts';
import { readOrder } from '#orders/read-order.node.ts';
import { numberOption, requiredOption, runs, textOption } from './command.ts';
import { dataFolder } from './data-folder.ts';
import { EXIT } from './exit-code.ts';
import { gradingOption } from './inspect-command.ts';
import { readDocument, readText } from './read-document.ts';
import { isSame, readReplay, saidOfReplay, type ReplayedJob } from './replay-job.ts';
import { sayExplanation } from './say-explanation.ts';
import { freeRemnants } from './stock-command.ts';
import { writeDocument } from './write-document.ts';

/** Lines of one kind. */
const MOST_SAID = 10;

export function register(program: Command): void {
  const command = program
    .command('nest')
    .argument('[problem]', "Kerf's own, jagua-rs JSON (strip or bin), OR-Datasets irregular JSON")
    .description('lay pieces onto sheets')
    .option('--sheet <file>', 'sheet.json, with --order instead of a problem')
    .option('--order <file>', 'order: JSON or CSV')
    .option('--stock', 'with --order: remnants of the station are sheets too, or the only ones')
    .option('--grading <file>', 'with --order: the scale of its grades; default leather-default')
    .option('--seconds <number>', 'wall time of the search, default what the problem says in its limits, or 10')
    .option('--evaluations <number>', 'tries instead of --seconds: the same bytes every time')
    .option('--threads <number>', 'of the solver, default what the problem says, or 2')
    .option('--seed <number>', 'of the solver, default what the problem says, or 1')
    .option('--explain', 'say why pieces were left out and what the rules cost')
    .option('--complete', 'exit 1 unless every piece is placed')
    .option('--replay <job>', "search again for a job's layout, by its id or folder")
    .option('--record <file>', 'write what a search by time met: as search.json beside its layout.json it is replayed')
    .option('--data <dir>', "with --replay or --stock: the station's data folder; default $XDG_DATA_HOME/kerf")
    .requiredOption('--out <file>', 'result to write');
  runs(command, async ({ terminal, signal }, [problemFile], options) => {
    const seconds = numberOption(options, 'seconds', { least: 0, most: 1e6 });
    const wanted = numberOption(options, 'evaluations', { least: 0, isWhole: true });
    if (seconds !== undefined && wanted !== undefined)
      throw new KerfError('CLI_BAD_OPTION', '--seconds and --evaluations: found both, expected one of them.');
    if (wanted !== undefined && options['record'] !== undefined)
      throw new KerfError(
        'CLI_BAD_OPTION',
        '--record and --evaluations: found both, expected one of them: a search by evaluations is found again by its seed.',
      );
    const out = resolve(requiredOption(options, 'out'));
    const replay = await replayed(problemFile, options);
    const given = replay?.result;
    const threadsWanted = numberOption(options, 'threads', { least: 1, most: 256, isWhole: true });
    const seedWanted = numberOption(options, 'seed', { least: 0, isWhole: true });
    const record = isChanged(options) ? null : (replay?.record ?? null);
    const evaluations = wanted ?? (seconds === undefined && !record ? replay?.evaluations : undefined);
    const document = replay
      ? { value: replay.problem, where: replay.dir }
      : await problemDocument(problemFile, options);
    const problem = readProblem(document.value, document.where);
    // Of a job that is gone again what its search had counts more than what its order asked for.
    const limits = { ...limitsOf(document.value), ...given };
    const threads = threadsWanted ?? limits.threads ?? 2;
    const seed = seedWanted ?? limits.seed ?? 1;
    if (isOwn(document.value)) refuseCrossingPieces(problem, document.where);
    const odd = odditiesOf(document.value, problem);
    for (const text of odd.slice(0, MOST_SAID)) terminal.say(`note: ${text}`);
    if (odd.length > MOST_SAID) terminal.say(`note: and ${odd.length - MOST_SAID} more of the kind`);
    const budget = seconds ?? limits.seconds ?? 10;
    let met: SearchRecord | null = null;
    let isOnTheWay = false;
    const result = await solveNest(problem, {
      solver: openNativeSolver(),
      where: document.where,
      threads,
      seed,
      signal,
      ...(record ? { record } : replay?.start ? { start: replay.start.layouts } : {}),
      onRecord: (told) => (met = told),
      ...(evaluations === undefined ? { seconds: budget } : { evaluations }),
      onProgress: (at) => {
        isOnTheWay ||= given !== undefined && isSame(given.layouts, at.layouts);
        terminal.progress(
          evaluations === undefined
            ? { what: `nest ${at.value.toFixed(4)}`, done: at.seconds, total: budget }
            : { what: `nest ${at.value.toFixed(4)}`, done: at.evaluations, total: evaluations },
        );
      },
    });
    signal.throwIfAborted();
    const placed = result.layouts.reduce((n, l) => n + l.placements.length, 0);
    const left = result.unplaced.reduce((n, u) => n + u.count, 0);
    const leftOut = result.unplaced.map(
      (u) => `"${problem.pieces[u.piece]?.name ?? u.piece}" (${u.count}, ${u.reason})`,
    );
    if (placed === 0)
      throw new KerfError(
        'CLI_NOTHING_PLACED',
        `${document.where}: no piece found a place: ${someOf(leftOut)}. Nothing was written; give larger sheets, pieces of a lower grade, or more time.`,
        { fault: 'answer', details: { leftOutCount: left } },
      );
    await writeDocument(out, result);
    const recordFile = textOption(options, 'record');
    if (recordFile !== undefined && met) await writeDocument(resolve(recordFile), met);
    if (replay) terminal.say(saidOfReplay(replay, result, isOnTheWay));
    terminal.say(
      `${placed} pieces placed on ${result.layouts.length} of the sheets${left > 0 ? `, ${left} left out` : ''}; ${objectiveText(result)}`,
    );
    if (options['explain'] === true)
      sayExplanation(terminal, problem, await explainNest(problem, result, { solver: openNativeSolver(), signal }));
    else for (const text of leftOut.slice(0, MOST_SAID)) terminal.say(`  left out: ${text}`);
    terminal.say(out);
    terminal.document(result);
    if (options['complete'] !== true || left === 0) return EXIT.done;
    terminal.error(
      `${out}: ${left} of ${left + placed} pieces found no place, expected all (--complete): ${someOf(leftOut)}. [CLI_NOT_COMPLETE]`,
    );
    return EXIT.no;
  });
}

async function replayed(
  problemFile: string | undefined,
  options: Record<string, unknown>,
): Promise<ReplayedJob | null> {
  const job = textOption(options, 'replay');
  if (job === undefined) return null;
  if (problemFile !== undefined || options['sheet'] !== undefined || options['order'] !== undefined)
    throw new KerfError('CLI_BAD_OPTION', '--replay: found a problem besides, expected the job alone.');
  return readReplay(job, dataFolder(textOption(options, 'data')));
}

/** Whether more than the job is given: then it is searched anew, and the record is of another search. */
function isChanged(options: Record<string, unknown>): boolean {
  return ['seconds', 'evaluations', 'threads', 'seed'].some((name) => options[name] !== undefined);
}

function isOwn(document: unknown): boolean {
  return typeof document === 'object' && document !== null && Object.hasOwn(document, 'kerf');
}

/** What Kerf's own problem says of its search; files of others say nothing of it. */
function limitsOf(document: unknown): Limits {
  return isOwn(document) ? (z.object({ limits: limitsSchema.optional() }).parse(document).limits ?? {}) : {};
}

function someOf(texts: readonly string[]): string {
  return texts.length > 5 ? `${texts.slice(0, 5).join(', ')} and ${texts.length - 5} more` : texts.join(', ');
}

function objectiveText({ objective, layouts }: NestResult): string {
  const by = objective.boundBy === undefined ? '' : ` by ${objective.boundBy}`;
  if (objective.kind === 'strip')
    return `length ${layouts[0]?.width?.toFixed(3) ?? 'none'}, density ${(objective.value * 100).toFixed(2)} % of at most ${(objective.bound * 100).toFixed(2)} %${by}`;
  return `${objective.kind} ${objective.value.toFixed(4)} of at most ${objective.bound.toFixed(4)}${by}`;
}

async function problemDocument(
  problemFile: string | undefined,
  options: Record<string, unknown>,
): Promise<{ value: unknown; where: string }> {
  const sheet = textOption(options, 'sheet');
  const order = textOption(options, 'order');
  if (problemFile !== undefined && sheet === undefined && order === undefined)
    return { value: parseJson(await readText(resolve(problemFile)), problemFile), where: problemFile };
  const isOnStock = options['stock'] === true;
  if (problemFile === undefined && (sheet !== undefined || isOnStock) && order !== undefined) {
    const given =
      sheet === undefined ? [] : inMillimetres(await readDocument(sheetsSchema, resolve(sheet), 'sheet')).sheets;
    const stock = isOnStock ? stockSheets(freeRemnants(dataFolder(textOption(options, 'data'))))?.sheets : undefined;
    if (given.length === 0 && !stock)
      throw new KerfError('CLI_STOCK_EMPTY', '--stock: no remnant is free. Give --sheet.', { fault: 'answer' });
    const pieces = inMillimetres(
      orderSchema.parse(await readOrder(resolve(order), { grading: await gradingOption(options) })),
    );
    const problem: Problem = { ...nestedPart(pieces), sheets: stock ? [...besideStock(given), ...stock] : given };
    return { value: problem, where: sheet === undefined ? order : `${order} on ${sheet}` };
  }
  throw new KerfError(
    'CLI_MISSING_OPTION',
    'nest: expected either a problem, or --order together with --sheet, --stock or both.',
  );
}
