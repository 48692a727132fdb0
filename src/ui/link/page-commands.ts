import { KerfError } from '#domain/kerf-error.ts';
import type { LayoutView } from '#api/views.ts';
import type { Defect, Inspection } from '#domain/inspection.ts';
import type { Ring } from '#domain/ring.ts';
import type { Undo } from '../state/page-state.ts';
import type { PageStore } from '../state/page-store.ts';
import { callStation } from './station-client.ts';

export interface PageCommands {
  scan(): Promise<void>;
  cancel(): Promise<void>;
  review(waive: boolean): Promise<void>;
  addDefect(outline: Ring, quality: number): Promise<void>;
  regrade(defect: Defect, quality: number): Promise<void>;
  remove(defect: Defect): Promise<void>;
  undo(): Promise<void>;
  stopNest(): Promise<void>;
  /** Exactly the layout that lay under the finger; acts once however often it is tapped. */
  approve(layout: LayoutView): Promise<void>;
  ask(wish: 'pause' | 'resume' | 'cancel'): Promise<void>;
  acknowledge(alarm: string): Promise<void>;
}

/** The window's wishes to the station. One is under way at a time; a refusal becomes a sentence on the screen. `by`
 *  names the person at the panel. */
export function pageCommands({ store, dispatch }: PageStore, by: () => string): PageCommands {
  const jobId = () => store.getState().status?.job?.id ?? '';
  const approvedHashes = new Set<string>();

  async function send<T>(what: string, call: () => Promise<T>): Promise<T | null> {
    if (store.getState().sending !== null) return null;
    dispatch({ kind: 'sending', what });
    try {
      const answer = await call();
      dispatch({ kind: 'answered' });
      return answer;
    } catch (error) {
      if (!(error instanceof KerfError)) throw error;
      dispatch({ kind: 'refused', refusal: { code: error.code, details: error.details } });
      return null;
    }
  }

  /** Sends one edit of the inspection and shows its answer at once. */
  async function edit(what: string, call: (job: string) => Promise<Inspection>): Promise<Inspection | null> {
    const job = jobId();
    const inspection = await send(what, () => call(job));
    if (inspection) dispatch({ kind: 'inspection', job, serial: store.getState().inspection.serial, inspection });
    return inspection;
  }

  const add = (outline: Ring, quality: number, className = 'person') =>
    edit('edit', (id) =>
      callStation('addDefect', { params: { id }, body: { outline, class: className, quality, by: by() } }),
    );
  const change = (defect: string, quality: number | null) =>
    edit('edit', (id) => callStation('changeDefect', { params: { id, defect }, body: { quality, by: by() } }));
  const noted = (undo: Undo) => dispatch({ kind: 'edited', undo });

  return {
    async scan() {
      await send('scan', () => callStation('startJob', { body: {} }));
    },
    async cancel() {
      await send('cancel', () => callStation('cancel', { params: { id: jobId() } }));
    },
    async review(waive) {
      await send('review', () => callStation('review', { params: { id: jobId() }, body: { by: by(), waive } }));
    },
    async addDefect(outline, quality) {
      const known = new Set(store.getState().inspection.value?.defects.map((d) => d.id));
      const inspection = await add(outline, quality);
      const added = inspection?.defects.find((d) => !known.has(d.id));
      if (added) noted({ kind: 'added', defect: added.id });
      else if (inspection) dispatch({ kind: 'draft', ring: null });
    },
    async regrade(defect, quality) {
      if (await change(defect.id, quality)) noted({ kind: 'regraded', defect: defect.id, quality: defect.quality });
    },
    async remove(defect) {
      if (await change(defect.id, null))
        noted({ kind: 'removed', outline: defect.outline, class: defect.class, quality: defect.quality });
    },
    async undo() {
      const last = store.getState().undo.at(-1);
      if (!last) return;
      const done =
        last.kind === 'added'
          ? await change(last.defect, null)
          : last.kind === 'regraded'
            ? await change(last.defect, last.quality)
            : await add(last.outline, last.quality, last.class);
      if (done) dispatch({ kind: 'undone' });
    },
    async stopNest() {
      await send('stop', () => callStation('stopNest', { params: { id: jobId() } }));
    },
    async approve(layout) {
      const hash = layout.sha256;
      if (hash === null || approvedHashes.has(hash)) return;
      approvedHashes.add(hash);
      const job = await send('approve', () =>
        callStation('approve', { params: { id: layout.job }, body: { layoutSha256: hash, by: by() } }),
      );
      // Refused or lost: the person may press again; the station acts once on a hash.
      if (!job) approvedHashes.delete(hash);
    },
    async ask(wish) {
      await send(wish, () => callStation('request', { params: { id: jobId() }, body: { req: wish } }));
    },
    async acknowledge(alarm) {
      await send('acknowledge', () => callStation('acknowledgeAlarm', { params: { id: alarm } }));
    },
  };
}
