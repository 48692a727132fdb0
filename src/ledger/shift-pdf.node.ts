import { createHash } from 'node:crypto';
import type { Grading } from '#domain/grading.ts';
import type { SheetRecord } from '#domain/sheet-record.ts';
import type { ShiftReport } from '#domain/shift-report.ts';
import { countedSheets } from './counted-sheets.ts';
import { PdfPage, type PdfColumn } from './pdf-page.node.ts';

export interface ShiftPaper {
  readonly report: ShiftReport;
  /** The sheets of which the report is made. */
  readonly records: readonly SheetRecord[];
  /** Those of jobs that went on with these after the span. */
  readonly later?: readonly SheetRecord[];
  readonly grading: Grading;
  readonly site: string;
  readonly station: string;
  readonly version: string;
  readonly madeAt: string;
  /** Where the audit log's chain stands: who keeps the paper can later show that the log was changed. */
  readonly head: { readonly n: number; readonly hash: string };
}

const text = (head: string, width: number): PdfColumn => ({ head, width });
const number = (head: string, width: number): PdfColumn => ({ head, width, isNumber: true });

/** A shift on paper, as a bill needs it: areas by grade, yields, orders with their pieces, every job with who approved it,
 *  and the hashes that tie it to the JSON report and to the audit log. Areas in m². */
