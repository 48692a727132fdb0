import type { Page } from 'playwright-core';
import { fakeStation, type FakeStation } from '../ui/fake-station.ts';
import type { TestBrowser } from './browser.ts';
import { ownHeapMb } from './own-heap.ts';

const SETTLED_MS = 1500;

/** Megabytes of the page's heap after a few jobs and after many more, each from scan to done; garbage is collected first. */
export async function heapOver(
  { context }: TestBrowser,
  dir: string,
  { warmJobs, jobs }: { readonly warmJobs: number; readonly jobs: number },
) {
  const station = await fakeStation({ uiDir: dir });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  const look = async () => {
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    return { wholeMb: usedSize / 1e6, ownMb: await ownHeapMb(session) };
  };
  // What a timer or a picture that is still being drawn holds is gone a moment later; what is kept is not.
  const used = async () => {
    const first = await look();
    await page.waitForTimeout(SETTLED_MS);
    const then = await look();
    return then.ownMb < first.ownMb ? then : first;
  };
  const play = async (count: number) => {
    for (let i = 0; i < count; i += 1) await oneJob(page, station);
  };
  try {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.goto(station.address);
    await play(warmJobs);
    const before = await used();
    await play(jobs);
    return { jobs, before, after: await used() };
  } finally {
    await page.close();
    await station.close();
  }
}

async function oneJob(page: Page, station: FakeStation): Promise<void> {
  const press = (name: string | RegExp) => page.getByRole('button', { name }).tap();
  await press(/^(Scan|Next hide)/);
  await page.getByRole('button', { name: 'Cancel' }).waitFor();
  station.look(12);
  station.showInspection();
  await press(/^(Accept|Looks right)/);
  await page.getByRole('heading', { level: 1, name: 'Nest' }).waitFor();
  for (const i of [1, 3, 5]) station.nest(i);
  await page.getByText('Search finished').waitFor();
  await press('Cut this');
  await page.getByRole('heading', { level: 1, name: 'Cut' }).waitFor();
  station.answer('accepted');
  station.answer('started');
  station.cut(31);
  station.answer('done');
  await page.getByRole('button', { name: 'Next hide' }).waitFor();
}
