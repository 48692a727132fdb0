import { describe, expect, it } from 'vitest';
import { pointAlong } from '../../src/ui/canvas/draw-pieces.ts';
import { markAt, remnantAt } from '../../src/ui/canvas/hit.ts';
import { keepSame } from '../../src/ui/canvas/keep-same.ts';
import { sceneOf, shortLabel } from '../../src/ui/canvas/scene.ts';
import type { Job } from '../../src/domain/job.ts';
import { stepOf } from '../../src/ui/state/page-state.ts';
import { DEFECTS, TABLE, inspectionOf } from './drawn-hide.ts';
import { fakeRemnants } from './fake-stock.ts';
import { jobOf, layoutOf, pageAfter, square, statusEvent } from './page-fixtures.ts';

const inspection = inspectionOf(DEFECTS);
const reviewed = [{ kind: 'inspection', job: 'job-1', serial: 0, inspection }] as const;
const three = layoutOf([square(0, 0, 90), square(200, 0, 90), square(400, 0, 90)]);
const cutting = (state: 'CUTTING' | 'RELEASED', cutCount: number) =>
  sceneOf(
    pageAfter(
      statusEvent(state, { job: jobOf({ cutCount }) }),
      { kind: 'layout', job: 'job-1', serial: 0, layout: three },
      {
        kind: 'cut-plan',
        job: 'job-1',
        serial: 0,
        cutPlan: {
          job: 'job-1',
          order: [2, 2, 0, 1],
          cutLength: 1,
          seconds: 9,
          file: 'cut.dxf',
          sha256: 'c'.repeat(64),
        },
      },
    ),
  );

