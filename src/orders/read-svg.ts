import { refuseDrawing } from './drawn-piece.ts';

/** An element with what stands in it; texts are left out. */
export interface SvgElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly SvgElement[];
}

export interface SvgDocument {
  readonly root: SvgElement;
  /** The text of its style sheets. */
  readonly css: string;
  readonly byId: ReadonlyMap<string, SvgElement>;
}

/** Nothing here looks further than the next `<`, or a text of nothing else would be looked through once for each. */
const TAG = /<(\/?)([A-Za-z][\w:.-]*)((?:[^<>"']|"[^<"]*"|'[^<']*')*?)(\/?)>/g;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
/** Nobody draws deeper; a text of nothing but openings would. */
const DEEPEST = 200;

/** The elements of an SVG, without its entities: no file is opened, and none grows into more.
 *  @throws KerfError ORDERS_DRAWING_REFUSED */
export function readSvg(source: string, where: string): SvgDocument {
  const bare = source.replace(/<!--[\s\S]*?(?:-->|$)/g, '');
  if (/<\?xml-stylesheet\b/.test(bare))
    refuseDrawing(where, 'a style sheet in another file', 'an SVG that needs no other file');
  const css = [...bare.matchAll(/<style\b[^<>]*(?<!\/)>([\s\S]*?)(?:<\/style\s*>|$)/g)]
    .map(([, text = '']) => text.replace(/<!\[CDATA\[|\]\]>/g, ''))
    .join('\n');
  const text = bare.replace(/<!\[CDATA\[[\s\S]*?(?:\]\]>|$)|<\?[\s\S]*?(?:\?>|$)|<!DOCTYPE[^<>]*>/g, '');
  const top: Growing = { name: '', attributes: new Map(), children: [] };
  const open = [top];
  const byId = new Map<string, SvgElement>();
  for (const [, slash, written = '', rest = '', selfClosing] of text.matchAll(TAG)) {
    const name = written.replace(/^svg:/, '');
    if (slash) {
      const k = open.findLastIndex((element) => element.name === name);
      if (k > 0) open.length = k;
      continue;
    }
    const attributes = new Map([...rest.matchAll(ATTRIBUTE)].map(([, key, a, b]) => [key!, a ?? b ?? '']));
    const element: Growing = { name, attributes, children: [] };
    open.at(-1)!.children.push(element);
    const id = attributes.get('id');
    if (id !== undefined && !byId.has(id)) byId.set(id, element);
    if (selfClosing) continue;
    open.push(element);
    if (open.length > DEEPEST) refuseDrawing(where, 'elements within elements', `${DEEPEST} deep at most`);
  }
  const root = top.children.find(({ name }) => name === 'svg');
  const beside = top.children.find((element) => element !== root);
  if (!root || beside)
    return refuseDrawing(where, root ? `<${beside!.name}> beside <svg>` : 'no <svg>', 'an SVG drawing');
  return { root, css, byId };
}

interface Growing extends SvgElement {
  readonly children: SvgElement[];
}

/** `<path id="path4">` as a person finds it. */
export function tagOf({ name, attributes }: SvgElement): string {
  const id = attributes.get('id');
  return id === undefined || id.length > 60 ? `<${name}>` : `<${name} id="${id}">`;
}
