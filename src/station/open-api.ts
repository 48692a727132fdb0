import { z } from 'zod';
import { API_PREFIX, errorBody, ROUTES, type Route } from '#api/routes.ts';
import { eventSchema } from '#api/events.ts';

type Json = Readonly<Record<string, unknown>>;

/** OpenAPI 3.1 of the routes, made of the schemas by which the server validates. */
export function openApi(version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [name, route] of Object.entries<Route>(ROUTES)) {
    const path = API_PREFIX + route.path.replaceAll(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[route.method.toLowerCase()] = operation(name, route);
  }
  for (const [path, what, type] of [
    ['/jobs/{id}/scan.jpg', 'The scan, at most `max` px a side', 'image/jpeg'],
    ['/jobs/{id}/cut', 'The cut file', 'application/octet-stream'],
  ] as const)
    paths[API_PREFIX + path] = {
      get: {
        summary: what,
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        responses: { 200: { description: what, content: { [type]: {} } } },
      },
    };
  return {
    openapi: '3.1.0',
    info: { title: 'Kerf station', version },
    paths,
    components: { schemas: { Error: schemaOf(errorBody), Event: schemaOf(eventSchema) } },
  };
}

function operation(name: string, route: Route): Json {
  const failure = {
    description: 'What was found, expected, and what to do',
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
  };
  return {
    operationId: name,
    summary: route.summary,
    parameters: [...parameters(route.params, 'path'), ...parameters(route.query, 'query')],
    ...(route.body
      ? { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(route.body) } } } }
      : {}),
    responses: {
      200: { description: 'ok', content: { 'application/json': { schema: schemaOf(route.answer) } } },
      400: failure,
      404: failure,
      409: failure,
      503: failure,
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
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
}
