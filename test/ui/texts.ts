import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

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

/** Words that a component writes itself instead of taking them from the language files, as `line: words`. */
export function hardCodedWords(fileName: string, source: string): readonly string[] {
  const file = ts.createSourceFile(fileName, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const complain = (node: ts.Node, words: string) => {
    if (!LETTERS.test(words)) return;
    const { line } = file.getLineAndCharacterOfPosition(node.getStart());
    found.push(`${line + 1}: ${words.trim()}`);
  };
  /** What an expression that is shown may put on the screen by itself; calls are another matter (`t('…')`). */
  const shown = (node: ts.Expression): void => {
    if (ts.isStringLiteralLike(node)) complain(node, node.text);
    else if (ts.isTemplateExpression(node)) {
      complain(node, node.head.text);
      for (const span of node.templateSpans) {
        shown(span.expression);
        complain(span, span.literal.text);
      }
    } else if (ts.isConditionalExpression(node)) [node.whenTrue, node.whenFalse].forEach(shown);
    else if (ts.isParenthesizedExpression(node)) shown(node.expression);
    else if (ts.isBinaryExpression(node)) {
      const isChoice = [ts.SyntaxKind.AmpersandAmpersandToken].includes(node.operatorToken.kind);
      if (!isChoice && node.operatorToken.kind !== ts.SyntaxKind.EqualsEqualsEqualsToken) shown(node.left);
      if (node.operatorToken.kind !== ts.SyntaxKind.EqualsEqualsEqualsToken) shown(node.right);
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node)) complain(node, node.text);
    else if (ts.isJsxAttribute(node) && READ.has(node.name.getText()) && node.initializer) {
      if (ts.isStringLiteral(node.initializer)) complain(node, node.initializer.text);
      else if (ts.isJsxExpression(node.initializer) && node.initializer.expression) shown(node.initializer.expression);
    } else if (
      ts.isJsxExpression(node) &&
      node.expression &&
      (ts.isJsxElement(node.parent) || ts.isJsxFragment(node.parent))
    )
      shown(node.expression);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Keys that a source names in `t('…')`, as `namespace:key`; templates and variables are another test's matter. */
export function namedKeys(fileName: string, source: string): readonly string[] {
  const file = ts.createSourceFile(fileName, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  let namespace = 'operator';
  const literals = (node: ts.Expression): readonly string[] =>
    ts.isStringLiteralLike(node)
      ? [node.text]
      : ts.isConditionalExpression(node)
        ? [...literals(node.whenTrue), ...literals(node.whenFalse)]
        : [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const [first] = node.arguments;
      const called = node.expression.getText();
      if (called === 'useTranslation') namespace = (first && literals(first)[0]) ?? 'operator';
      if (first && (called === 't' || called.endsWith('.t')))
        found.push(...literals(first).map((key) => (key.includes(':') ? key : `${namespace}:${key}`)));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}
