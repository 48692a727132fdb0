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
    info: { title: 'Kerf station', version },
    paths,
    components: { schemas: { Error: schemaOf(errorBody), Event: schemaOf(eventSchema) } },
  };
}

const { $schema: _ring, ...RING } = z.toJSONSchema(ring);

const FAILURE = {
  description: 'What was found, expected, and what to do',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
};
const FAILURES = { 400: FAILURE, 401: FAILURE, 403: FAILURE, 404: FAILURE, 409: FAILURE, 503: FAILURE };

function braced(path: string): string {
  return path.replaceAll(/:([a-z]+)/gi, '{$1}');
}

function fileOperation(name: FileRouteName, { summary, type, params, query }: FileRoute): Json {
  return {
    operationId: name,
    summary,
    'x-caller': ROUTE_CALLERS[name],
    parameters: [...parameters(params, 'path'), ...parameters(query, 'query')],
    responses: { 200: { description: summary, content: { [type]: {} } }, ...FAILURES },
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
      ...FAILURES,
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
