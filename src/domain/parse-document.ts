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
    .sort((a, b) => b.path.length - a.path.length)[0];
  return inner && inner.path.length > issue.path.length ? deepest(inner) : issue;
}

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
    default:
      return issue.message;
  }
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
