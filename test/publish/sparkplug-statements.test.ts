import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { METRICS } from '#publish/sparkplug-metrics.ts';
import { STATEMENTS } from './sparkplug-statements.ts';
import { formatted } from '../formatted.ts';

const FILE = join(import.meta.dirname, '../../docs/plc/sparkplug.md');

test('every statement has one place, and every test that is named is there', async () => {
  const ids = STATEMENTS.flatMap((group) => group.ids);
  expect(new Set(ids).size).toBe(ids.length);
  const tests = await readFile(join(import.meta.dirname, 'sparkplug.test.ts'), 'utf8');
  for (const { by } of STATEMENTS) if ('test' in by) expect(tests).toContain(by.test);
});

test('docs/plc/sparkplug.md is made of them (KERF_UPDATE=1 writes it)', async () => {
  const rows = STATEMENTS.flatMap(({ by, ids }) =>
    ids.map((id) => ({ id, text: 'test' in by ? `test: ${by.test}` : `no test: ${by.reason}` })),
  ).sort((a, b) => (a.id < b.id ? -1 : 1));
  const tested = rows.filter((row) => row.text.startsWith('test')).length;
  const metrics = METRICS.map(
    ({ device, name, alias, type, topic, key }) =>
      `| ${device ?? 'edge node'} | ${name} | ${alias} | ${type} | \`${topic}\` ${key} |`,
  );
  const text = await formatted(
    'sparkplug.md',
    `# Sparkplug B 3.0

Made by test/publish/sparkplug-statements.test.ts; not written by hand.

The station as an edge node: group = site, edge node = station, devices \`cutter\` (born when the PLC is heard, dead when it is silent for 6 s) and \`camera-1\`. Off until settings.json has \`"sparkplug": {"primaryHost": null}\`, or the id of the host application that births wait for. It says what the plain topics say and takes one command, \`Node Control/Rebirth\`; nothing is released, paused or cancelled over Sparkplug.

## Metrics

Besides \`bdSeq\` and \`Node Control/Rebirth\`. A value not known yet is null.

| of | metric | alias | type | plain topic and key |
|---|---|---|---|---|
${metrics.join('\n')}

## Statements

${rows.length} statements of the specification about edge nodes, devices and their payloads, ${tested} of them held by a test in test/publish/sparkplug.test.ts; statements about host applications and brokers are left out.

| tck-id | |
|---|---|
${rows.map(({ id, text: by }) => `| ${id} | ${by} |`).join('\n')}
`,
  );
  if (process.env['KERF_UPDATE'] === '1') await writeFile(FILE, text);
  expect(await readFile(FILE, 'utf8')).toBe(text);
});
