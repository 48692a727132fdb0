import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it, test } from 'vitest';
import { pieceShape } from '#geometry/piece-shape.ts';
import { pointInRing } from '#geometry/point-in-ring.ts';
import { drawnFromSvg } from '#orders/drawn-from-svg.ts';

/** What is read of a drawing is held against what librsvg paints of it: black where there is leather. */
const [WIDTH, HEIGHT, PX_PER_MM] = [200, 120, 5];

function svg(body: string, more = ''): string {
  const size = `width="${WIDTH}mm" height="${HEIGHT}mm" viewBox="0 0 ${WIDTH} ${HEIGHT}"`;
  const names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';
  return `<svg ${names} ${size} ${more} fill-rule="evenodd">${body}</svg>`;
}

/** Millimetres where one says leather and the other none, but at edges; and how much leather was painted. */
async function compared(text: string): Promise<{ readonly strays: readonly string[]; readonly paintedShare: number }> {
  // In user units, of which 72 are an inch to it: what a mm is, it counts by the density twice.
  const picture = await sharp(Buffer.from(text.replaceAll('mm"', '"')), { density: PX_PER_MM * 72 })
    .ensureAlpha()
    .extractChannel('alpha')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = picture.info;
  expect([width, height]).toEqual([WIDTH * PX_PER_MM, HEIGHT * PX_PER_MM]);
  const { outline, holes } = pieceShape([{ id: 'p', ...drawnFromSvg(text, 'a.svg') }], 0, 0.01);
  const strays: string[] = [];
  let [painted, asked] = [0, 0];
  for (let py = 2; py < height - 2; py += 4)
    for (let px = 2; px < width - 2; px += 4) {
      const around = [-2, -1, 0, 1, 2].flatMap((dy) =>
        [-2, -1, 0, 1, 2].map((dx) => picture.data[(py + dy) * width + px + dx]! > 127),
      );
      if (around.some((is) => is !== around[0])) continue;
      const [x, y] = [(px + 0.5) / PX_PER_MM, HEIGHT - (py + 0.5) / PX_PER_MM];
      const isIn = pointInRing(outline, x, y) === 'inside' && holes.every((h) => pointInRing(h, x, y) === 'outside');
      asked += 1;
      if (around[0]) painted += 1;
      if (isIn !== around[0]) strays.push(`(${x}, ${y})`);
    }
  return { strays, paintedShare: painted / asked };
}

const SHAPE = '<path d="M0 0h60v10h-50v30h-10z"/>';
const CURVED = '<path d="M0 0 C 10 -20 50 -20 50 10 A 20 10 30 1 1 20 30 Q -10 30 0 0 Z"/>';

