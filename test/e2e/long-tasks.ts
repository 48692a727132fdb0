import type { CDPSession } from 'playwright-core';

/** One task of the page's main thread and what it was made of. */
export interface LongTask {
  readonly atMs: number;
  /** Time that the thread computed. */
  readonly ms: number;
  /** The dearest kinds of work in it, ms, by their own time. */
  readonly parts: Readonly<Record<string, number>>;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly dur?: number;
  /** Time that the thread itself computed: on a busy machine the rest is waiting for a core. */
  readonly tdur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly args?: { readonly data?: Record<string, unknown>; readonly name?: string };
}

const CATEGORIES = ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline', 'v8.execute', 'blink'];

/** Follows the browser's own trace while `act` runs. @returns tasks of the page's main thread that compute for `leastMs` or more */
export async function longTasks(
  session: CDPSession,
  leastMs: number,
  act: () => Promise<void>,
): Promise<readonly LongTask[]> {
  const events: TraceEvent[] = [];
  const collect = (chunk: { value: unknown[] }) => events.push(...(chunk.value as TraceEvent[]));
  session.on('Tracing.dataCollected', collect);
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: CATEGORIES, recordMode: 'recordContinuously' },
  });
  await act();
  const complete = new Promise<void>((done) => session.once('Tracing.tracingComplete', () => done()));
  await session.send('Tracing.end');
  await complete;
  session.off('Tracing.dataCollected', collect);
  return tasksOf(events, leastMs);
}

function tasksOf(events: readonly TraceEvent[], leastMs: number): readonly LongTask[] {
  const mains = new Set(
    events.filter((e) => e.name === 'thread_name' && e.args?.name === 'CrRendererMain').map((e) => `${e.pid}/${e.tid}`),
  );
  const own = events.filter((e) => e.ph === 'X' && mains.has(`${e.pid}/${e.tid}`));
  const start = events.reduce((least, e) => (e.ts > 0 ? Math.min(least, e.ts) : least), Infinity);
  const tasks = own.filter((e) => e.name === 'ThreadControllerImpl::RunTask' && (e.tdur ?? 0) >= leastMs * 1000);
  return tasks.map((task) => {
    const inside = own
      .filter((e) => e !== task && e.pid === task.pid && e.ts >= task.ts && e.ts < task.ts + task.dur!)
      .sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
    return { atMs: (task.ts - start) / 1000, ms: (task.tdur ?? 0) / 1000, parts: ownTimes(inside) };
  });
}

/** Time of each kind of event without what is nested in it, the dearest first. */
function ownTimes(events: readonly TraceEvent[]): Readonly<Record<string, number>> {
  const times = new Map<string, number>();
  const open: TraceEvent[] = [];
  const add = (name: string, us: number) => times.set(name, (times.get(name) ?? 0) + us / 1000);
  for (const event of events) {
    while (open.length > 0 && open.at(-1)!.ts + open.at(-1)!.dur! <= event.ts) open.pop();
    if (open.length > 0) add(nameOf(open.at(-1)!), -(event.tdur ?? 0));
    add(nameOf(event), event.tdur ?? 0);
    open.push(event);
  }
  const dear = [...times].filter(([, ms]) => ms >= 1).sort((a, b) => b[1] - a[1]);
  return Object.fromEntries(dear.slice(0, 6).map(([name, ms]) => [name, Math.round(ms)]));
}

function nameOf({ name, args }: TraceEvent): string {
  const { functionName, url, lineNumber } = args?.data ?? {};
  if (name !== 'FunctionCall') return name;
  return `${name} ${String(functionName)} ${String(url).split('/').at(-1)}:${String(lineNumber)}`;
}
