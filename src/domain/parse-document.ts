import type { z } from 'zod';
import { KerfError } from './kerf-error.ts';
import { showValue } from './show-value.ts';

/** Reads one document of ours by its schema. `name` is the document's word in paths (`order.pieces[3].quantity`);
 *  `where` is the file or topic it came from.
 *  @throws KerfError `code` with file, path, found and expected of the first thing that does not fit */
export function parseDocument<T extends z.ZodType>(
  schema: T,
  value: unknown,
  { name, where, code = 'DOMAIN_DOCUMENT_REFUSED' }: { name: string; where: string; code?: string },
): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = deepest(result.error.issues[0]!);
  const keys = issue.code === 'unrecognized_keys' ? issue.keys : [];
  const path = [...issue.path, ...keys.slice(0, 1)];
  const found = keys.length > 0 ? 'an unknown key' : showValue(valueAt(value, issue.path));
  const expected = keys.length > 0 ? `only keys of ${name} version 1` : expectation(issue);
  const at = pathText(name, path);
  throw new KerfError(code, `${where}: ${at}: found ${found}, expected ${expected}.`, { details: { where, path: at } });
}

/** Parses JSON text, then the document. @throws KerfError when the text is no JSON, naming the file. */
export function parseJson(text: string, where: string, code = 'DOMAIN_NOT_JSON'): unknown {
  try {
    // A byte order mark, as editors on Windows set it, is no part of the text.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new KerfError(code, `${where}: found text that is no JSON (${reason}), expected a JSON document.`, { cause });
  }
}

type Issue = z.core.$ZodIssue;

/** In a union the branch that got furthest says most. */
function deepest(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors
    .flat()
    .map((e) => ({ ...e, path: [...issue.path, ...e.path] }) as Issue)
    .sort((a, b) => depthOf(b) - depthOf(a))[0];
  return inner && depthOf(inner) > issue.path.length ? deepest(inner) : issue;
}

/** An unknown key lies one deeper than the object that it is told of. */
function depthOf({ code, path }: Issue): number {
  return path.length + (code === 'unrecognized_keys' ? 1 : 0);
}

/** Forms that zod knows by name; a pattern of ours brings its own words. */
const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'a time in UTC like 2026-11-22T06:00:00Z',
  base64: 'text in base64',
};
/** How zod's own words begin where a schema gives none: they name what was found, not what was expected. */
const UNTOLD = /^Invalid\b/;

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'nonoptional' ? 'a value' : `${issue.expected}`;
    case 'too_small':
      return `${issue.origin === 'array' ? 'at least ' + String(issue.minimum) + ' entries' : (issue.inclusive ? 'at least ' : 'more than ') + String(issue.minimum)}`;
    case 'too_big':
      return `at most ${String(issue.maximum)}`;
    case 'invalid_value':
      return issue.values.map((v) => JSON.stringify(v)).join(' or ');
    case 'not_multiple_of':
      return `a multiple of ${String(issue.divisor)}`;
    case 'invalid_format':
      return toldOr(issue, FORMATS[issue.format] ?? 'text of another form');
    case 'invalid_union':
      return toldOr(issue, eitherOf(branchesOf(issue)));
    case 'invalid_key':
    case 'invalid_element':
      return toldOr(issue, issue.issues.slice(0, 1).map(expectation).join());
    default:
      return toldOr(issue, 'another value');
  }
}

/** The schema's own words, where it has some. */
function toldOr({ message }: Issue, words: string): string {
  return message === '' || UNTOLD.test(message) ? words : message;
}

/** What each branch of a union expects; of one that is told apart by a word, the words. */
function branchesOf(issue: Extract<Issue, { code: 'invalid_union' }>): string[] {
  if ('options' in issue && issue.options) return issue.options.map((word) => JSON.stringify(word) ?? 'nothing');
  return issue.errors.flatMap((branch) => branch.slice(0, 1).map(expectation));
}

function eitherOf(branches: readonly string[]): string {
  return branches.length === 0 ? 'another value' : [...new Set(branches)].join(' or ');
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Record<PropertyKey, unknown>)[key];
  }
  return at;
}

function pathText(name: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${String(key)}`),
    name,
  );
}
