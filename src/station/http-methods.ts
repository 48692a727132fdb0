import { FILE_ROUTES } from '#api/file-routes.ts';
import { API_PREFIX, ROUTES, type Route } from '#api/routes.ts';
import { SCREEN_PATHS } from '#api/screen-paths.ts';

interface KnownPath {
  readonly pattern: RegExp;
  readonly method: Route['method'];
}

const KNOWN: readonly KnownPath[] = [
  ...Object.values<Route>(ROUTES).map(({ method, path }) => ({ method, path: API_PREFIX + path })),
  ...Object.values(FILE_ROUTES).map(({ path }) => ({ method: 'GET' as const, path: API_PREFIX + path })),
  ...['/events', '/openapi.json'].map((path) => ({ method: 'GET' as const, path: API_PREFIX + path })),
  ...SCREEN_PATHS.map((path) => ({ method: 'GET' as const, path })),
].map(({ method, path }) => ({ method, pattern: patternOf(path) }));

/** Methods that something is there for, as the header `Allow` lists them; none where the path is unknown.
 *  @param url of a request, with or without a query */
export function methodsAt(url: string): readonly string[] {
  const path = url.replace(/[?#].*$/s, '');
  const methods = new Set(KNOWN.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method));
  return [...methods].sort().flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
}

function patternOf(path: string): RegExp {
  const literal = path.replaceAll(/[.]/g, '\\.');
  return new RegExp(`^${literal.replaceAll(/:[a-z]+/gi, '[^/]+')}$`);
}
