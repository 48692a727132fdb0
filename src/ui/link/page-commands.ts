import { KerfError } from '#domain/kerf-error.ts';
import type { LayoutView } from '#api/views.ts';
import type { Arrangement } from '#domain/arrangement.ts';
import type { CutPieces } from '#domain/cut-comparison.ts';
import type { Defect, Inspection } from '#domain/inspection.ts';
import type { ShelfReason, StationState } from '#domain/job.ts';
import type { Ring } from '#domain/ring.ts';
import type { PageStore } from '../state/page-store.ts';
import { decisionOf, seenCut, seenOf, wordOfTap, type CutScan, type SeenCut } from '../state/cut-scan.ts';
import { jobToGoOnWith, shownLayout } from '../state/page-state.ts';
import {
  locksWith,
  locksWithout,
  withoutPiece,
  swappedPieces,
  turnedPiece,
  type PlacedPiece,
} from '../state/arrange.ts';
import { nextPaint } from './next-paint.ts';
import { callStation, unreachable } from './station-client.ts';

const ASKED = { stage: 'asked' } as const;
const NO_SHEET = { hide: null, remnant: null } as const;

/** While a job is in one of these a code is of its hide. */
const NAMES_THE_JOB: ReadonlySet<StationState> = new Set(['SCANNING', 'INSPECTING', 'REVIEWING', 'NESTING']);

export interface PageCommands {
  /** Of what lies there, as far as somebody has said it. */
  scan(): Promise<void>;
  /** Scans the sheet that a broken-off job lies on again, to nest what is left of the order on what is left of it.
   *  @param cut placements that were cut; null: those that the cutter has counted */
  goOn(cut: readonly number[] | null): Promise<void>;
  /** All that was cut is good but these placements. */
  accept(rejected: readonly number[]): Promise<void>;
  /** Opens the latest scan after cutting, or where there is none asks how the pieces lie. */
  openCutScan(): Promise<void>;
  /** Scans the table again and holds it against what was cut. */
  scanCut(pieces: CutPieces): Promise<void>;
  /** Ends a scan after cutting that is under way. */
  dropCutScan(): Promise<void>;
  /** A tap on a piece of a scan after cutting: shown at once, and kept by the station. */
  decide(placement: number): Promise<void>;
  /** What the scan says, but for what a person has decided. */
  acceptScan(seen: SeenCut): Promise<void>;
  /** The code of the hide's tag: of the job under way until its release, else of the next one. */
  nameHide(code: string | null): Promise<void>;
  cancel(): Promise<void>;
  /** Gives the job up, and scans the same sheet anew: it was moved, or the picture was bad. */
  scanAgain(): Promise<void>;
  review(waive: boolean): Promise<void>;
  addDefect(outline: Ring, quality: number): Promise<void>;
  regrade(defect: Defect, quality: number): Promise<void>;
  remove(defect: Defect): Promise<void>;
  /** Takes the latest act back: the choice of an alternative, else the job's latest correction or arrangement, whoever
   *  made it and before whatever reload. */
  undo(): Promise<void>;
  redo(): Promise<void>;
  /** Locks pieces where they lie; one that was moved or turned lies there from now on. */
  place(pieces: readonly PlacedPiece[]): Promise<void>;
  unlock(piece: PlacedPiece): Promise<void>;
  /** Keeps this piece of the order, all its copies, off the hide. */
  ban(piece: PlacedPiece): Promise<void>;
  /** Lets all that was banned lie again. */
  allowAll(): Promise<void>;
  turn(piece: PlacedPiece): Promise<void>;
  swap(one: PlacedPiece, other: PlacedPiece): Promise<void>;
  stopNest(): Promise<void>;
  /** Exactly the layout that lay under the finger; acts once however often it is tapped. */
  approve(layout: LayoutView): Promise<void>;
  ask(wish: 'pause' | 'resume' | 'cancel'): Promise<void>;
  acknowledge(alarm: string): Promise<void>;
  /** Puts an alarm aside for so many minutes. */
  shelve(alarm: string, reason: ShelfReason, minutes: number): Promise<void>;
}

