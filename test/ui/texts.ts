import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';

export const UI = join(import.meta.dirname, '../../src/ui');

type Tree = { readonly [key: string]: string | Tree };

/** A language's texts by `namespace:key`. */
export function textsOf(tag: string): ReadonlyMap<string, string> {
  const folder = join(UI, 'locales', tag);
  return new Map(
    readdirSync(folder).flatMap((file) =>
      flat(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Tree, `${file.replace(/\.json$/, '')}:`),
    ),
  );
}

function flat(tree: Tree, path: string): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[path + key, value] as [string, string]] : flat(value, `${path}${key}.`),
  );
}

const PLURAL = /_(zero|one|two|few|many|other)$/;

/** Keys without their plural forms; and the forms of each that has them. */
export function keysOf(texts: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const keys = new Map<string, string[]>();
  const isPlural = (key: string) => PLURAL.test(key) && texts.has(key.replace(PLURAL, '_other'));
  for (const key of texts.keys()) {
    const base = isPlural(key) ? key.replace(PLURAL, '') : key;
    const form = isPlural(key) ? [PLURAL.exec(key)![1]!] : [];
    keys.set(base, [...(keys.get(base) ?? []), ...form]);
  }
  return keys;
}

export function placeholders(text: string): string {
  return [...text.matchAll(/\{\{\s*([^},\s]+)[^}]*\}\}/g)]
    .map((m) => m[1]!)
    .sort()
    .join(' ');
}

/** Attributes that a person reads or hears. */
const READ = new Set([
  'aria-label',
  'aria-description',
  'aria-roledescription',
  'aria-valuetext',
  'aria-placeholder',
  'title',
  'alt',
  'placeholder',
  'label',
  'note',
  'hint',
  'description',
]);
const LETTERS = /\p{L}{2,}/u;

type Node = { readonly type: string; readonly start: number } & Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;

/** Every node of the program, each before those within it. */
function walk(source: string, fileName: string, see: (node: Node, parent: Node | null) => void): void {
  const { program, errors } = parseSync(fileName, source, { lang: fileName.endsWith('.ts') ? 'ts' : 'tsx' });
  if (errors.length > 0) throw new Error(`${fileName}: ${errors[0]!.message}`);
  const visit = (node: Node, parent: Node | null): void => {
    see(node, parent);
    for (const value of Object.values(node)) {
      if (Array.isArray(value)) value.filter(isNode).forEach((inner) => visit(inner, node));
      else if (isNode(value)) visit(value, node);
    }
  };
  visit(program as unknown as Node, null);
}

const nodes = (value: unknown): readonly Node[] => (Array.isArray(value) ? value.filter(isNode) : []);

/** The words of a string or of a template without expressions; null: it is none. */
function literal(node: Node): string | null {
  if (node.type === 'Literal' && typeof node['value'] === 'string') return node['value'];
  const isPlain = node.type === 'TemplateLiteral' && nodes(node['expressions']).length === 0;
  return isPlain ? quasi(nodes(node['quasis'])[0]) : null;
}

const quasi = (node: Node | undefined): string => (node?.['value'] as { cooked: string } | undefined)?.cooked ?? '';

/** Words that a component writes itself instead of taking them from the language files, as `line: words`. */
export function hardCodedWords(fileName: string, source: string): readonly string[] {
  const found: string[] = [];
  const complain = (node: Node, words: string) => {
    if (!LETTERS.test(words)) return;
    found.push(`${source.slice(0, node.start).split('\n').length}: ${words.trim()}`);
  };
  /** What an expression that is shown may put on the screen by itself; calls are another matter (`t('…')`). */
  const shown = (value: unknown): void => {
    if (!isNode(value)) return;
    const words = literal(value);
    if (words !== null) complain(value, words);
    else if (value.type === 'TemplateLiteral') {
      nodes(value['quasis']).forEach((part) => complain(part, quasi(part)));
      nodes(value['expressions']).forEach(shown);
    } else if (value.type === 'ConditionalExpression') [value['consequent'], value['alternate']].forEach(shown);
    else if (value.type === 'ParenthesizedExpression') shown(value['expression']);
    else if (value.type === 'LogicalExpression' || value.type === 'BinaryExpression') {
      if (value['operator'] === '===') return;
      if (value['operator'] !== '&&') shown(value['left']);
      shown(value['right']);
    }
  };
  walk(source, fileName, (node, parent) => {
    if (node.type === 'JSXText') complain(node, String(node['value']));
    else if (node.type === 'JSXAttribute' && READ.has(nameOf(node['name'])) && isNode(node['value'])) {
      const value = node['value'];
      if (value.type === 'Literal') complain(node, String(value['value']));
      else if (value.type === 'JSXExpressionContainer') shown(value['expression']);
    } else if (
      node.type === 'JSXExpressionContainer' &&
      (parent?.type === 'JSXElement' || parent?.type === 'JSXFragment')
    )
      shown(node['expression']);
  });
  return found;
}

const nameOf = (node: unknown): string => (isNode(node) && typeof node['name'] === 'string' ? node['name'] : '');

/** Keys that a source names in `t('…')`, as `namespace:key`; templates and variables are another test's matter. */
export function namedKeys(fileName: string, source: string): readonly string[] {
  const found: string[] = [];
  let namespace = 'operator';
  const literals = (node: unknown): readonly string[] => {
    if (!isNode(node)) return [];
    if (node.type === 'ConditionalExpression') return [...literals(node['consequent']), ...literals(node['alternate'])];
    const words = literal(node);
    return words === null ? [] : [words];
  };
  walk(source, fileName, (node) => {
    if (node.type !== 'CallExpression') return;
    const [first] = nodes(node['arguments']);
    const callee = node['callee'];
    const called = isNode(callee) && callee.type === 'MemberExpression' ? nameOf(callee['property']) : nameOf(callee);
    if (called === 'useTranslation') namespace = literals(first)[0] ?? 'operator';
    if (called === 't') found.push(...literals(first).map((key) => (key.includes(':') ? key : `${namespace}:${key}`)));
  });
  return found;
}
