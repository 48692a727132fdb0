import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { NestResult } from '#domain/nest-result.ts';
import { openNativeSolver } from '#nest/native-solver.node.ts';
import { sampleOrder } from '#orders/sample-order.ts';
import { nestWithChanges } from '#station/nest-with-changes.node.ts';
import { smallDefect, smallRooms } from '../station/small-rooms.ts';
import { SMALL_SETTINGS, startSmallStation, temporaryDir } from '../station/small-station.ts';
import { plcIsHeard, toNested, toState } from '../station/small-steps.ts';
import { kerf } from './kerf.node.ts';

test("a job's layout is found again from its record, placement for placement", async () => {
  await using dir = await temporaryDir();
  const job = join(dir.path, 'jobs', 'j1');
  await mkdir(job, { recursive: true });
  const sheet = {
    id: 'hide',
    outline: [
      [0, 0],
      [700, 0],
      [700, 500],
      [0, 500],
    ],
  };
  await writeFile(join(job, 'problem.json'), JSON.stringify({ ...sampleOrder(), sheets: [sheet], objective: 'value' }));
  const search = await kerf([
    'nest',
    join(job, 'problem.json'),
    '--seconds',
    '1',
    '--threads',
    '2',
    '--seed',
    '7',
    '--record',
    join(job, 'search.json'),
    '--out',
    join(job, 'layout.json'),
  ]);
  expect(search.code, search.stderr).toBe(0);
  const counted = ['--evaluations', '9', '--record', join(dir.path, 'r.json'), '--out', join(dir.path, 'o.json')];
  const refused = await kerf(['nest', join(job, 'problem.json'), ...counted]);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('CLI_BAD_OPTION') as string]);
  const out = join(dir.path, 'again.json');
  const replay = await kerf(['nest', '--replay', 'j1', '--data', dir.path, '--out', out]);
  expect(replay.stdout).toContain('the same layout, placement for placement');
  const read = async (path: string) => JSON.parse(await readFile(path, 'utf8')) as NestResult;
  expect((await read(out)).layouts).toEqual((await read(join(job, 'layout.json'))).layouts);
  // Another search is not the recorded one; without its record nothing is promised, and that is said.
  await rm(join(job, 'search.json'));
  const other = await kerf(['nest', '--replay', 'j1', '--seed', '8', '--data', dir.path, '--out', out]);
  expect(other.stdout).toContain('nothing is recorded of it (search.json)');
  const none = await kerf(['nest', '--replay', 'j2', '--data', dir.path, '--out', out]);
  expect(none.code).toBe(2);
  expect(none.stderr).toContain('CLI_NO_SUCH_JOB');
});

test("a station's job is found again too: as it was nested, after a correction that its search went on from, and as a person cut it while the search ran", async () => {
  await using dir = await temporaryDir();
  const solver = openNativeSolver();
  const again = async (id: string) => {
    const out = join(dir.path, 'again.json');
    const { stdout, stderr, code } = await kerf(['nest', '--replay', id, '--data', dir.path, '--out', out]);
    expect(code, stderr).toBe(0);
    return stdout;
  };
  let id: string;
  {
    await using running = await startSmallStation(dir.path, {
      order: { name: 'sample', order: sampleOrder() },
      rooms: { ...smallRooms(), nest: (question) => nestWithChanges(question, solver) },
      settings: { ...SMALL_SETTINGS, nest: { seconds: 1, threads: 2, seed: 7 } },
    });
    const { station } = running;
    id = await toNested(station);
    expect(await again(id)).toContain('the same layout, placement for placement');
    const { outline } = smallDefect('', 500, 400);
    await station.addDefect(id, { outline, class: 'person', quality: 0, by: 'ann' });
    await toState(station, 'nested');
  }
  expect((await readdir(join(dir.path, 'jobs', id))).includes('start.json')).toBe(true);
  expect(await again(id)).toContain('the same layout, placement for placement');
  {
    await using running = await startSmallStation(join(dir.path, 'early'), {
      order: { name: 'sample', order: sampleOrder() },
      rooms: { ...smallRooms(), nest: (question) => nestWithChanges(question, solver) },
      settings: { ...SMALL_SETTINGS, nest: { seconds: 60, threads: 2, seed: 7 } },
    });
    const { station } = running;
    const shown: string[] = [];
    station.subscribe((message) => {
      if ('json' in message)
        shown.push((JSON.parse(message.json) as { layout: { sha256: string | null } }).layout.sha256 ?? '');
    });
    const job = await station.startJob();
    await toState(station, 'inspected');
    await station.review(job.id, { by: 'ann', waive: false });
    await plcIsHeard(station);
    await expect.poll(() => shown.filter((hash) => hash !== '').length, { timeout: 20_000 }).toBeGreaterThan(2);
    const [seen = ''] = shown.filter((hash) => hash !== '');
    await station.approve(job.id, { layoutSha256: seen, by: 'ann' });
    const replay = ['nest', '--replay', job.id, '--data', join(dir.path, 'early')];
    const { stdout } = await kerf([...replay, '--out', join(dir.path, 'again.json')]);
    expect(stdout).toContain('the same layout, placement for placement');
  }
});