describe('the scene', () => {
  it('shows nothing of an old hide in READY', () => {
    const scene = sceneOf(pageAfter(statusEvent('READY', { job: jobOf({ state: 'cancelled' }) })));
    expect(scene).toMatchObject({ frame: null, picture: null, outline: null, marks: [], pieces: [] });
  });

  it('lays the picture on the table by the scan’s own scale', () => {
    const { picture } = sceneOf(pageAfter(statusEvent('REVIEWING'), ...reviewed));
    const [ua, ub, va, vb, e, f] = picture!.place.matrix;
    // Upper left corner of the picture is the table's upper left, lower right its lower right.
    expect([e, f]).toEqual([0, TABLE.height]);
    expect([ua + va + e, ub + vb + f]).toEqual([TABLE.width, 0]);
  });

  it('keeps the camera’s colours while the leather is judged, and not after', () => {
    const isGrey = (state: 'REVIEWING' | 'NESTING' | 'DONE') =>
      sceneOf(pageAfter(statusEvent(state), ...reviewed)).picture?.isGrey;
    expect([isGrey('REVIEWING'), isGrey('NESTING'), isGrey('DONE')]).toEqual([false, true, true]);
  });

  it('shows what does not lie flat until the hide is released', () => {
    const fold = { kind: 'fold' as const, outline: square(10, 10, 80), value: 1.4, quality: 4 };
    const shade = { ...fold, kind: 'shade' as const };
    const event = { ...reviewed[0], inspection: { ...inspection, regions: [shade, fold] } };
    const folds = (state: 'REVIEWING' | 'NESTING' | 'CUTTING') => sceneOf(pageAfter(statusEvent(state), event)).folds;
    expect([folds('REVIEWING'), folds('NESTING'), folds('CUTTING')]).toEqual([[fold.outline], [fold.outline], []]);
  });

  it('shows what a fold encloses as well: a rim that curls all round is no fold over the whole hide', () => {
    const holes = [square(30, 30, 20)];
    const fold = { kind: 'fold' as const, outline: square(10, 10, 80), holes, value: 1.4, quality: 4 };
    const event = { ...reviewed[0], inspection: { ...inspection, regions: [fold] } };
    expect(sceneOf(pageAfter(statusEvent('REVIEWING'), event)).folds).toEqual([fold.outline, ...holes]);
  });

  it('rings doubtful marks in REVIEWING only, and drops all marks once released', () => {
    const marks = (state: 'REVIEWING' | 'NESTING' | 'CUTTING') =>
      sceneOf(pageAfter(statusEvent(state), ...reviewed)).marks;
    expect(
      marks('REVIEWING')
        .filter((m) => m.isDoubtful)
        .map((m) => m.id),
    ).toEqual(['d7', 'd10', 'd11']);
    expect(marks('NESTING').some((m) => m.isDoubtful)).toBe(false);
    expect(marks('NESTING').every((m) => m.isMuted)).toBe(true);
    expect(marks('CUTTING')).toEqual([]);
  });

  it('shows tiles as they are seen, before any inspection', () => {
    const scene = sceneOf(
      pageAfter(statusEvent('INSPECTING', { job: jobOf({ inspectionSha256: null }) }), {
        kind: 'event',
        event: { kind: 'tile', job: 'job-1', outline: square(0, 800, 800), done: 1, total: 6 },
      }),
    );
    expect(scene.tiles).toHaveLength(1);
    // The first tile hangs from the picture's top.
    expect(scene.picture?.place).toMatchObject({ isGuess: true, matrix: [0, 0, 0, -1600, 0, 1600] });
  });

  it('numbers pieces in the order of cutting and marks the one under the knife', () => {
    const { pieces, path } = cutting('CUTTING', 1);
    expect(pieces.map((p) => [p.text, p.look])).toEqual([
      ['2', 'now'],
      ['3', 'next'],
      ['1', 'done'],
    ]);
    expect(path).toEqual([three.pieces[0]!.outline, three.pieces[1]!.outline]);
  });

  it('has nothing under the knife before the cutter has started', () => {
    expect(cutting('RELEASED', 0).pieces.map((p) => p.look)).toEqual(['next', 'next', 'next']);
  });

  it('shows what is left of a cut hide by the names of its cards, kept or thrown away, and no others', () => {
    const remnants = fakeRemnants('job-1').map((remnant, i) =>
      i === 2 ? { ...remnant, state: 'discarded' as const } : remnant,
    );
    const after = [...reviewed, { kind: 'remnants', job: 'job-1', serial: 0, remnants }] as const;
    const done = sceneOf(pageAfter(statusEvent('DONE'), ...after));
    expect(done.remnants.map(({ name, isKept }) => [name, isKept])).toEqual([
      ['R1', true],
      ['R2', true],
      ['R3', false],
    ]);
    expect(done.remnants[0]!.outline).toBe(remnants[0]!.sheet.outline);
    expect(remnantAt(done.remnants, [1000, 1400])?.id).toBe('job-1-r3');
    expect(remnantAt(done.remnants, [1000, 1000])).toBeNull();
    expect(sceneOf(pageAfter(statusEvent('CUTTING'), ...after)).remnants).toEqual([]);
    // Said again, it is not drawn again.
    expect(keepSame(done, sceneOf(pageAfter(statusEvent('DONE'), ...after))).remnants).toBe(done.remnants);
  });

  it('hits the smaller of two marks under a finger, and the nearest beside it', () => {
    const marks = sceneOf(pageAfter(statusEvent('REVIEWING'), ...reviewed)).marks;
    expect(markAt(marks, [620, 1010], 10)?.id).toBe('d13');
    expect(markAt(marks, [620, 1033], 15)?.id).toBe('d13');
    expect(markAt(marks, [620, 1060], 15)).toBeNull();
    const nested = [
      { ...marks[0]!, id: 'large', outline: square(0, 0, 100), areaMm2: 10_000 },
      { ...marks[0]!, id: 'small', outline: square(40, 40, 10), areaMm2: 100 },
    ];
    expect(markAt(nested, [45, 45], 5)?.id).toBe('small');
    expect(markAt(nested, [20, 20], 5)?.id).toBe('large');
  });

  it('stays at the step where a job failed', () => {
    const ended = (change: Partial<Job>) => stepOf('DONE', jobOf({ state: 'failed', layoutSha256: null, ...change }));
    expect(ended({ inspectionSha256: null })).toBe('scan');
    expect(ended({})).toBe('nest');
    expect(ended({ state: 'rejected', layoutSha256: 'a', approvedBy: 'Ana' })).toBe('cut');
    expect(ended({ state: 'done', approvedBy: 'Ana' })).toBe('done');
  });

  it('makes short labels of first letters and numbers', () => {
    expect(shortLabel('front panel 2')).toBe('FP2');
    expect(shortLabel('Gusset-left')).toBe('GL');
    // A letter alone is a kit's badge: "Siena tote" has "S", and straps of another kit are not its pieces.
    expect(shortLabel('Strap 3')).toBe('ST3');
    expect(shortLabel('Body')).toBe('BO');
    expect(shortLabel('A 1')).toBe('A1');
    expect(shortLabel('')).toBe('');
  });

  it('walks the rim by length', () => {
    expect(pointAlong(square(0, 0, 10), 0)).toEqual([0, 0]);
    expect(pointAlong(square(0, 0, 10), 0.25)).toEqual([10, 0]);
    expect(pointAlong(square(0, 0, 10), 0.625)).toEqual([5, 10]);
  });
});
