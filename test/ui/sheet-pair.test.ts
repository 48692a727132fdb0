import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SheetWish } from '../../src/ui/canvas/sheet-cache.ts';
import { SheetPair } from '../../src/ui/canvas/sheet-pair.ts';
import type { Viewport } from '../../src/ui/canvas/viewport.ts';

/** What canvases were laid where: a browser's canvas as far as sheets use it. */
class FakeCanvas {
  width = 0;
  height = 0;
  laid: { readonly from: FakeCanvas; readonly size: readonly number[] }[] = [];
  getContext() {
    return {
      setTransform: () => undefined,
      clearRect: () => undefined,
      getImageData: () => undefined,
      drawImage: (from: FakeCanvas, ...size: number[]) => void this.laid.push({ from, size }),
    };
  }
}

const SIZE = { ratio: 1, widthPx: 400, heightPx: 300 };
const STEPS = 30;
const HOME: Viewport = { scale: 1, left: 0, top: 0 };

let screen: FakeCanvas;
let pair: SheetPair;
let drawn: string[];
let backdrops: number;

beforeEach(() => {
  vi.stubGlobal('document', { createElement: () => new FakeCanvas() });
  // Each look at the clock takes a millisecond, so that a sheet needs several frames.
  let nowMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (nowMs += 1));
  screen = new FakeCanvas();
  pair = new SheetPair(50);
  drawn = [];
  backdrops = 0;
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function wish(key: string, view: Viewport): SheetWish {
  const step = (_: unknown, at: Viewport) => void drawn.push(`${key} at ${at.left - 50}`);
  return { key, view, ...SIZE, steps: () => Array.from({ length: STEPS }, () => step) };
}

/** One frame. @returns what was laid on the screen in it, and whether all is sharp */
function frame(view: Viewport, isMoving: boolean, ground = 'ground', top = 'top') {
  screen.laid = [];
  const ctx = screen.getContext() as unknown as CanvasRenderingContext2D;
  const isSharp = pair.lay(ctx, wish(ground, view), wish(top, view), isMoving, () => (backdrops += 1));
  return { laid: screen.laid, isSharp };
}

function rest(view: Viewport, ground?: string, top?: string): FakeCanvas {
  for (let i = 0; i < 100; i += 1) if (frame(view, false, ground, top).isSharp) break;
  const { laid, isSharp } = frame(view, false, ground, top);
  expect([isSharp, laid.length]).toEqual([true, 1]);
  return laid[0]!.from;
}

describe('the two sheets of the hide', () => {
  it('lie on the screen as one, ground below, once both are whole', () => {
    const joined = rest(HOME);
    expect(joined.laid).toHaveLength(2);
    expect(drawn.filter((line) => line === 'ground at 0')).toHaveLength(STEPS);
    expect(drawn.filter((line) => line === 'top at 0')).toHaveLength(STEPS);
    // The ground's canvas was the first one that was drawn on.
    expect(joined.laid[0]!.from).not.toBe(joined.laid[1]!.from);
  });

  it('are one scaled sheet under fingers, and nothing is drawn while it is good enough', () => {
    const joined = rest(HOME);
    drawn = [];
    const near = { scale: 1.2, left: -20, top: -20 };
    const { laid, isSharp } = frame(near, true);
    expect([laid.map(({ from }) => from), isSharp, drawn]).toEqual([[joined], false, []]);
    // 400 px and 50 px of margin on either side, 1.2 times as large.
    expect(laid[0]!.size.slice(2)).toEqual([600, 480]);
  });

  it('are both drawn for one view while the fingers go on, and take the old one’s place together', () => {
    const joined = rest(HOME);
    drawn = [];
    let changes = 0;
    for (let left = -300; left > -400 && changes === 0; left -= 1) {
      const { laid } = frame({ scale: 1, left, top: 0 }, true);
      expect(laid).toHaveLength(1);
      if (joined.laid.length > 2) changes += 1;
    }
    expect(changes).toBe(1);
    expect(new Set(drawn)).toEqual(new Set(['ground at -300', 'top at -300']));
    expect(backdrops).toBeGreaterThan(0);
    // Where they come to rest, they are drawn sharp.
    drawn = [];
    rest({ scale: 1, left: -320, top: 0 });
    expect(drawn).toContain('top at -320');
  });

  it('show new content at once, unfinished, and with fingers on it for the ground’s view', () => {
    rest(HOME);
    drawn = [];
    const { laid, isSharp } = frame(HOME, false, 'ground', 'better');
    expect([laid.length, isSharp]).toEqual([2, false]);
    expect(drawn.length).toBeGreaterThan(0);
    rest(HOME, 'ground', 'better');
    drawn = [];
    const near = { scale: 1, left: 10, top: 0 };
    for (let i = 0; i < 50; i += 1) frame(near, true, 'ground', 'best');
    expect(new Set(drawn)).toEqual(new Set(['best at 0']));
    expect(frame(near, true, 'ground', 'best').laid).toHaveLength(1);
  });
});
