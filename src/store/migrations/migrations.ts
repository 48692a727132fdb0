import { firstTables } from './0001-first-tables.ts';
import { labels } from './0002-labels.ts';
import { audit } from './0003-audit.ts';
import { people } from './0004-people.ts';
import { ledger } from './0005-ledger.ts';
import { pictures } from './0006-pictures.ts';
import { stock } from './0007-stock.ts';
import { cutDecisions } from './0008-cut-decisions.ts';
import { acts } from './0009-acts.ts';
import { jobsByTime } from './0010-jobs-by-time.ts';

export interface Migration {
  readonly version: number;
  readonly sql: string;
}

/** In order; a released migration is never changed, only followed. */
export const MIGRATIONS: readonly Migration[] = [
  firstTables,
  labels,
  audit,
  people,
  ledger,
  pictures,
  stock,
  cutDecisions,
  acts,
  jobsByTime,
];
