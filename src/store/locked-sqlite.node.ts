import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { makeFolderSync } from '#disk/make-folder.node.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { DATABASE, refuseNoDataFolder } from './data-folder.node.ts';
import { MIGRATIONS, type Migration } from './migrations/migrations.ts';
import { storeError } from './store-error.ts';

export type Row = Readonly<Record<string, unknown>>;

export interface SqliteOptions {
  /** Upper limit of the file; SQLite says it is full beyond. For tests of a full disk. */
  readonly maxPages?: number;
  readonly migrations?: readonly Migration[];
  /** Reads beside a station that may be running: no lock, no migration, no writing. */
  readonly isReader?: boolean;
}

/** kerf.sqlite of a data folder: opened, locked, migrated; statements and transactions with errors of ours.
 *  `kerf.lock` is a second SQLite file kept in an exclusive transaction: the system frees it with the process, however
 *  that ends, and other programs can still read kerf.sqlite meanwhile. */
export class LockedSqlite {
  readonly path: string;
  readonly #lock: DatabaseSync | null;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  #isClosed = false;

  constructor(dir: string, { maxPages, migrations = MIGRATIONS, isReader = false }: SqliteOptions = {}) {
    this.path = join(dir, DATABASE);
    if (isReader) refuseNoDataFolder(dir);
    this.#lock = isReader ? null : lockOf(dir);
    try {
      this.#db = new DatabaseSync(this.path, { readOnly: isReader });
    } catch (cause) {
      this.#lock?.close();
      throw storeError(cause, dir);
    }
    try {
      if (isReader) this.#refuseOther(migrations);
      else {
        this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
        if (maxPages !== undefined) this.#db.exec(`PRAGMA max_page_count = ${maxPages}`);
        this.#migrate(migrations);
      }
    } catch (cause) {
      this.close();
      throw storeError(cause, this.path);
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#db.close();
    this.#lock?.close();
  }

  transaction<T>(work: () => T): T {
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      const value = work();
      this.#db.exec('COMMIT');
      return value;
    } catch (cause) {
      // SQLite rolls some failures back itself (a full disk); a second ROLLBACK would hide the reason.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw storeError(cause, this.path);
    }
  }

  run(sql: string, ...values: SQLInputValue[]): { readonly changes: number | bigint } {
    return this.#statement(sql).run(...values);
  }
  one(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#read(() => this.#statement(sql).get(...values));
  }
  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#read(() => this.#statement(sql).all(...values));
  }
  /** Row by row, for what is too much at once; `use` must read to the end. */
  each<T>(sql: string, use: (rows: Iterable<Row>) => T): T {
    return this.#read(() => use(this.#db.prepare(sql).iterate()));
  }

  #read<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      throw storeError(cause, this.path);
    }
  }

  #statement(sql: string) {
    const known = this.#statements.get(sql);
    if (known) return known;
    const prepared = this.#db.prepare(sql);
    this.#statements.set(sql, prepared);
    return prepared;
  }

  #version(): number {
    return Number(this.one('PRAGMA user_version')?.['user_version'] ?? 0);
  }

  #refuseOther(migrations: readonly Migration[]): void {
    const found = this.#version();
    const newest = migrations.at(-1)?.version ?? 0;
    if (found > newest) throw fromLater(this.path, found, newest);
    if (found < newest)
      throw new KerfError(
        'STORE_FROM_EARLIER_VERSION',
        `${this.path}: found version ${found}, this Kerf reads ${newest}. Start the station once, which brings it up to date.`,
        { details: { found, newest } },
      );
  }

  #migrate(migrations: readonly Migration[]): void {
    const found = this.#version();
    const newest = migrations.at(-1)?.version ?? 0;
    if (found > newest) throw fromLater(this.path, found, newest);
    for (const migration of migrations.filter((m) => m.version > found))
      this.transaction(() => {
        this.#db.exec(migration.sql);
        this.#db.exec(`PRAGMA user_version = ${migration.version}`);
      });
  }
}

function lockOf(dir: string): DatabaseSync {
  let lock: DatabaseSync;
  try {
    makeFolderSync(dir);
    lock = new DatabaseSync(join(dir, 'kerf.lock'));
  } catch (cause) {
    throw storeError(cause, dir);
  }
  try {
    lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
    return lock;
  } catch (cause) {
    lock.close();
    throw storeError(cause, dir);
  }
}

function fromLater(path: string, found: number, newest: number): KerfError {
  return new KerfError(
    'STORE_FROM_LATER_VERSION',
    `${path}: found version ${found}, this Kerf reads up to ${newest}. Use the Kerf that wrote it, or a newer one.`,
    { details: { found, newest } },
  );
}
