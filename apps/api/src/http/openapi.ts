import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';

/** Collects every route registered after it. */
export async function collectOpenApi(app: FastifyInstance, publicUrl: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Hikyaku',
        version: '1',
        description: 'Lists are `{items, nextCursor}`; errors are RFC 9457 problems.',
      },
      servers: [{ url: publicUrl }],
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'hikyaku.session_token' },
          key: { type: 'http', scheme: 'bearer', description: 'An API key (`hky_…`), made on the settings page' },
        },
      },
      security: [{ session: [] }, { key: [] }],
    },
    transform: (route) => {
      const { schema, url } = jsonSchemaTransform(route);
      const permission = route.route?.config?.permission;
      return { schema: permission ? { ...schema, 'x-permission': permission } : schema, url };
    },
    transformObject: jsonSchemaTransformObject,
  });
}

/** The document as text. Schemas that nothing points at are left out: the generator lists each one as input and as output. */
export function openApiText(app: FastifyInstance): string {
  const document = app.swagger() as { paths?: unknown; components?: { schemas?: Record<string, unknown> } };
  const schemas = document.components?.schemas ?? {};
  const kept: Record<string, unknown> = {};
  const keep = (part: unknown): void => {
    for (const [, name] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (name === undefined || name in kept || !(name in schemas)) continue;
      kept[name] = schemas[name];
      keep(schemas[name]);
    }
  };
  keep(document.paths);
  return JSON.stringify({ ...document, components: { ...document.components, schemas: kept } });
}
