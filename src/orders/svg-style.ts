import { refuseDrawing } from './drawn-piece.ts';
import { tagOf } from './read-svg.ts';
import type { SvgElement } from './read-svg.ts';

/** What an element says of whether and where it is seen; undefined: nothing. */
export type SvgStyle = ReadonlyMap<string, string>;

/** Properties that say whether something is seen. */
const SIGHT = ['display', 'visibility', 'opacity', 'fill', 'stroke', 'clip-path', 'mask'];
/** Properties by which a style would move or shape what the attributes say. */
const SHAPING = [
  ...['transform', 'transform-origin', 'translate', 'rotate', 'scale', 'zoom', 'offset-path', 'offset'],
  ...['d', 'x', 'y', 'cx', 'cy', 'r', 'rx', 'ry', 'width', 'height', 'all'],
];
const AS_DRAWN = new Set(['none', 'initial', 'auto', 'normal']);

interface Rule {
  readonly name: string | null;
  readonly id: string | null;
  readonly classes: readonly string[];
  readonly weight: number;
  readonly declarations: SvgStyle;
}

/** Reads what the sheets, the style and the attributes of an element say, the stronger ones winning.
 *  @throws KerfError ORDERS_DRAWING_REFUSED where a style would move or shape, or a rule that hides is too clever */
export function styleReader(css: string, where: string): (element: SvgElement) => SvgStyle {
  const rules = rulesOf(css, where).sort((a, b) => a.weight - b.weight);
  return (element) => {
    const { attributes } = element;
    const style = new Map<string, string>();
    for (const property of SIGHT) {
      const value = attributes.get(property)?.trim();
      if (value !== undefined) style.set(property, value.toLowerCase());
    }
    const classes = (attributes.get('class') ?? '').split(/\s+/);
    for (const { name, id, classes: asked, declarations } of rules) {
      const doesMeet = (name === null || name === element.name) && (id === null || id === attributes.get('id'));
      if (doesMeet && asked.every((one) => classes.includes(one)))
        for (const [property, value] of declarations) style.set(property, value);
    }
    for (const [property, value] of declarationsOf(attributes.get('style') ?? '')) style.set(property, value);
    for (const property of SHAPING) {
      const value = style.get(property);
      if (value !== undefined && !AS_DRAWN.has(value))
        refuseDrawing(
          where,
          `a style "${property}: ${value.slice(0, 60)}" on ${tagOf(element)}`,
          'attributes such as transform="…", which are read',
        );
    }
    return style;
  };
}

function declarationsOf(text: string): Map<string, string> {
  const declarations = new Map<string, string>();
  for (const part of text.replace(/\/\*[\s\S]*?\*\//g, '').split(';')) {
    const colon = part.indexOf(':');
    const property = part.slice(0, colon).trim().toLowerCase();
    if (colon > 0 && (SIGHT.includes(property) || SHAPING.includes(property)))
      declarations.set(
        property,
        part
          .slice(colon + 1)
          .replace(/!.*/s, '')
          .trim()
          .toLowerCase(),
      );
  }
  return declarations;
}

/** Rules by a tag, an id and classes; others matter only where they say what is read here. */
function rulesOf(css: string, where: string): Rule[] {
  const text = css.replace(/\/\*[\s\S]*?\*\/|<!--|-->/g, '');
  if (/@import\b/i.test(text)) refuseDrawing(where, 'a style sheet in another file', 'an SVG that needs no other file');
  const rules: Rule[] = [];
  for (const block of text.split('}')) {
    const brace = block.lastIndexOf('{');
    const body = block.slice(brace + 1);
    const declarations = declarationsOf(body);
    if (brace < 0 || declarations.size === 0) continue;
    const head = block.slice(0, brace).split(';').at(-1)!;
    for (const selector of head.split(',').map((part) => part.trim())) {
      const parts = /^(\*|[A-Za-z][\w-]*)?((?:[.#][\w-]+)*)$/.exec(selector);
      // What is within an at-rule counts under a condition that is not known here.
      if (!parts || selector === '' || block.indexOf('{') < brace || body.includes('!'))
        return refuseDrawing(
          where,
          `a style rule "${selector.slice(0, 60)}" of ${[...declarations.keys()].join(', ')}`,
          'rules by one tag, class or id, or the same as attributes',
        );
      const name = parts[1] === undefined || parts[1] === '*' ? null : parts[1];
      const names = parts[2]!.match(/[.#][\w-]+/g) ?? [];
      const classes = names.filter((one) => one.startsWith('.')).map((one) => one.slice(1));
      const ids = names.filter((one) => one.startsWith('#')).map((one) => one.slice(1));
      if (ids.length > 1) continue;
      const weight = ids.length * 10_000 + classes.length * 100 + (name === null ? 0 : 1);
      rules.push({ name, id: ids[0] ?? null, classes, weight, declarations });
    }
  }
  return rules;
}
