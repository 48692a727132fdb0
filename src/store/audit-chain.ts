/** One row of the audit log, as its hash sees it. */
export interface AuditRow {
  readonly id: number;
  readonly job: string | null;
  readonly kind: string;
  readonly at: string;
  readonly by: string | null;
  /** JSON text, byte for byte. */
  readonly details: string;
}

/** Where the chain stands: who keeps this elsewhere can later show that rows were changed, or its tail cut off. */
export interface AuditHead {
  readonly n: number;
  /** Hex; empty while there is no row. */
  readonly hash: string;
}

export interface AuditCheck {
  readonly head: AuditHead;
  readonly rowCount: number;
  /** The first row whose hash is not that of its content and its predecessor; null: the chain is whole. */
  readonly brokenAt: number | null;
}
