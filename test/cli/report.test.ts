import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { API_PREFIX, ROUTES } from '#api/routes.ts';
import { shiftReportSchema } from '#domain/shift-report.ts';
import { runMainJob } from '#station/main-job.node.ts';
import { codeOf } from '../station/small-steps.ts';
import { startSmallStation, temporaryDir } from '../station/small-station.ts';
import { kerf } from './kerf.node.ts';

const MAP = join(import.meta.dirname, '../fixtures/results/erp-semicolon.json');

test('a shift is reported beside its running station: in words, JSON, PDF, another’s columns; the station says the same', async () => {
  await using dir = await temporaryDir();
  const data = join(dir.path, 'data');
  await using running = await startSmallStation(data, { http: { port: 0, listen: '127.0.0.1', uiDir: dir.path } });
  const { job } = await runMainJob(running.station, { release: { by: 'demo' } });
  await expect.poll(() => codeOf(running.station.ledger.sheet(job.id)), { timeout: 10_000 }).toBe('no error');

  const shown = await kerf(['report', '--data', data, '--json']);
  expect(shown.code, shown.stderr).toBe(0);
  const report = shiftReportSchema.parse(JSON.parse(shown.stdout));
  expect(report.byOrder).toMatchObject([{ order: 'patches', pieces: [{ id: 'patch', cut: 12 }] }]);
  const pdf = join(dir.path, 'shift.pdf');
  expect((await kerf(['report', '--data', data, '--out', pdf])).code).toBe(0);
  expect((await readFile(pdf)).subarray(0, 5).toString()).toBe('%PDF-');
  const mapped = await kerf(['report', '--data', data, '--map', MAP]);
  expect(mapped.stdout).toContain(`RM;patches;${job.id};`);
  const bad = await kerf(['report', '--data', data, '--from', 'yesterday']);
  expect([bad.code, bad.stderr]).toEqual([2, expect.stringContaining('CLI_BAD_OPTION') as string]);

  const turned = await kerf(['report', '--data', data, '--from', report.until, '--until', report.from]);
  expect([turned.code, turned.stderr]).toEqual([2, expect.stringContaining('--from: found') as string]);

  const base = `${running.http?.url ?? ''}${API_PREFIX}`;
  const span = { from: report.from, until: report.until };
  const paper = await fetch(`${base}/ledger/shift.pdf?${new URLSearchParams(span).toString()}`);
  expect([paper.status, paper.headers.get('content-type')]).toEqual([200, 'application/pdf']);
  expect(
    Buffer.from(await paper.arrayBuffer())
      .subarray(0, 5)
      .toString(),
  ).toBe('%PDF-');
  const asked = await fetch(`${base}/ledger/results`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...span, mapping: JSON.parse(await readFile(MAP, 'utf8')) as unknown }),
  });
  expect(ROUTES.results.answer.parse(await asked.json())).toEqual({ format: 'csv', text: mapped.stdout });
  const backwards = { from: report.until, until: report.from };
  const said = `from: found "${report.until}", expected a time that is not after \`until\`.`;
  for (const file of ['shift', 'shift.pdf']) {
    const refused = await fetch(`${base}/ledger/${file}?${new URLSearchParams(backwards).toString()}`);
    expect([refused.status, await refused.text()]).toEqual([
      400,
      expect.stringContaining(JSON.stringify(said).slice(1, -1)),
    ]);
  }
  // The same mapping, kept by the station and named.
  const json = { method: 'POST', headers: { 'content-type': 'application/json' } };
  const kept = { mapping: JSON.parse(await readFile(MAP, 'utf8')) as unknown, by: 'eva' };
  const put = await fetch(`${base}/mappings/results/erp`, { ...json, body: JSON.stringify(kept) });
  expect(put.status).toBe(200);
  const named = await fetch(`${base}/ledger/results`, { ...json, body: JSON.stringify({ ...span, mapping: 'erp' }) });
  expect(ROUTES.results.answer.parse(await named.json()).text).toBe(mapped.stdout);
});