describe('an SVG is read as librsvg paints it', () => {
  it.each([
    ['moved', `<g transform="translate(30,20)">${SHAPE}</g>`],
    ['moved without a comma, and back', `<g transform="translate(30-5) translate(0 40)">${SHAPE}</g>`],
    ['half its size', `<g transform="scale(.5)">${SHAPE}</g>`],
    ['mirrored', `<g transform="matrix(-1 0 0 1 100 30)">${SHAPE}</g>`],
    ['mirrored curves', `<g transform="translate(120,40)scale(-1,1)">${CURVED}</g>`],
    ['turned round a point', `<g transform="rotate(30 60 60)"><g transform="translate(40,30)">${CURVED}</g></g>`],
    ['skewed across', `<g transform="translate(20 30) skewX(25)">${CURVED}</g>`],
    ['skewed up, with its shape’s own', `<g transform="translate(70 40)"><g transform="skewY(-15)">${CURVED}</g></g>`],
    ['stretched and turned', `<circle r="20" transform="translate(90 60) rotate(40) scale(2 .8)"/>`],
    ['an ellipse skewed', `<ellipse rx="30" ry="10" transform="translate(90 60) rotate(20) skewX(30)"/>`],
    ['a round rectangle turned', `<rect width="70" height="30" rx="12" transform="translate(60 30) rotate(33)"/>`],
    ['a rectangle rounder across than it is wide', `<rect x="30" y="20" width="20" height="80" rx="30"/>`],
    ['a hole in a group of its own', `<path d="M10 10h90v70h-90z M30 30h20v20h-20z" transform="rotate(9)"/>`],
    ['svg in svg', `<svg x="30" y="30" width="50" height="50" viewBox="0 0 100 100">${SHAPE}</svg>`],
    ['svg in svg, in percent', `<svg x="10%" y="20%" width="50%" height="50%" viewBox="0 0 100 100">${SHAPE}</svg>`],
    ['svg in svg, as large as the drawing', `<svg viewBox="-10 -20 100 100">${SHAPE}</svg>`],
    ['svg in svg, without a viewBox', `<svg x="30" y="40"><rect width="50" height="30"/></svg>`],
    ...['none', 'xMinYMin meet', 'xMaxYMax meet', 'xMidYMax', 'xMinYMid slice', 'xMaxYMax slice'].map((ratio) => [
      `svg in svg, ${ratio}`,
      `<svg x="20" y="10" width="120" height="60" viewBox="0 0 100 100" preserveAspectRatio="${ratio}">
        <path d="M30 52h40v20h-15v-10h-25z"/></svg>`,
    ]),
    ['used', `<defs><g id="a">${SHAPE}</g></defs><use href="#a" x="20" y="30"/>`],
    [
      'used by its old name, turned',
      `<defs><g id="a">${CURVED}</g></defs><use xlink:href="#a" x="60" y="30" transform="rotate(20)"/>`,
    ],
    [
      'used from another use',
      `<defs><g id="a">${SHAPE}</g><use id="b" href="#a" x="5" transform="scale(.8)"/></defs><use href="#b" y="9"/>`,
    ],
    [
      'a symbol used',
      `<symbol id="s" viewBox="0 0 100 50">${SHAPE}</symbol><use href="#s" x="20" y="10" width="80" height="80"/>`,
    ],
    [
      'an svg used',
      `<defs><svg id="s" width="9" height="9" viewBox="0 0 100 50">${SHAPE}</svg></defs><use href="#s" width="80" height="80"/>`,
    ],
    ['display none', `${SHAPE}<g style="display:none"><rect width="150" height="100"/></g>`],
    ['display none as attribute', `${SHAPE}<rect display="none" width="150" height="100"/>`],
    ['display none, used', `<defs><g id="a" display="none">${CURVED}</g></defs>${SHAPE}<use href="#a"/>`],
    ['hidden', `${SHAPE}<g visibility="hidden"><rect width="150" height="100"/></g>`],
    [
      'hidden but for one',
      `<g visibility="hidden"><rect width="150" height="100"/><g visibility="visible">${SHAPE}</g></g>`,
    ],
    ['no opacity', `${SHAPE}<g opacity="0"><rect width="150" height="100"/></g>`],
    ['a frame without paint', `<path d="M0 0h200v120h-200z" fill="none"/>${SHAPE}`],
    [
      'a frame without paint, inherited',
      `<g style="fill:none;stroke:none"><rect width="150" height="100"/></g>${SHAPE}`,
    ],
    [
      'hidden by class, as Illustrator does',
      `<style type="text/css">\n.st0{display:none;}\n.st1{fill:#000}</style>${SHAPE}<g class="st0"><rect width="150" height="100"/></g>`,
    ],
    [
      'hidden by class, as CorelDRAW does',
      `<defs><style type="text/css"><![CDATA[ .fil0 {fill:none} .fil1{fill:#111} ]]></style></defs><g class="fil1">${SHAPE}</g><rect class="fil0" width="150" height="100"/>`,
    ],
    [
      'hidden by id, shown by style',
      `<style>#a, rect.b { display: none }</style><g id="a"><rect width="150" height="100"/></g><rect class="b" width="150" height="100"/><g style="display:inline">${SHAPE}</g>`,
    ],
    [
      'the id is stronger than the class',
      `<style>#a{display:inline} .b{display:none}</style><g id="a" class="b">${SHAPE}</g>`,
    ],
    ['the last of two is stronger', `<style>.b{display:none} .a{display:inline}</style><g class="a b">${SHAPE}</g>`],
    [
      'a rule is stronger than an attribute',
      `<style>.b{display:none}</style>${SHAPE}<rect class="b" display="inline" width="150" height="100"/>`,
    ],
    [
      'what definitions hold',
      `${SHAPE}<clipPath id="c"><rect width="150" height="100"/></clipPath><mask id="m"><rect width="150" height="100"/></mask><pattern id="p"><rect width="150" height="100"/></pattern><marker id="k"><rect width="150" height="100"/></marker>`,
    ],
    [
      'Illustrator’s switch',
      `<switch><foreignObject requiredExtensions="http://ns.adobe.com/x"/><g>${SHAPE}</g></switch>`,
    ],
  ])('%s', async (_, body) => {
    const { strays, paintedShare } = await compared(svg(body));
    expect(strays).toEqual([]);
    expect(paintedShare).toBeGreaterThan(0.003);
  });

  test('under transforms at random, one in another', async () => {
    const number = (min: number, max: number) =>
      fc.double({ min, max, noNaN: true }).map((v) => Number(v.toFixed(3)) || 1);
    const step = fc.oneof(
      fc.tuple(number(-20, 20), number(-20, 20)).map(([x, y]) => `translate(${x}, ${y})`),
      fc.tuple(number(0.6, 1.4), number(-1.4, -0.6)).map(([x, y]) => `scale(${x} ${y})`),
      fc.tuple(number(-180, 180), number(-20, 20)).map(([a, x]) => `rotate(${a}, ${x} 5)`),
      number(-40, 40).map((a) => `skewX(${a})`),
      number(-40, 40).map((a) => `skewY(${a})`),
      number(0.6, 1.4).map((s) => `scale(${s})`),
    );
    const steps = fc.array(step, { minLength: 1, maxLength: 3 }).map((list) => list.join(' '));
    await fc.assert(
      fc.asyncProperty(steps, steps, fc.constantFrom(SHAPE, CURVED), async (outer, inner, shape) => {
        const placed = `<g transform="translate(100 60)"><g transform="${outer}"><g transform="${inner}">${shape}</g></g></g>`;
        expect((await compared(svg(placed))).strays).toEqual([]);
      }),
      { numRuns: 25, seed: 5 },
    );
  }, 60_000);
});

