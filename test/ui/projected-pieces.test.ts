import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { LayoutView } from '../../src/api/views.ts';
import type { Ring } from '../../src/domain/ring.ts';
import { ProjectedPieces } from '../../src/ui/projector/projected-pieces.tsx';
import { layoutOf, square } from './page-fixtures.ts';

/** What the projector draws, as the SVG that it is drawn by. */

const SIDE = 140;

/** Two pieces of each kit, one beside the other. */
function layoutOfKits(kits: readonly (string | null)[]): LayoutView {
  const { pieces, ...layout } = layoutOf(
    kits.flatMap((_, k) => [square(0, 200 * k, SIDE), square(200, 200 * k, SIDE)]),
  );
  return {
    ...layout,
    pieces: pieces.map((piece, i) => ({ ...piece, label: `Flap ${i + 1}`, kit: kits[Math.floor(i / 2)]! })),
  };
}

interface DrawnPiece {
  readonly look: string;
  readonly label: string;
  readonly fontSize: number;
  readonly inks: readonly string[];
}

function drawn({ pieces }: LayoutView, cut: ReadonlySet<number> = new Set()): readonly DrawnPiece[] {
  const svg = renderToStaticMarkup(createElement(ProjectedPieces, { pieces, cut }));
  return [...svg.matchAll(/<g[^>]*>(<path[^>]*>.*?)<\/g>/g)].map(([, inside = '']) => {
    const of = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(inside)?.[1] ?? '';
    return {
      look: ['stroke', 'stroke-dasharray'].map(of).join(' '),
      label: />([^<]*)<\/text>/.exec(inside)?.[1] ?? '',
      fontSize: Number(of('font-size')),
      inks: [of('fill'), of('stroke')],
    };
  });
}

describe('what the projector draws on the hide', () => {
  const kits = ['Siena tote', 'Lido wallet', 'Nota holder', null, 'Belt', 'Case', 'Strap set'];
  const pieces = drawn(layoutOfKits(kits));

  it('gives the pieces of a kit one look, and every kit another', () => {
    expect(pieces).toHaveLength(2 * kits.length);
    const looks = kits.map((_, k) => pieces.slice(2 * k, 2 * k + 2).map(({ look }) => look));
    for (const [first, second] of looks) expect(first).toBe(second);
    expect(new Set(looks.map(([look]) => look)).size).toBe(kits.length);
  });

  it('keeps the first five kits apart by their hue alone, as people tell hues apart, and bright on leather', () => {
    const hues = pieces.slice(0, 10).map(({ inks }) => inks);
    for (const [fill, stroke] of hues) expect(fill).toBe(stroke);
    const rgb = hues
      .filter((_, i) => i % 2 === 0)
      .map(([fill = '']) => [1, 3, 5].map((at) => Number.parseInt(fill.slice(at, at + 2), 16)));
    for (const [i, a] of rgb.entries()) {
      expect(Math.max(...a)).toBeGreaterThan(220);
      for (const b of rgb.slice(i + 1)) expect(Math.hypot(...a.map((value, k) => value - b[k]!))).toBeGreaterThan(50);
    }
  });

  it('writes each piece’s name within it, in a type of 25 mm or more', () => {
    expect(pieces.map(({ label }) => label)).toEqual(pieces.map((_, i) => `Flap ${i + 1}`));
    for (const { label, fontSize } of pieces) {
      expect(fontSize).toBeGreaterThanOrEqual(25);
      // A letter is some 0.62 of its height wide.
      expect(0.62 * fontSize * label.length).toBeLessThanOrEqual(SIDE + 0.01);
    }
  });

  it('turns a strap’s name along it, writes the short one where that has room, and none that is too small to read', () => {
    const box = (w: number, h: number): Ring => [
      [0, 0],
      [w, 0],
      [w, h],
      [0, h],
    ];
    const {
      pieces: [piece],
    } = layoutOf([square(0, 0, SIDE)]);
    const svgOf = (outline: Ring) =>
      renderToStaticMarkup(
        createElement(ProjectedPieces, { pieces: [{ ...piece!, label: 'Strap 3', outline }], cut: new Set<number>() }),
      );
    expect(svgOf(box(42, 620))).toMatch(/<text[^>]*transform="rotate\(-90 21 -310\)"[^>]*>Strap 3</);
    expect(svgOf(box(620, 24))).toMatch(/<text[^>]*font-size="25"[^>]*>ST3</);
    expect(svgOf(box(84, 16))).not.toContain('<text');
  });
});
