import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Brush } from '../../src/ui/canvas/brush.ts';
import { drawCutting, pieceSteps } from '../../src/ui/canvas/draw-pieces.ts';
import type { Palette } from '../../src/ui/canvas/palette.ts';
import type { Scene, ScenePiece } from '../../src/ui/canvas/scene.ts';
import { square } from './page-fixtures.ts';

/** What is drawn while pieces are cut, as calls of the canvas. */

interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly stroke: string;
}

const DARK: Partial<Palette> = {
  ink: '#eef1f2',
  casing: '#ffffff',
  onPiece: '#14181b',
  isDark: true,
  hues: ['#7fd4ff'],
};

/** A canvas of 400 by 400 that writes down what is called; 1 mm is 1 px, y up from the lower left. */
function brushOf(calls: Call[]): Brush {
  const ctx: Record<string, unknown> = { measureText: () => ({ width: 62 }) };
  const recorded = new Proxy(ctx, {
    get: (target, name: string) =>
      target[name] ??
      ((...args: readonly unknown[]) => {
        calls.push({ name, args, stroke: String(target['strokeStyle']) });
      }),
  });
  return {
    ...{ ratio: 1, widthPx: 400, heightPx: 400, marginPx: 0, picture: null, timeMs: null, flights: new Map() },
    ctx: recorded as unknown as CanvasRenderingContext2D,
    view: { scale: 1, left: 0, top: 400 },
    palette: DARK as Palette,
    hatches: {} as Brush['hatches'],
    cost: String,
  };
}

function sceneOfCut(side: number): Scene {
  const piece = (text: string, x: number, look: ScenePiece['look'], long: number): ScenePiece => ({
    ...{ piece: 0, outline: square(x, 150, long), holes: [], text, short: text, hue: 0, look, isLocked: false },
  });
  const pieces = [piece('31', 20, 'done', 60), piece('32', 100, 'now', side), piece('33', 300, 'next', 60)];
  return { pieces, path: [pieces[1]!.outline, pieces[2]!.outline] } as unknown as Scene;
}

describe('the piece under the knife', () => {
  beforeAll(() => void vi.stubGlobal('document', { fonts: { status: 'loading' } }));
  afterAll(() => void vi.unstubAllGlobals());

  const written = (side: number, draw: (scene: Scene, brush: Brush) => void) => {
    const calls: Call[] = [];
    draw(sceneOfCut(side), brushOf(calls));
    return calls;
  };

  it('has its number written after the knife, and not where the knife would cover it', () => {
    const still = written(48, (scene, brush) => pieceSteps(scene).forEach((step) => step(brush)));
    expect(still.filter(({ name }) => name === 'fillText').map(({ args }) => args[0])).toEqual(['33']);
    const moving = written(48, drawCutting);
    const knife = moving.findIndex(({ name }) => name === 'arc');
    const number = moving.findIndex(({ name, args }) => name === 'fillText' && args[0] === '32');
    expect(knife).toBeGreaterThanOrEqual(0);
    expect(number).toBeGreaterThan(knife);
    // The piece lies from 202 to 250 px down; the knife's arms reach 32 px over its rim.
    expect(Number(moving[number]!.args[2])).toBeLessThan(202 - 32);
  });

  it('keeps its number in its middle where the knife does not come', () => {
    const moving = written(120, drawCutting);
    expect(moving.some(({ name }) => name === 'roundRect')).toBe(false);
    expect(moving.filter(({ name }) => name === 'translate').map(({ args }) => args)).toEqual([[160, 190]]);
  });

  it('leads on by a line that is light on dark, in a casing that is dark on light', () => {
    const calls = written(48, (scene, brush) => pieceSteps(scene).forEach((step) => step(brush)));
    const dashed = calls.findIndex(({ name }) => name === 'setLineDash');
    const strokes = (from: readonly Call[]) => from.filter(({ name }) => name === 'stroke').map(({ stroke }) => stroke);
    expect(strokes(calls.slice(0, dashed)).at(-1)).toBe('#0d1012');
    expect(strokes(calls.slice(dashed))[0]).toBe(DARK.ink);
  });
});