describe('an SVG that would be read otherwise than it looks is refused by name', () => {
  const RECT = '<rect id="r" width="50" height="30"';
  it.each([
    [
      'a style that transforms',
      `${RECT} style="transform:scale(.5)"/>`,
      'a style "transform: scale(.5)" on <rect id="r">',
    ],
    ['a rule that transforms', `<style>rect{transform:scale(.5)}</style>${RECT}/>`, 'a style "transform: scale(.5)"'],
    ['a style that sizes', `${RECT} style="width:90px"/>`, 'a style "width: 90px"'],
    ['a transform with units', `<g transform="rotate(30deg)">${RECT}/></g>`, 'a transform "rotate(30deg)" on <g>'],
    ['a transform of a wrong count', `${RECT} transform="matrix(1 2 3)"/>`, 'a transform "matrix(1 2 3)"'],
    ['a flat transform', `${RECT} transform="scale(0)"/>`, 'a transform "scale(0)"'],
    ['an origin', `${RECT} transform="rotate(9)" transform-origin="5 5"/>`, 'a transform "rotate(9)"'],
    ['a clip', `<g clip-path="url(#c)">${RECT}/></g>`, 'clip-path on <g>'],
    ['a mask in a rule', `<style>.m{mask:url(#c)}</style>${RECT} class="m"/>`, 'mask on <rect id="r">'],
    [
      'a rule that is too clever',
      `<style>g > rect{display:none}</style>${RECT}/>`,
      'a style rule "g > rect" of display',
    ],
    [
      'a rule under a condition',
      `<style>@media print{rect{display:none}}</style>${RECT}/>`,
      'a style rule "@media print{rect" of display',
    ],
    ['a sheet elsewhere', `<style>@import url(a.css);</style>${RECT}/>`, 'a style sheet in another file'],
    ['a use of nothing', `${RECT}/><use id="u" href="#q"/>`, '<use id="u"> of "#q", which is not in the drawing'],
    ['a use of another file', `${RECT}/><use href="b.svg#q"/>`, '<use> of "b.svg#q"'],
    ['a use within itself', `<g id="g">${RECT}/><use href="#g"/></g>`, '<use> of "#g", within itself'],
    ['what an svg cuts off', `<svg width="20" height="20">${RECT}/></svg>`, '<rect id="r"> beyond the <svg>'],
    ['a choice', `<switch>${RECT} systemLanguage="de"/>${RECT}/></switch>`, '<switch> with a choice'],
    ['only what is hidden', `<g display="none">${RECT}/>${RECT}/></g>`, 'no closed outline (left out: 2 not shown)'],
  ])('%s', (_, body, message) => {
    expect(() => drawnFromSvg(svg(body), 'a.svg')).toThrow(
      expect.objectContaining({
        code: 'ORDERS_DRAWING_REFUSED',
        message: expect.stringContaining(message) as string,
      }),
    );
  });

  it('uses that grow, and elements too deep', () => {
    const laughs = Array.from({ length: 9 }, (_, k) => `<g id="l${k + 1}">${`<use href="#l${k}"/>`.repeat(10)}</g>`);
    const begun = performance.now();
    for (const [body, message] of [
      [`<defs><g id="l0">${RECT}/></g>${laughs.join('')}</defs><use href="#l9"/>`, 'more than 20000 elements'],
      ['<g>'.repeat(100_000), 'elements within elements'],
      ['<g '.repeat(200_000), 'no closed outline'],
      ['<!--'.repeat(100_000), 'no closed outline'],
      ['<style>'.repeat(50_000), 'elements within elements'],
      ['<?<![CDATA['.repeat(50_000), 'no closed outline'],
    ] as const)
      expect(() => drawnFromSvg(svg(body), 'a.svg')).toThrow(message);
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});

describe('the size of an SVG', () => {
  it.each([
    ['in mm', 'width="50mm" height="50mm" viewBox="0 0 100 100"', 10],
    ['in mm, its height alone', 'height="50mm" viewBox="0 0 100 100"', 10],
    ['in mm, its width in percent', 'width="100%" height="50mm" viewBox="0 0 100 100"', 10],
    ['in inches', 'width="1in" height="1in" viewBox="0 0 254 254"', 2],
    ['in points', 'width="72pt" height="72pt" viewBox="0 0 254 254"', 2],
    ['without a unit', 'width="50" height="50" viewBox="0 0 100 100"', 10],
    ['without a size', 'viewBox="5 5 100 100"', 20],
    ['without anything', '', 20],
  ])('%s', (_, size, side) => {
    const drawn = drawnFromSvg(`<svg ${size}><rect x="30" y="30" width="20" height="20"/></svg>`, 'a.svg');
    const xs = drawn.outline!.map(([x]) => x);
    expect(Math.max(...xs) - Math.min(...xs)).toBeCloseTo(side, 9);
  });

  it.each([
    ['in pixels, which no two programs agree on', 'width="50px" viewBox="0 0 100 100"', 'found width "50px"'],
    ['in mm, without a viewBox', 'width="50mm" height="50mm"', 'found width "50mm" without a viewBox'],
    ['that differs both ways', 'width="50mm" height="90mm" viewBox="0 0 100 100"', 'a scale of 0.5 across and 0.9 up'],
  ])('%s is refused', (_, size, message) => {
    expect(() => drawnFromSvg(`<svg ${size}><rect width="20" height="20"/></svg>`, 'a.svg')).toThrow(message);
  });

  it('that is stretched on purpose is stretched', () => {
    const size = 'width="50mm" height="90mm" viewBox="0 0 100 100" preserveAspectRatio="none"';
    const drawn = drawnFromSvg(`<svg ${size}><rect width="20" height="20"/></svg>`, 'a.svg');
    expect(drawn.outline).toEqual([
      [0, 90],
      [10, 90],
      [10, 72],
      [0, 72],
    ]);
  });
});
