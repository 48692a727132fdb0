import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runMainJob } from '#station/main-job.node.ts';
import { startSmallStation, temporaryDir } from '../station/small-station.ts';
import { kerf } from './kerf.node.ts';

test('a head that was heard shows a log whose tail was cut off since, and one that was written anew', async () => {
  await using dir = await temporaryDir();
  let id: string;
  let head: { readonly n: number; readonly hash: string };
  {
    await using running = await startSmallStation(dir.path);
    id = (await runMainJob(running.station, { release: { by: 'demo' } })).job.id;
    for (const kind of ['settings changed', 'person set'])
      await running.store.note({ kind, at: new Date().toISOString(), by: 'eve', details: {} });
    head = await running.store.auditHead();
  }
  const verify = async (...more: readonly string[]) => {
    const { code, stdout } = await kerf(['verify', id, '--data', dir.path, '--json', ...more]);
    const { checks } = JSON.parse(stdout) as { checks: { what: string; is: string }[] };
    return [code, checks.filter(({ is }) => is === 'failed').map(({ what }) => what)];
  };
  const heard = ['--head', `${head.n}:${head.hash}`];
  expect(await verify(...heard)).toEqual([0, []]);
  expect(await verify('--head', `${head.n - 1}:${head.hash}`)).toEqual([1, ['published head']]);
  const db = new DatabaseSync(join(dir.path, 'kerf.sqlite'));
  db.prepare('DELETE FROM job_events WHERE id >= ?').run(head.n);
  db.close();
  // Whole in itself: only the head tells.
  expect(await verify()).toEqual([0, []]);
  expect(await verify(...heard)).toEqual([1, ['published head']]);
  // Whoever goes on writing comes to as many rows, but to no such hash.
  {
    await using running = await startSmallStation(dir.path);
    while ((await running.store.auditHead()).n < head.n)
      await running.store.note({ kind: 'person set', at: head.hash.slice(0, 9), by: null, details: {} });
  }
  expect(await verify(...heard)).toEqual([1, ['published head']]);
  const bad = await kerf(['verify', id, '--data', dir.path, '--head', 'latest']);
  expect([bad.code, bad.stderr]).toEqual([2, expect.stringContaining('CLI_BAD_OPTION') as string]);
});
