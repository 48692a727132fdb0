import { writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LEATHER_GRADING } from '#domain/grading.ts';
import { shiftPdf } from '#ledger/shift-pdf.node.ts';
import { shiftReport } from '#ledger/shift-report.ts';
import { pythonPrinter, runPython } from '../shared/python-oracle.ts';
import { temporaryDir } from '../station/small-station.ts';
import { drawnRecord } from './drawn-record.ts';

const SPAN = { from: '2026-11-22T06:00:00.000Z', until: '2026-11-22T14:00:00.000Z' };
/** What another program reads of the paper: its pages, one after another. */
const READ = `import sys, pypdfium2
for page in pypdfium2.PdfDocument(sys.argv[1]):
    print(page.get_textpage().get_text_range())
    print("--page--")`;

test('the paper of a shift says to another program what the report says, on as many pages as it takes', async ({
  skip,
}) => {
  const python = await pythonPrinter();
  if (python === null) return skip('no python');
  await using dir = await temporaryDir();
  const accepted = { by: 'bob', at: SPAN.until, how: 'tap', areaMm2: 2_800_000, rejected: [] } as const;
  const records = Array.from({ length: 200 }, (_, k) =>
    drawnRecord(
      k + 1,
      k === 0 ? { accepted } : k === 7 ? { order: 'shoes', state: 'failed', approvedBy: 'Zoë 李' } : {},
    ),
  );
  // The sheet of the shoes lay there again: the rest of it was laid and cut then.
  records[8] = drawnRecord(9, { order: 'shoes', follows: records[7]!.job, nestedMm2: 100_000, cutMm2: 100_000 });
  const report = shiftReport(records, SPAN);
  const head = { n: 4711, hash: 'ab'.repeat(32) };
  const bytes = await shiftPdf({
    ...{ report, records, grading: LEATHER_GRADING, site: 'hall-2', station: 'table-1', version: '0.1.0' },
    ...{ madeAt: SPAN.until, head },
  });
  await writeFile(join(dir.path, 'shift.pdf'), bytes);
  const { stdout, stderr } = await runPython(python, ['-c', READ, join(dir.path, 'shift.pdf')]);
  expect(stderr).toBe('');
  const pages = stdout.split('--page--').slice(0, -1);
  expect(pages.length).toBeGreaterThan(3);
  expect(pages.length).toBeLessThan(9);
  const text = stdout.replaceAll(/\s+/g, ' ');
  for (const words of [
    'hall-2 / table-1',
    'Sheets 200 (199 done, 1 broken off)',
    `Pieces cut ${200 * 29}`,
    'Sheets on the table again 1 (4.0000 m², not in the gross area)',
    'Gross area 796.0000',
    'Cut area 577.2000',
    'Accepted area 2.8000 of 1 sheets',
    'Gross yield (nested / gross) 75.00 %',
    'A 4 597.0000 75.00 %',
    'B 3 189.0500 23.75 %',
    'bags all pieces 198 5940 5742 594.0000 574.2000',
    'shoes all pieces 2 59 58 3.0000 3.0000',
    'j20261122T060009-9 2026-11-22 06:09 shoes done again 0.1000 0.1000 - 29/30 2.50 % ann',
    'again: the sheet had lain on the table before',
    'j20261122T060001-1 2026-11-22 06:01 bags done 4.0000 3.0000 2.9000 2.8000 29/30 75.00 % ann',
    // Letters that not every reader brings.
    'Zoë ? 1',
    `Audit log: row 4711, chain ${head.hash}`,
    createHash('sha256').update(JSON.stringify(report)).digest('hex'),
  ])
    expect(text.includes(words), words).toBe(true);
  for (const { job } of records) expect(text.includes(job), job).toBe(true);
  for (const [k, page] of pages.entries()) expect(page.includes(`${k + 1} / ${pages.length}`)).toBe(true);
}, 180_000);
