import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Prisma's own engine, compiled to WebAssembly: the native one is a download that many machines cannot make. */
async function instantiateEngine() {
  const bindings = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const file = require.resolve('@prisma/schema-engine-wasm').replace(/schema_engine\.js$/, 'schema_engine_bg.wasm');
  const { instance } = await WebAssembly.instantiate(readFileSync(file), { './schema_engine_bg.js': bindings });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return bindings.SchemaEngine;
}
/** Once: its bindings keep views on the memory of the first instance. */
let engineClass;

const ok = (value) => ({ ok: true, value });

/**
 * A connection that is none. The engine asks a server for its version even when it compares two files, and nothing else:
 * the answer is the oldest Postgres that we support, so that no newer syntax comes out.
 */
const offline = {
  provider: 'postgres',
  adapterName: 'offline',
  getConnectionInfo: () => ok({ schemaName: 'public', supportsRelationJoins: true }),
  queryRaw: async ({ sql }) => {
    if (!sql.includes('server_version_num')) throw new Error(`the engine asked a database that is not there: ${sql}`);
    const [boolean, text, int32] = [5, 7, 0];
    return ok({
      columnNames: ['exists', 'version', 'numeric_version'],
      columnTypes: [boolean, text, int32],
      rows: [[true, 'PostgreSQL 16.0', 160000]],
    });
  },
  executeRaw: async () => ok(0),
  executeScript: async () => ok(undefined),
  startTransaction: async () => Promise.reject(new Error('offline')),
  dispose: async () => ok(undefined),
};
const offlineFactory = {
  provider: 'postgres',
  adapterName: 'offline',
  connect: async () => ok(offline),
  connectToShadowDb: async () => ok(offline),
};

const model = (text) =>
  text === '' ? { tag: 'empty' } : { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: text }] };

/** SQL that leads from one schema text to another ('' = nothing); empty when they are the same. */
export async function diffSchemas(from, to) {
  engineClass ??= instantiateEngine();
  const SchemaEngine = await engineClass;
  const engine = await SchemaEngine.new({ datamodels: [['schema.prisma', to]] }, () => {}, offlineFactory);
  const { exitCode, stdout } = await engine.diff({
    from: model(from),
    to: model(to),
    script: true,
    exitCode: true,
    filters: { externalTables: [], externalEnums: [] },
  });
  return exitCode === 0 ? '' : stdout;
}
