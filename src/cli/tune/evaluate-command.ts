import { resolve } from 'node:path';
import type { Command } from 'commander';
import { systemClock } from '#station/system-clock.node.ts';
import { comparePacksOn, evaluatePackOn } from '#tune/evaluate-on.node.ts';
import type { Evaluation } from '#tune/summarise-evaluation.ts';
import { numberOption, runs, textOption } from '../command.ts';
import type { Shell } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { providerOption } from '../inspect-command.ts';
import { packPath } from '../pack-path.ts';
import { noteDataset } from './note-dataset.ts';

export function registerEvaluate(tune: Command): void {
  const evaluate = tune
    .command('evaluate')
    .argument('<pack>', 'model pack: a shipped name or a folder')
    .argument('<dataset>', 'a folder, or synth:leather for hides that training does not draw')
    .description('score a pack on pictures with truth')
    .option(
      '--report <folder>',
      'also write reliability.svg, reliability-marks.svg, worst.png (the twenty worst tiles) and evaluation.json',
    );
  withCommon(evaluate);
  runs(evaluate, async ({ terminal, signal }, [pack, dataset], options) => {
    const report = textOption(options, 'report');
    await noteDataset(terminal, datasetPath(dataset!));
    const { evaluation, provider } = await evaluatePackOn(packPath(pack!), datasetPath(dataset!), {
      ...common(options),
      reportDir: report === undefined ? undefined : resolve(report),
      signal,
      onProgress: terminal.progress,
    });
    sayEvaluation(terminal, evaluation);
    terminal.say(`ran on ${provider.used} (${provider.why})`);
    if (report !== undefined) terminal.say(resolve(report));
    terminal.document(evaluation);
    return EXIT.done;
  });

  const compare = tune
    .command('compare')
    .argument('<a>', 'model pack: a shipped name or a folder')
    .argument('<b>', 'the other pack')
    .argument('<dataset>', 'a folder, or synth:leather')
    .description('set two packs side by side on the same pictures, with a paired test');
  withCommon(compare);
  runs(compare, async ({ terminal, signal }, [a, b, dataset], options) => {
    await noteDataset(terminal, datasetPath(dataset!));
    const found = await comparePacksOn(packPath(a!), packPath(b!), datasetPath(dataset!), {
      ...common(options),
      signal,
      onProgress: terminal.progress,
    });
    const row = (name: string, r: { a: number; b: number; difference: number; ci95: readonly [number, number] }) => [
      name,
      r.a.toFixed(3),
      r.b.toFixed(3),
      signed(r.difference),
      `${signed(r.ci95[0])} to ${signed(r.ci95[1])}`,
    ];
    terminal.table([
      ['class', 'A', 'B', 'B - A', '95 %'],
      ...Object.entries(found.perClass).map(([name, r]) => row(name, r)),
      row('mean', found),
      ...Object.entries(found.atThreshold.perClass).map(([name, r]) => row(`${name}, own threshold`, r)),
      row('objects found, own threshold', found.atThreshold.objectRecall),
      row('false per m², own threshold', found.atThreshold.falsePerM2),
    ]);
    const word =
      found.ci95[0] > 0 ? 'B is better' : found.ci95[1] < 0 ? 'A is better' : 'no difference beyond the noise';
    terminal.say(`${found.images} pictures of ${found.groups} hides: ${word} (p ${found.p.toFixed(3)})`);
    terminal.document(found);
    return EXIT.done;
  });
}

function withCommon(command: Command): void {
  command
    .option('--mm-per-px <number>', 'scale of the pictures, default the pack’s, of two the second’s')
    .option('--false-rate <number>', 'false patches a square metre at which the recall of objects is read', '60')
    .option('--provider <name>', 'execution provider', 'auto');
}

function common(options: Record<string, unknown>) {
  return {
    provider: providerOption(options),
    mmPerPx: numberOption(options, 'mmPerPx', { least: 0.01 }),
    falsePerM2: numberOption(options, 'falseRate', { above: 0 }),
    clock: systemClock,
  };
}

function datasetPath(dataset: string): string {
  return dataset.startsWith('synth:') ? dataset : resolve(dataset);
}

function signed(v: number): string {
  return `${v < 0 ? '-' : '+'}${Math.abs(v).toFixed(3)}`;
}

function sayEvaluation(terminal: Shell['terminal'], e: Evaluation): void {
  const rate = e.objectRecallAt.falsePerM2;
  terminal.table([
    ['class', 'pictures', 'F1', '95 %', 'F1, 2 px', 'AP', `objects at ${rate}/m²`],
    ...Object.entries(e.perClass).map(([name, c]) => [
      name,
      String(c.images),
      c.pixelF1.toFixed(3),
      `${c.ci95[0].toFixed(3)} to ${c.ci95[1].toFixed(3)}`,
      c.tolerantF1.toFixed(3),
      c.ap.toFixed(3),
      c.objectRecallAtRate.toFixed(2),
    ]),
    [
      'mean of classes',
      '',
      e.classMeanF1.toFixed(3),
      `${e.classMeanCi95[0].toFixed(3)} to ${e.classMeanCi95[1].toFixed(3)}`,
      e.classMeanTolerantF1.toFixed(3),
      '',
      '',
    ],
    [
      'all pixels',
      String(e.images),
      e.pixelF1.toFixed(3),
      `${e.ci95[0].toFixed(3)} to ${e.ci95[1].toFixed(3)}`,
      e.tolerantF1.toFixed(3),
      e.ap.toFixed(3),
      e.objectRecallAt.recall.toFixed(2),
    ],
  ]);
  terminal.say(
    `at the card's thresholds: F1 ${e.pixelF1AtThreshold.toFixed(3)}, objects found ${e.objectRecall.toFixed(2)}, false per m² ${e.falsePerM2.toFixed(1)}; ` +
      `AUROC ${e.auroc.toFixed(3)}, AUPRO ${e.aupro30.toFixed(3)}, calibration error ${e.ece.toFixed(3)}; ${e.groups} hides`,
  );
  const { count, ece } = e.marks;
  terminal.say(
    `calibration error of pixels from ${e.eceFrom.least} on (${(100 * e.eceFrom.share).toFixed(1)} % of them) ${e.eceFrom.ece.toFixed(3)}` +
      (ece === null ? '; no marks' : `, of the confidence of ${count} marks ${ece.toFixed(3)}`),
  );
}
