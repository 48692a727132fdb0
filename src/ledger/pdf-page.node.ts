import { setImmediate as breathe } from 'node:timers/promises';
import PDFDocument from 'pdfkit';

/** A4 on its side, points. */
const MARGIN = 40;
const WIDTH = 841.89 - 2 * MARGIN;
const FONT = 'Helvetica';
const BOLD = 'Helvetica-Bold';
const ROW = 12;
const SMALL = 8;
/** Rows after which other work of the thread has its turn: a row takes about a third of a millisecond. */
const BREATH_ROWS = 10;

export interface PdfColumn {
  readonly head: string;
  /** Share of the page's width. */
  readonly width: number;
  readonly isNumber?: boolean;
}

/** A document of headings, tables and lines, in that order down the page. */
export class PdfPage {
  readonly #pdf: InstanceType<typeof PDFDocument>;
  readonly #chunks: Buffer[] = [];
  readonly #ended: Promise<void>;
  #y = MARGIN;

  constructor(title: string, madeAt: string) {
    this.#pdf = new PDFDocument({
      size: 'A4',
      layout: 'landscape',
      margin: MARGIN,
      bufferPages: true,
      info: { Title: printable(title), Creator: 'Kerf', CreationDate: new Date(madeAt) },
    });
    this.#pdf.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
    this.#ended = new Promise((resolve, reject) => {
      this.#pdf.on('end', resolve);
      this.#pdf.on('error', reject);
    });
  }

  heading(text: string, size = 11): void {
    this.#room(size * 1.6 + 2 * ROW);
    this.#y += size * 0.6;
    this.#put(text, MARGIN, WIDTH, { font: BOLD, size });
    this.#y += size * 1.5;
  }

  line(text: string): void {
    this.#room(ROW);
    this.#put(text, MARGIN, WIDTH, {});
    this.#y += ROW;
  }

  /** A row that is longer than a page's rest goes on the next one, under the heads again. */
  async table(columns: readonly PdfColumn[], rows: readonly (readonly string[])[]): Promise<void> {
    const total = columns.reduce((sum, { width }) => sum + width, 0);
    const cells = columns.map((column, k) => ({
      ...column,
      x: MARGIN + (WIDTH * columns.slice(0, k).reduce((sum, { width }) => sum + width, 0)) / total,
      points: (WIDTH * column.width) / total - 4,
    }));
    const row = (texts: readonly string[], font: string) => {
      for (const [k, { x, points, isNumber }] of cells.entries())
        this.#put(texts[k] ?? '', x, points, { font, align: isNumber ? 'right' : 'left' });
      this.#y += ROW;
    };
    const head = () => {
      row(
        columns.map((column) => column.head),
        BOLD,
      );
      this.#pdf
        .moveTo(MARGIN, this.#y - 3)
        .lineTo(MARGIN + WIDTH, this.#y - 3)
        .lineWidth(0.5)
        .stroke('#000000');
    };
    this.#room(2 * ROW);
    head();
    for (const [k, texts] of rows.entries()) {
      if (this.#room(ROW)) head();
      row(texts, FONT);
      if (k % BREATH_ROWS === BREATH_ROWS - 1) await breathe();
    }
    this.#y += ROW / 2;
  }

  /** `foot` stands under every page, with its number. */
  async end(foot: string): Promise<Uint8Array> {
    const { count } = this.#pdf.bufferedPageRange();
    for (let k = 0; k < count; k += 1) {
      this.#pdf.switchToPage(k);
      // Below the margin: there pdfkit would begin another page.
      this.#pdf.page.margins.bottom = 0;
      this.#y = this.#pdf.page.height - MARGIN + 10;
      this.#put(`${foot} · ${k + 1} / ${count}`, MARGIN, WIDTH, { size: 7 });
    }
    this.#pdf.end();
    await this.#ended;
    return Buffer.concat(this.#chunks);
  }

  /** @returns whether a new page was begun for it */
  #room(height: number): boolean {
    if (this.#y + height <= this.#pdf.page.height - MARGIN) return false;
    this.#pdf.addPage();
    this.#y = MARGIN;
    return true;
  }

  #put(text: string, x: number, width: number, look: { font?: string; size?: number; align?: 'left' | 'right' }): void {
    const { font = FONT, size = SMALL, align = 'left' } = look;
    this.#pdf
      .font(font)
      .fontSize(size)
      .fillColor('#000000')
      .text(printable(text), x, this.#y, { width, align, lineBreak: false, ellipsis: true, height: size * 1.3 });
  }
}

/** The letters that every PDF reader brings: Latin-1. Others show as "?"; the JSON report has them. */
function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e\xa0-\xff]/g, '?');
}
