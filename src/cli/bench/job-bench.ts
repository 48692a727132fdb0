import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestResult } from '#domain/nest-result.ts';
import { sampleOrder } from '#orders/sample-order.ts';
import { drawHide } from '#synth/draw-hide.ts';
import { drawSampleHide } from '#synth/sample-hide.ts';
import { writeHide } from '#synth/write-hide.node.ts';
import type { BenchOptions } from './bench-section.ts';
import { median, type FigureTable } from './figures.ts';
import { measureKerf } from './measured-process.ts';

interface RunReport {
  readonly seconds: Readonly<Record<string, number>>;
  readonly placedCount: number;
  readonly unplacedCount: number;
  readonly nestedYieldBp: number;
}

const NEST_SECONDS = 5;

/** Seconds of each step and peak memory of `kerf run` on the sample hide and on hides drawn by seed. */
export async function bench({ root, isQuick, signal, note }: BenchOptions): Promise<readonly FigureTable[]> {
  const folder = await mkdtemp(join(tmpdir(), 'kerf-bench-'));
  try {
    const order = join(folder, 'order.json');
    await writeFile(order, JSON.stringify(sampleOrder()));
    const hides = [
      { name: 'sample hide', hide: drawSampleHide() },
      ...(isQuick ? [] : [101, 102].map((seed) => ({ name: `drawn hide, seed ${seed}`, hide: drawHide({ seed }) }))),
    ];
    const rows: string[][] = [];
    let steps: string[] = [];
    for (const { name, hide } of hides) {
      note(`job: ${name}`);
      const { picture } = await writeHide(hide, join(folder, 'hide'));
      const runs: { report: RunReport; seconds: number; peakMb: number; toLayout: number }[] = [];
      for (let k = 0; k < (isQuick ? 1 : 3); k += 1) {
        const args = [
          'run',
          picture,
          '--order',
          order,
          '--mm-per-px',
          String(hide.mmPerPx),
          '--seconds',
          String(NEST_SECONDS),
          '--out',
          join(folder, 'out'),
          '--json',
          '--quiet',
        ];
        const ran = await measureKerf(root, args, signal);
        if (ran.code !== 0) throw new Error(`kerf run ended with ${ran.code}: ${ran.stderr}`);
        const report = JSON.parse(ran.stdout) as RunReport;
        const layout = JSON.parse(await readFile(join(folder, 'out', 'layout.json'), 'utf8')) as NestResult;
        const toLayout = toFirstLayout(report, layout);
        runs.push({ report, seconds: ran.seconds, peakMb: ran.peakMb ?? 0, toLayout });
      }
      steps = Object.keys(runs[0]!.report.seconds);
      const { report } = runs[0]!;
      rows.push([
        name,
        ...steps.map((step) => median(runs.map((r) => r.report.seconds[step] ?? 0)).toFixed(2)),
        median(runs.map((r) => r.toLayout)).toFixed(2),
        median(runs.map((r) => r.seconds)).toFixed(1),
        String(Math.max(...runs.map((r) => r.peakMb))),
        `${report.placedCount}/${report.placedCount + report.unplacedCount}`,
        (median(runs.map((r) => r.report.nestedYieldBp)) / 100).toFixed(1),
      ]);
    }
    return [
      {
        title: 'The main job, step by step',
        about: `\`kerf run\` as a process of its own, start and all, on 2200 x 1700 px at 1 mm with the sample order; ${NEST_SECONDS} s for nesting; median seconds of three runs, worst peak of the whole process tree. Picture to first layout: scan, inspection and the search up to its first layout together (wanted: 10 s); what the search tells is feasible, and the independent judge has looked at the one that is kept.`,
        columns: [
          'hide',
          ...steps.map((step) => `${step} s`),
          'picture to first layout s',
          'whole process s',
          'peak MB',
          'pieces',
          'nested yield %',
        ],
        rows,
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Scan, inspection, and the search as far as the first layout that its trace names. */
function toFirstLayout({ seconds }: RunReport, { trace }: NestResult): number {
  return (seconds['scan'] ?? 0) + (seconds['inspect'] ?? 0) + (trace[0]?.seconds ?? seconds['nest'] ?? 0);
}
