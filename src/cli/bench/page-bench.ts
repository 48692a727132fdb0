import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BenchOptions } from './bench-section.ts';
import type { FigureTable } from './figures.ts';

interface Gesture {
  readonly framesPerSecond: number;
  readonly scriptMs: readonly [number, number];
  readonly taskMs: number;
  readonly cores: number;
}
/** `ownMb`: of what the page's scripts hold, without compiled code and the browser's records. */
interface Heap {
  readonly wholeMb: number;
  readonly ownMb: number;
}
interface Measured {
  readonly browser: string;
  readonly bundle: { readonly runScreenKb: number; readonly allKb: number };
  readonly paint: { readonly firstMs: readonly number[]; readonly usefulMs: readonly number[] };
  readonly review: Gesture;
  readonly nest: Gesture;
  readonly tapMs: readonly number[];
  readonly tasks: Readonly<Record<string, { readonly overLimit: number; readonly longestMs: number }>>;
  readonly heap: { readonly jobs: number; readonly before: Heap; readonly after: Heap };
}

/** The screens in a browser, as issue 7 measures them. */
export async function bench({ root, signal, note }: BenchOptions): Promise<readonly FigureTable[]> {
  note('page: Chromium over a scan of 36 megapixels, 200 marks and 500 pieces');
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'test/e2e/measure-page.ts')], {
    signal,
    maxBuffer: 1024 * 1024,
  });
  const { browser, bundle, paint, review, nest, tapMs, tasks, heap } = JSON.parse(stdout) as Measured;
  const ms = (value: number) => value.toFixed(0);
  return [
    {
      title: 'Opening and size',
      about: `Chromium ${browser}, headless, software rendering, 1280 x 800, a fresh page ${paint.firstMs.length} times on a warm station. Useful: the main button can be pressed and has been painted. Wanted: under 1500 ms, bundle under 600 kB gzip without fonts, heap of the page's own objects within 10 % after eight hours; the rest is compiled code and the browser's records of requests and times.`,
      columns: ['what', 'measured', 'wanted'],
      rows: [
        ['first paint, median (worst) ms', `${ms(at(paint.firstMs, 0.5))} (${ms(at(paint.firstMs, 1))})`, '-'],
        ['useful paint, median (worst) ms', `${ms(at(paint.usefulMs, 0.5))} (${ms(at(paint.usefulMs, 1))})`, '1500'],
        ['run screen, kB gzip', ms(bundle.runScreenKb), '300'],
        ['all screens and languages, kB gzip', ms(bundle.allKb), '600'],
        [
          `own objects before and after ${heap.jobs} jobs, MB`,
          `${heap.before.ownMb.toFixed(2)}, ${heap.after.ownMb.toFixed(2)}`,
          '+10 %',
        ],
        ['heap as a whole, MB', `${heap.before.wholeMb.toFixed(1)}, ${heap.after.wholeMb.toFixed(1)}`, '-'],
      ],
    },
    {
      title: 'Two fingers and taps over a heavy hide',
      about:
        'A scan of 36 megapixels, 200 marks, 500 pieces of 40 points; five seconds of pinch and pan, forty taps. Script is of the page in one frame, median / 95th percentile; task is the main thread in a frame, mean; both on the clock, so other work on the machine is in them. Cores: processor time of the whole browser over that of the gesture; tracing is in it. Taps: from finger to next paint by the event timing of the browser, median / 95th percentile. Wanted: 15 frames a second (aim 20), 6 ms script, taps under 100 ms.',
      columns: ['scene', 'frames a second', 'script ms', 'task ms', 'cores', 'tap ms'],
      rows: [
        ['review, 200 marks', ...gesture(review), '-'],
        ['layout, 500 pieces', ...gesture(nest), `${ms(at(tapMs, 0.5))} / ${ms(at(tapMs, 0.95))}`],
      ],
    },
    {
      title: 'Long tasks',
      about:
        'Tasks of the main thread in the same run by the trace of the browser, in time that the thread computed: what a task waits for a core is the machine of that day. Wanted: none over 50 ms.',
      columns: ['while', 'over 50 ms', 'longest ms'],
      rows: Object.entries(tasks).map(([name, { overLimit, longestMs }]) => [name, String(overLimit), ms(longestMs)]),
    },
  ];
}

function gesture({ framesPerSecond, scriptMs, taskMs, cores }: Gesture): readonly string[] {
  const script = scriptMs.map((value) => value.toFixed(1)).join(' / ');
  return [framesPerSecond.toFixed(1), script, taskMs.toFixed(1), cores.toFixed(2)];
}

/** The value below which this share of the values lies. */
function at(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
