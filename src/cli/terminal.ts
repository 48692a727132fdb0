import type { OnProgress, Progress } from '#domain/ports.ts';

/** What every command prints by: results on stdout, everything else on stderr. With --json stdout holds exactly one
 *  document; with --quiet only errors are said. A bar on a terminal, plain lines otherwise. */
export class Terminal {
  readonly isJson: boolean;
  readonly isQuiet: boolean;
  readonly #hasBar: boolean;
  #barWidth = 0;
  #lastLine = '';

  constructor({ isJson, isQuiet }: { isJson: boolean; isQuiet: boolean }) {
    this.isJson = isJson;
    this.isQuiet = isQuiet;
    this.#hasBar = process.stderr.isTTY === true && !isQuiet;
  }

  /** A line of the result for people; nothing with --json. */
  say(line: string): void {
    this.#clear();
    if (!this.isJson && !this.isQuiet) process.stdout.write(`${line}\n`);
  }

  /** A line about the work. */
  note(line: string): void {
    this.#clear();
    if (!this.isQuiet) process.stderr.write(`${line}\n`);
  }

  /** What must be said even with --quiet. */
  error(line: string): void {
    this.#clear();
    process.stderr.write(`${line}\n`);
  }

  /** The one document of --json. */
  document(value: unknown): void {
    this.#clear();
    if (this.isJson) process.stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** Rows with aligned columns. */
  table(rows: readonly (readonly string[])[]): void {
    const widths = rows.reduce<number[]>((w, row) => row.map((cell, i) => Math.max(w[i] ?? 0, cell.length)), []);
    for (const row of rows)
      this.say(row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join('  '));
  }

  readonly progress: OnProgress = (progress: Progress) => {
    if (this.isQuiet || progress.total <= 0) return;
    const share = Math.min(1, progress.done / progress.total);
    if (this.#hasBar) {
      const cells = Math.round(share * 30);
      const line = `${progress.what.padEnd(12)} ${'█'.repeat(cells)}${'░'.repeat(30 - cells)} ${String(Math.round(share * 100)).padStart(3)} %`;
      process.stderr.write(`\r${line.padEnd(this.#barWidth)}`);
      this.#barWidth = line.length;
      if (share === 1) this.#clear();
      return;
    }
    // Plain lines: a step begins, a quarter is done; a log must not fill with every tile.
    const line = `${progress.what}: ${Math.floor(share * 4) * 25} %`;
    if (line !== this.#lastLine) process.stderr.write(`${line}\n`);
    this.#lastLine = line;
  };

  #clear(): void {
    if (this.#barWidth > 0) process.stderr.write(`\r${' '.repeat(this.#barWidth)}\r`);
    this.#barWidth = 0;
  }
}
