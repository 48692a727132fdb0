import type { Command } from 'commander';
import { z } from 'zod';
import { LEDGER_ROUTES } from '#api/ledger-routes.ts';
import { API_PREFIX } from '#api/routes.ts';
import { cutPieces, type CutComparison } from '#domain/cut-comparison.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { readSettings } from '#station/settings-file.node.ts';
import { refuseNoDataFolder } from '#store/data-folder.node.ts';
import { nameOption, runs, textOption } from './command.ts';
import { dataFolder } from './data-folder.ts';
import { EXIT } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** What a person, or a scan of the table after cutting, accepts of a job; told to its running station. */
export function register(program: Command): void {
  const command = program
    .command('accept')
    .argument('<job>', 'that has been cut')
    .description('what of a cut job is good: by a person, or by a scan after cutting; its station runs')
    .requiredOption('--by <name>', 'who accepts')
    .option('--scan <how>', `scan the table and hold it against the layout; pieces lie ${cutPieces.join(' or were ')}`)
    .option(
      '--sheet <what>',
      'of a hide that was stopped with nothing counted: used, unused, or as which JOB it came again',
    )
    .option('--source <path>', "of that scan; default: the station's")
    .option('--reject <list>', 'placements that are no good: 0,3')
    .option('--take <list>', 'placements that are good whatever the scan says')
    .option('--url <address>', "of the station; default: this machine's, port of settings.json")
    .option('--data <dir>', "the station's data folder; default $XDG_DATA_HOME/kerf");
  runs(command, async ({ terminal, signal }, [job], options) => {
    const by = nameOption(options, 'by')!;
    const how = textOption(options, 'scan');
    const pieces = cutPieces.find((known) => known === how);
    if (how !== undefined && pieces === undefined)
      throw new KerfError('CLI_BAD_OPTION', `--scan: found "${how}", expected ${cutPieces.join(' or ')}.`);
    const decision = { by, rejected: listOption(options, 'reject'), accepted: listOption(options, 'take') };
    const address = textOption(options, 'url') ?? (await ownAddress(dataFolder(textOption(options, 'data'))));
    const station = { address, job: job!, signal };
    const source = textOption(options, 'source');
    const sheet = textOption(options, 'sheet');
    if (sheet !== undefined) {
      if (['scan', 'source', 'reject', 'take'].some((name) => options[name] !== undefined))
        throw new KerfError(
          'CLI_BAD_OPTION',
          '--sheet: found pieces told beside it, expected it alone: none was counted.',
        );
      const word = sheet === 'used' || sheet === 'unused' ? { sheet } : { sheet: 'again', again: sheet };
      const { fate } = await ask(station, LEDGER_ROUTES.tellFate, { by, ...word });
      terminal.say(`${job}: ${fate?.job ? `scanned again as ${fate.job}` : fate?.sheet}, says ${by}`);
      terminal.document({ fate });
      return EXIT.done;
    }
    const seen =
      pieces === undefined
        ? null
        : await ask(station, LEDGER_ROUTES.compareCut, { by, pieces, ...(source === undefined ? {} : { source }) });
    if (seen) sayComparison(terminal, seen.comparison);
    const decided = new Set([...decision.rejected, ...decision.accepted]);
    const open = seen?.comparison.sights.filter((s) => s.verdict === 'doubtful' && !decided.has(s.placement)) ?? [];
    if (open.length > 0) {
      terminal.error(
        `${job}: the scan is in doubt about placements ${open.map((s) => s.placement).join(',')}. Look at them, then say --reject or --take for each. [CLI_PIECES_DOUBTFUL]`,
      );
      terminal.document({ ...seen, accepted: null });
      return EXIT.no;
    }
    const record = await ask(station, LEDGER_ROUTES.accept, { ...decision, ...(seen && { comparison: seen.sha256 }) });
    const { accepted } = record;
    terminal.say(
      `${job}: ${((accepted?.areaMm2 ?? 0) / 1e6).toFixed(3)} of ${(record.cutMm2 / 1e6).toFixed(3)} m2 accepted by ${accepted?.how}, ${accepted?.rejected.length ?? 0} pieces refused`,
    );
    terminal.document({ ...seen, accepted });
    return EXIT.done;
  });
}

function sayComparison(terminal: Terminal, { sights, slip }: CutComparison): void {
  if (slip)
    terminal.say(`the sheet has moved by up to ${slip.farthest.toFixed(1)} mm (${slip.rotation.toFixed(1)} degrees)`);
  for (const { placement, piece, state, verdict, share, marks } of sights)
    if (verdict !== 'accepted')
      terminal.say(
        `placement ${placement} (${piece}): ${verdict}; ${state}, ${(share * 100).toFixed(0)} % leather${marks.map((mark) => `, ${mark.class} ${mark.areaMm2} mm2`).join('')}`,
      );
}

async function ownAddress(dataDir: string): Promise<string> {
  refuseNoDataFolder(dataDir);
  const { http } = await readSettings(dataDir);
  return `http://127.0.0.1:${http.port}`;
}

function listOption(options: Record<string, unknown>, name: string): number[] {
  const text = textOption(options, name);
  if (text === undefined) return [];
  const numbers = text.split(',').map((part) => (/^\s*\d{1,5}\s*$/.test(part) ? Number(part) : NaN));
  if (numbers.some(Number.isNaN))
    throw new KerfError('CLI_BAD_OPTION', `--${name}: found "${text}", expected placements like 0,3,12.`);
  return numbers;
}

const refusalSchema = z.object({ code: z.string(), message: z.string() });

async function ask<A extends z.ZodType>(
  { address, job, signal }: { readonly address: string; readonly job: string; readonly signal: AbortSignal },
  route: { readonly method: string; readonly path: string; readonly answer: A },
  body: unknown,
): Promise<z.output<A>> {
  const url = `${address.replace(/\/$/, '')}${API_PREFIX}${route.path.replace(':id', encodeURIComponent(job))}`;
  const answer = await fetch(url, {
    ...{ method: route.method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), signal },
  }).catch((cause: unknown) => {
    if (signal.aborted) throw cause;
    throw new KerfError(
      'CLI_STATION_SILENT',
      `${address}: found no station there, expected the one that cut job ${job}. Start it, or give its --url.`,
      { fault: 'device', cause },
    );
  });
  const json: unknown = await answer.json().catch(() => null);
  if (!answer.ok) {
    const { code, message } = refusalSchema
      .catch({ code: 'CLI_STATION_SILENT', message: `${url}: ${answer.status}` })
      .parse(json);
    throw new KerfError(code, message, { fault: 'answer' });
  }
  return route.answer.parse(json) as z.output<A>;
}
