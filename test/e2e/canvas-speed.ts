import type { CDPSession, Page } from 'playwright-core';

export interface CanvasSpeed {
  readonly frameCount: number;
  readonly framesPerSecond: number;
  /** Milliseconds of the page's own script in a frame, at the median and the 95th percentile. */
  readonly scriptMs: readonly [number, number];
  /** Milliseconds the main thread works in a frame, mean. */
  readonly taskMs: number;
  /** Cores that the whole browser took: drawing and laying on the screen are done in other threads and processes too. */
  readonly cores: number;
  readonly longTasks: readonly number[];
}

const GESTURE_MS = 5000;

/** Five seconds of two fingers on the canvas: half of them a pinch in and out, half a pan. Frames are counted by
 *  requestAnimationFrame, script is timed round the page's own frame callbacks and pointer handlers. */
export async function measureGesture(page: Page, session: CDPSession): Promise<CanvasSpeed> {
  const box = (await page.locator('canvas').boundingBox())!;
  const middle = [box.x + box.width / 2, box.y + box.height / 2] as const;
  await page.evaluate(watchFrames);
  await session.send('Performance.enable');
  const before = await taskSeconds(session);
  const cpuBefore = await browserSeconds(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: readonly (readonly [number, number])[]) =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
  const fingers = (t: number): (readonly [number, number])[] => {
    const spread = 120 + 160 * Math.sin(Math.min(1, t * 2) * Math.PI) ** 2;
    const pan = t < 0.5 ? 0 : 140 * Math.sin((t - 0.5) * 4 * Math.PI);
    return [
      [middle[0] - spread + pan, middle[1] + pan / 2],
      [middle[0] + spread + pan, middle[1] + pan / 2],
    ];
  };
  const start = performance.now();
  await touch('touchStart', fingers(0));
  for (let t = 0; t < 1; t = (performance.now() - start) / GESTURE_MS) {
    const sent = performance.now();
    await touch('touchMove', fingers(t));
    // A panel reports some 60 to 120 times a second; each move here waits until the page has taken it.
    const left = 8 - (performance.now() - sent);
    if (left > 0) await page.waitForTimeout(left);
  }
  await touch('touchEnd', []);
  const seconds = (performance.now() - start) / 1000;
  const cores = ((await browserSeconds(page)) - cpuBefore) / seconds;
  const busy = (await taskSeconds(session)) - before;
  const seen = await page.evaluate(() => (window as unknown as Watched).kerfFrames);
  const script = [...seen.scriptMs].sort((a, b) => a - b);
  const at = (share: number) => script[Math.min(script.length - 1, Math.floor(share * script.length))] ?? 0;
  return {
    frameCount: seen.times.length,
    framesPerSecond: seen.times.length / seconds,
    scriptMs: [at(0.5), at(0.95)],
    taskMs: (1000 * busy) / Math.max(1, seen.times.length),
    cores,
    longTasks: seen.longTasks,
  };
}

interface Watched {
  kerfFrames: { times: number[]; scriptMs: number[]; longTasks: number[] };
}

/** Runs in the page. */
function watchFrames(): void {
  const frames: Watched['kerfFrames'] = { times: [], scriptMs: [], longTasks: [] };
  (window as unknown as Watched).kerfFrames = frames;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) frames.longTasks.push(Math.round(entry.duration));
  }).observe({ type: 'longtask' });
  const native = window.requestAnimationFrame.bind(window);
  let scriptMs = 0;
  window.requestAnimationFrame = (callback) =>
    native((time) => {
      const start = performance.now();
      callback(time);
      scriptMs += performance.now() - start;
    });
  const tick = (time: number) => {
    frames.times.push(time);
    frames.scriptMs.push(scriptMs);
    scriptMs = 0;
    native(tick);
  };
  native(tick);
}

async function taskSeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find((m) => m.name === 'TaskDuration')?.value ?? 0;
}

/** Processor time of all the browser's processes so far, s. */
async function browserSeconds(page: Page): Promise<number> {
  const session = await page.context().browser()!.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}
