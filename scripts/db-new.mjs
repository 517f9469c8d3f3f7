import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { diffSchemas } from './db-diff.mjs';

// npm run db:new NAME: a new migration with the SQL from the schema of the last migration to the present one (or an empty one, to be written by hand).
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const name = process.argv[2];
if (!name || !/^[a-z0-9]+(_[a-z0-9]+)*$/.test(name)) {
  console.error('usage: npm run db:new NAME   (lower case words with _ between them)');
  process.exit(2);
}
const snapshotFile = join(root, 'prisma/migrations/schema.snapshot.prisma');
const before = existsSync(snapshotFile) ? readFileSync(snapshotFile, 'utf8') : '';
const after = readFileSync(join(root, 'prisma/schema.prisma'), 'utf8');
const sql = await diffSchemas(before, after);
const timestamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
const folder = join(root, 'prisma/migrations', `${timestamp}_${name}`);
mkdirSync(folder, { recursive: true });
writeFileSync(
  join(folder, 'migration.sql'),
  sql || '-- The schema has not changed since the last migration; write SQL here.\n',
);
writeFileSync(snapshotFile, after);
console.log(`prisma/migrations/${timestamp}_${name}/migration.sql`);
console.log('New tables with a tenant_id need row-level security and grants: see the migration row_level_security.');
