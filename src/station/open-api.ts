import { z } from 'zod';
import { API_PREFIX, errorBody, ROUTES, type Route, type RouteName } from '#api/routes.ts';
import { eventSchema } from '#api/events.ts';
import { FILE_ROUTES, type FileRoute, type FileRouteName } from '#api/file-routes.ts';
import { ROUTE_CALLERS } from '#api/route-callers.ts';
import { drawnRing, ring } from '#domain/shapes.ts';

type Json = Readonly<Record<string, unknown>>;

/** OpenAPI 3.1 of the routes, made of the schemas by which the server validates. */
export function openApi(version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [name, route] of Object.entries<Route>(ROUTES)) {
    const path = API_PREFIX + braced(route.path);
    (paths[path] ??= {})[route.method.toLowerCase()] = operation(name as RouteName, route);
  }
  for (const [name, route] of Object.entries<FileRoute>(FILE_ROUTES))
    paths[API_PREFIX + braced(route.path)] = { get: fileOperation(name as FileRouteName, route) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Kerf station',
      version,
      description:
        'A method that a path does not list is answered with 405, the header Allow and an Error; an unknown path with 404 and an Error.',
    },
    paths,
    components: {
      responses: Object.fromEntries(
        Object.entries(FAILURES).map(([status, description]) => [nameOf(status), failure(description)]),
      ),
      schemas: { Error: schemaOf(errorBody), Event: schemaOf(eventSchema) },
    },
  };
}

const { $schema: _ring, ...RING } = z.toJSONSchema(ring);

/** What was found, expected, and what to do: one document for all. */
const FAILURES: Readonly<Record<string, string>> = {
  400: 'The request does not fit',
  401: 'It takes somebody who is signed in',
  403: 'It takes another role, the station itself, or its own page',
  404: 'There is none of that name, or not yet',
  409: 'The answer is no, as things stand',
  413: 'The body is too long; `details.limitBytes` is the limit',
  415: 'The body is no application/json',
  429: 'Too much at once, or too many wrong PINs: later again',
  500: "A defect of Kerf's own",
  503: 'A device, a disk or a server failed',
};
const OF_EVERY_ROUTE = ['400', '401', '403', '404', '409', '500', '503'];
const OF_A_BODY = ['413', '415'];
/** Where somebody may have to wait: PINs are counted, and few orders are read at once. */
const OF_WAITING = ['429'];
const MAKES_WAIT: ReadonlySet<string> = new Set<RouteName>(['signIn', 'previewOrder', 'addOrder']);

function failure(description: string): Json {
  return { description, content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } };
}

function nameOf(status: string): string {
  return `Failure${status}`;
}

function failuresOf(name: string, method: string): Record<string, Json> {
  const statuses = [
    ...OF_EVERY_ROUTE,
    ...(method === 'POST' ? OF_A_BODY : []),
    ...(MAKES_WAIT.has(name) ? OF_WAITING : []),
  ];
  return Object.fromEntries(statuses.map((status) => [status, { $ref: `#/components/responses/${nameOf(status)}` }]));
}

function braced(path: string): string {
  return path.replaceAll(/:([a-z]+)/gi, '{$1}');
}

function fileOperation(name: FileRouteName, { summary, type, params, query }: FileRoute): Json {
  return {
    operationId: name,
    summary,
    'x-caller': ROUTE_CALLERS[name],
    parameters: [...parameters(params, 'path'), ...parameters(query, 'query')],
    responses: { 200: { description: summary, content: { [type]: {} } }, ...failuresOf(name, 'GET') },
  };
}

function operation(name: RouteName, route: Route): Json {
  return {
    operationId: name,
    summary: route.summary,
    'x-caller': ROUTE_CALLERS[name],
    parameters: [...parameters(route.params, 'path'), ...parameters(route.query, 'query')],
    ...(route.body
      ? { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(route.body) } } } }
      : {}),
    responses: {
      200: { description: 'ok', content: { 'application/json': { schema: schemaOf(route.answer) } } },
      ...failuresOf(name, route.method),
    },
  };
}

function parameters(schema: z.ZodType | undefined, place: 'path' | 'query'): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, inner]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: inner,
  }));
}

function schemaOf(schema: z.ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    ...{ io: 'input', unrepresentable: 'any' },
    // Checked by hand for speed, it is a ring all the same.
    override: ({ zodSchema, jsonSchema }) => {
      if ((zodSchema as unknown) === drawnRing) Object.assign(jsonSchema, RING);
    },
  });
  return rest;
}