export async function shiftPdf(paper: ShiftPaper): Promise<Uint8Array> {
  const { report, records, later, grading, site, station, version, madeAt, head } = paper;
  const page = new PdfPage(`Shift report ${site} ${station} ${report.from}`, madeAt);
  page.heading('Shift report', 16);
  page.line(`${site} / ${station}`);
  page.line(`From ${report.from} until ${report.until}, made ${madeAt} by Kerf ${version}`);

  page.heading('Sum');
  const pieceCount = report.byOrder.flatMap((order) => order.pieces).reduce((sum, piece) => sum + piece.cut, 0);
  const sums: readonly (readonly [string, string])[] = [
    ['Sheets', `${report.sheetCount} (${report.doneCount} done, ${report.brokenOffCount} broken off)`],
    ...(report.againCount > 0 ? ([['Sheets on the table again', again(report)]] as const) : []),
    ...(report.open.length > 0 ? ([['Open: stopped, nothing counted', open(report)]] as const) : []),
    ['Pieces cut', String(pieceCount)],
    ['Gross area', area(report.grossMm2)],
    ['Nested area', area(report.nestedMm2)],
    ['Cut area', area(report.cutMm2)],
    ['Accepted area', `${area(report.acceptedMm2)} of ${report.acceptedSheetCount} sheets`],
    ['Gross yield (nested / gross)', percent(report.grossYieldBp)],
    ['Usable yield (nested / usable)', percent(report.usableYieldBp)],
    ['Cut yield (cut / gross)', percent(report.cutYieldBp)],
    ['Corrections, doubts waived', `${report.correctionCount}, ${report.waivedCount}`],
  ];
  await page.table([text('What', 40), text('m² or count', 60)], sums);

  page.heading('Area by grade');
  const grades = Object.entries(report.usableMm2)
    .map(([quality, mm2]) => ({ quality: Number(quality), mm2 }))
    .sort((a, b) => b.quality - a.quality);
  const nameOf = (quality: number) =>
    grading.grades.find((grade) => grade.quality === quality)?.name ?? (quality === 0 ? 'hole' : '');
  await page.table(
    [text('Grade', 20), number('Quality', 20), number('m²', 30), number('of gross', 30)],
    grades.map(({ quality, mm2 }) => [
      nameOf(quality),
      String(quality),
      area(mm2),
      percent(report.grossMm2 > 0 ? Math.round((10_000 * mm2) / report.grossMm2) : 0),
    ]),
  );

  page.heading('Orders');
  await page.table(
    [
      text('Order', 40),
      text('Piece', 40),
      number('Sheets', 12),
      number('Placed', 12),
      number('Cut', 12),
      number('Nested m²', 18),
      number('Cut m²', 18),
    ],
    report.byOrder.flatMap(({ order, sheetCount, nestedMm2, cutMm2, pieces }) => [
      [order, 'all pieces', String(sheetCount), ...sumsOf(pieces).map(String), area(nestedMm2), area(cutMm2)],
      ...pieces.map(({ id, placed, cut }) => ['', id, '', String(placed), String(cut)]),
    ]),
  );

  page.heading('Jobs');
  await page.table(
    [
      number('Seq', 7),
      text('Job', 27),
      text('Ended', 20),
      text('Order', 22),
      text('State', 12),
      number('Gross m²', 13),
      number('Nested m²', 14),
      number('Cut m²', 13),
      number('Accepted m²', 16),
      number('Pieces', 12),
      number('Yield', 11),
      text('Approved by', 18),
    ],
    countedSheets(records, later).map(({ record: r, isAgain, isOpen, grossMm2, nestedMm2, pieces }) => [
      String(r.seq),
      r.job,
      r.at.slice(0, 16).replace('T', ' '),
      r.order,
      r.state,
      grossWord(r, isAgain, isOpen) ?? area(grossMm2),
      area(nestedMm2),
      area(r.cutMm2),
      r.accepted ? area(r.accepted.areaMm2) : '-',
      sumsOf(pieces).reverse().join('/'),
      percent(r.grossMm2 > 0 ? Math.round((10_000 * r.nestedMm2) / r.grossMm2) : 0),
      r.approvedBy ?? '-',
    ]),
  );
  const wasTold = records.some(({ fate }) => fate !== undefined && fate.sheet !== 'used');
  if (wasTold)
    page.line('uncut, moved: somebody said that a stopped hide lies uncut, or was scanned again as another.');
  if (report.againCount > 0) {
    page.line('again: the sheet had lain on the table before, after a stop or as a remnant; its hide counts once.');
    page.line("What a stop left uncut counts where it was laid again. Yield is that of a sheet's own layout.");
  }

  if (report.open.length > 0) {
    page.line(
      'open: the cutter stopped with no piece counted, and nobody has said what became of the hide. It is in no',
    );
    page.line(
      'sum. Say whether it is gone, lies uncut with the others, or was scanned again: kerf accept JOB --sheet.',
    );
  }

  page.heading('Approved by');
  await page.table(
    [text('Person', 60), number('Sheets', 40)],
    report.byPerson.map(({ name, sheetCount }) => [name, String(sheetCount)]),
  );

  page.heading('Proof');
  page.line(`SHA-256 of the JSON report: ${createHash('sha256').update(JSON.stringify(report)).digest('hex')}`);
  page.line(`Audit log: row ${head.n}, chain ${head.hash === '' ? 'empty' : head.hash}`);
  page.line('kerf verify JOB checks the signed release of a job; kerf verify JOB --head ROW:CHAIN the log.');
  return page.end(`${site} / ${station} · ${report.from} - ${report.until}`);
}

function again({ againCount, againMm2 }: ShiftReport): string {
  return `${againCount} (${area(againMm2)} m², not in the gross area)`;
}

/** In the place of a gross area that counts elsewhere, or not yet. */
function grossWord({ fate }: SheetRecord, isAgain: boolean, isOpen: boolean): string | null {
  if (isAgain) return 'again';
  if (isOpen) return 'open';
  if (fate?.sheet === 'unused') return 'uncut';
  return fate?.sheet === 'again' ? 'moved' : null;
}

function open({ open: hides, openMm2 }: ShiftReport): string {
  return `${hides.length} (${area(openMm2)} m², not in the gross area)`;
}

/** Placed, cut. */
function sumsOf(pieces: readonly { readonly placed: number; readonly cut: number }[]): [number, number] {
  return [pieces.reduce((sum, p) => sum + p.placed, 0), pieces.reduce((sum, p) => sum + p.cut, 0)];
}

function area(mm2: number): string {
  return (mm2 / 1e6).toFixed(4);
}

function percent(bp: number): string {
  return `${(bp / 100).toFixed(2)} %`;
}