/** The window's wishes to the station. One is under way at a time: corrections, codes and what is seen of alarms wait for
 *  their turn, of all else a second one does nothing, and its button says so. A refusal becomes a sentence on the screen, and
 *  so does the loss of the station, which ends all that is under way or waits. `by` names the person at the panel. */
export function pageCommands({ store, dispatch }: PageStore, by: () => string): PageCommands {
  const jobId = () => store.getState().status?.job?.id ?? '';
  const approvals = new Set<string>();
  /** Taps on pieces come faster than answers: each is sent once the one before is answered, none is dropped. */
  let words: Promise<void> = Promise.resolve();

  const refuse = ({ code, details }: KerfError) => dispatch({ kind: 'refused', refusal: { code, details } });

  /** Wishes that are under way or wait, and the end of the latest. */
  let openCount = 0;
  let last: Promise<void> = Promise.resolve();
  let lossCount = 0;
  let lose: (reason: KerfError) => void = () => undefined;
  store.subscribe(({ link }, before) => {
    if (link !== 'lost' || before.link === 'lost') return;
    lossCount += 1;
    lose(unreachable('events'));
  });

  async function tell<T>(what: string, call: () => Promise<T>, lossesThen: number): Promise<T | null> {
    try {
      if (lossesThen !== lossCount || store.getState().link === 'lost') throw unreachable(what);
      dispatch({ kind: 'sending', what });
      const lost = new Promise<never>((_, reject) => (lose = reject));
      return await Promise.race([call(), lost]);
    } catch (error) {
      if (!(error instanceof KerfError)) throw error;
      refuse(error);
      return null;
    } finally {
      openCount -= 1;
      dispatch({ kind: 'answered' });
    }
  }

  /** Sent once those before it are answered: a hand is quicker than they are, and none of its wishes is dropped. */
  function sendInTurn<T>(what: string, call: () => Promise<T>): Promise<T | null> {
    const losses = lossCount;
    // A sentence goes with the hand's next act; one that comes while this waits stays.
    dispatch({ kind: 'dismiss' });
    openCount += 1;
    const told = openCount === 1 ? tell(what, call, losses) : last.then(() => tell(what, call, losses));
    last = told.then(
      () => undefined,
      () => undefined,
    );
    return told;
  }

  async function send<T>(what: string, call: () => Promise<T>): Promise<T | null> {
    return openCount === 0 ? sendInTurn(what, call) : null;
  }

  async function accept(decision: {
    readonly rejected: number[];
    readonly accepted?: number[];
    readonly comparison?: string;
  }): Promise<void> {
    const job = jobId();
    const body = { by: by(), ...decision };
    const sheet = await send('accept', () => callStation('accept', { params: { id: job }, body }));
    if (!sheet) return;
    dispatch({ kind: 'cut-scan', cutScan: null });
    dispatch({ kind: 'sheet', job, serial: store.getState().sheet.serial, sheet });
  }

  /** Sends one edit of the inspection and shows its answer at once. */
  async function edit(what: string, call: (job: string) => Promise<Inspection>): Promise<Inspection | null> {
    const job = jobId();
    const inspection = await sendInTurn(what, () => call(job));
    if (inspection) dispatch({ kind: 'inspection', job, serial: store.getState().inspection.serial, inspection });
    return inspection;
  }

  const change = (defect: string, quality: number | null) =>
    edit('edit', (id) => callStation('changeDefect', { params: { id, defect }, body: { quality, ...seen() } }));

  /** The layout that the person sees. */
  const shown = () => shownLayout(store.getState());

  /** Who does it, seeing which layout: what an undo comes back to. */
  const seen = () => {
    const sha256 = store.getState().status?.state === 'NESTING' ? (shown()?.sha256 ?? null) : null;
    return { by: by(), ...(sha256 === null ? {} : { layoutSha256: sha256 }) };
  };

  const banned = () => store.getState().inspection.value?.banned ?? [];

  /** Tells the station; the search goes on from the layout that the person sees.
   *  @param moved pieces of it that lie elsewhere now */
  async function arrange(next: Arrangement, moved: readonly PlacedPiece[] = []): Promise<boolean> {
    const placements = moved.map(({ placement }) => placement);
    const body = { ...next, ...(placements.length > 0 ? { moved: placements } : {}), ...seen() };
    return (await edit('arrange', (id) => callStation('lockPieces', { params: { id }, body }))) !== null;
  }

  const table = () => {
    const layout = shown();
    const inspection = store.getState().inspection.value;
    return layout && inspection ? { layout, inspection } : null;
  };

  /** Shown at once, then sent; refused, the station's layout comes back. Null: there is no room. */
  async function place(pieces: readonly PlacedPiece[] | null): Promise<void> {
    const layout = shown();
    if (!layout) return;
    if (!pieces) return dispatch({ kind: 'refused', refusal: { code: 'UI_NO_ROOM', details: {} } });
    const isDone = arrange({ locked: locksWith(layout, pieces), banned: banned() }, pieces);
    dispatch({ kind: 'arranged', pieces });
    if (!(await isDone)) dispatch({ kind: 'layout-uncertain' });
  }

  async function takeBack(way: 'undo' | 'redo'): Promise<void> {
    // Another layout comes: what the hand is on would hold the old one on the screen.
    if (await edit('edit', (id) => callStation(way, { params: { id }, body: seen() })))
      dispatch({ kind: 'pick', placement: null });
  }

  async function scan(): Promise<void> {
    const { hide, remnant } = store.getState().nextSheet;
    const body = { ...(hide === null ? {} : { hide }), ...(remnant === null ? {} : { remnant }) };
    const job = await send('scan', () => callStation('startJob', { body }));
    if (job) dispatch({ kind: 'next-sheet', sheet: NO_SHEET });
  }

  return {
    scan,
    async goOn(cut) {
      const job = jobToGoOnWith(store.getState()) ?? jobId();
      const follows = { job, ...(cut === null ? {} : { cut: [...cut] }) };
      await send('scan', () => callStation('startJob', { body: { follows } }));
    },
    accept: (rejected) => accept({ rejected: [...rejected] }),
    acceptScan: (seen) => accept(decisionOf(seen)),
    async openCutScan() {
      const params = { id: jobId() };
      try {
        const latest = await callStation('cutComparison', { params });
        dispatch({ kind: 'cut-scan', cutScan: seenOf(latest) });
      } catch (error) {
        if (!(error instanceof KerfError)) throw error;
        if (error.code === 'STATION_COMPARISON_UNKNOWN') dispatch({ kind: 'cut-scan', cutScan: ASKED });
        else refuse(error);
      }
    },
    async scanCut(pieces) {
      const looking: CutScan = { stage: 'looking', pieces };
      dispatch({ kind: 'dismiss' });
      dispatch({ kind: 'cut-scan', cutScan: looking });
      // Dropped or overtaken by a new hide meanwhile, its answer is nobody's.
      const isWanted = () => store.getState().cutScan === looking;
      try {
        const seen = await callStation('compareCut', { params: { id: jobId() }, body: { by: by(), pieces } });
        if (isWanted()) dispatch({ kind: 'cut-scan', cutScan: seenOf(seen) });
      } catch (error) {
        if (!(error instanceof KerfError)) throw error;
        if (!isWanted()) return;
        dispatch({ kind: 'cut-scan', cutScan: ASKED });
        refuse(error);
      }
    },
    async decide(placement) {
      const seen = seenCut(store.getState());
      const isGood = seen && wordOfTap(seen, placement);
      if (seen === null || isGood === null) return;
      dispatch({ kind: 'decide', placement, isGood });
      const { sha256, comparison } = seen;
      const body = { by: by(), comparison: sha256, placement, isGood };
      const told = words.then(async () => {
        try {
          const decision = await callStation('decideCut', { params: { id: comparison.job }, body });
          dispatch({ kind: 'event', event: { kind: 'cut-scan', job: comparison.job, comparison: sha256, decision } });
        } catch (error) {
          if (!(error instanceof KerfError)) throw error;
          refuse(error);
        } finally {
          dispatch({ kind: 'decide-answered', comparison: sha256, placement });
        }
      });
      words = told.catch(() => undefined);
      await told;
    },
    async dropCutScan() {
      dispatch({ kind: 'cut-scan', cutScan: null });
      await send('cancel', () => callStation('endCutScan', { params: { id: jobId() } }));
    },
    async nameHide(code) {
      const { status, nextSheet } = store.getState();
      const params = { id: jobId() };
      if (status && NAMES_THE_JOB.has(status.state))
        await sendInTurn('hide', () => callStation('nameHide', { params, body: { code, by: by() } }));
      else dispatch({ kind: 'next-sheet', sheet: { ...nextSheet, hide: code } });
    },
    async cancel() {
      await send('cancel', () => callStation('cancel', { params: { id: jobId() } }));
    },
    async scanAgain() {
      const dropped = await send('cancel', () => callStation('cancel', { params: { id: jobId() } }));
      if (!dropped) return;
      // Kept where the scan is refused: nobody types the code twice.
      const { hide = null, remnant = null } = dropped;
      dispatch({ kind: 'next-sheet', sheet: { hide, remnant } });
      await scan();
    },
    async review(waive) {
      await send('review', () => callStation('review', { params: { id: jobId() }, body: { by: by(), waive } }));
    },
    async addDefect(outline, quality) {
      const body = { outline, class: 'person', quality, ...seen() };
      if (await edit('edit', (id) => callStation('addDefect', { params: { id }, body })))
        dispatch({ kind: 'draft', ring: null });
    },
    async regrade(defect, quality) {
      await change(defect.id, quality);
    },
    async remove(defect) {
      await change(defect.id, null);
    },
    async undo() {
      if (store.getState().chosen) dispatch({ kind: 'choose', layout: null });
      else await takeBack('undo');
    },
    async redo() {
      await takeBack('redo');
    },
    place: (pieces) => place(pieces),
    async unlock(piece) {
      const layout = shown();
      if (layout && (await arrange({ locked: locksWithout(layout, piece), banned: banned() })))
        dispatch({ kind: 'pick', placement: null });
    },
    async ban(piece) {
      const layout = shown();
      if (!layout) return;
      const { id } = piece;
      if (await arrange({ locked: locksWith(withoutPiece(layout, id), []), banned: [...banned(), id] }))
        dispatch({ kind: 'pick', placement: null });
    },
    async allowAll() {
      const layout = shown();
      if (layout) await arrange({ locked: locksWith(layout, []), banned: [] });
    },
    async turn(piece) {
      const at = table();
      if (!at) return;
      // A thousand places are tried among hundreds of pieces: some 30 ms.
      await nextPaint();
      const turned = turnedPiece(at, piece);
      await place(turned && [turned]);
    },
    async swap(one, other) {
      const at = table();
      if (!at) return;
      await nextPaint();
      await place(swappedPieces(at, one, other));
    },
    async stopNest() {
      await send('stop', () => callStation('stopNest', { params: { id: jobId() } }));
    },
    async approve(layout) {
      const hash = layout.sha256;
      // Two hides may be laid alike, byte for byte.
      const approval = `${layout.job}/${hash}`;
      if (hash === null || approvals.has(approval)) return;
      approvals.add(approval);
      const job = await send('approve', () =>
        callStation('approve', { params: { id: layout.job }, body: { layoutSha256: hash, by: by() } }),
      );
      // Refused or lost: the person may press again; the station acts once on a hash.
      if (!job) approvals.delete(approval);
    },
    async ask(wish) {
      await send(wish, () => callStation('request', { params: { id: jobId() }, body: { req: wish } }));
    },
    async shelve(alarm, reason, minutes) {
      const body = { by: by(), reason, minutes };
      await sendInTurn('acknowledge', () => callStation('shelveAlarm', { params: { id: alarm }, body }));
    },
    async acknowledge(alarm) {
      await sendInTurn('acknowledge', () => callStation('acknowledgeAlarm', { params: { id: alarm } }));
    },
  };
}
