import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { PrismaPg } from '@prisma/adapter-pg';
import { diffSchemas } from '../../../scripts/db-diff.mjs';
import { type TestDatabase, useDatabase } from '../../testing/src/index.ts';
import { Prisma, PrismaClient } from '../src/generated/client.ts';
import { PRISMA_FOLDER } from '../src/index.ts';

let db: TestDatabase;
before(async () => {
  db = await useDatabase();
});
after(() => db.close());

const read = (path: string) => readFileSync(join(PRISMA_FOLDER, path), 'utf8');

test('the schema has its migrations: nothing was changed since the last one (else: npm run db:new)', async () => {
  assert.equal(await diffSchemas(read('migrations/schema.snapshot.prisma'), read('schema.prisma')), '');
});

test('every model of the schema can be read from a migrated database, column by column', async () => {
  const prisma = new PrismaClient({ adapter: new PrismaPg(db.owner.pool) });
  const names = Object.values(Prisma.ModelName);
  assert.ok(names.length >= 20);
  for (const name of names) {
    const key = (name[0]!.toLowerCase() + name.slice(1)) as 'tenant';
    await assert.doesNotReject(prisma[key].findMany(), name);
  }
  await prisma.$disconnect();
});

test('every table has a model, but for the book of migrations', async () => {
  const tables = await db.owner.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1`,
  );
  const mapped = [...read('schema.prisma').matchAll(/^\s+@@map\("(\w+)"\)/gm)].map(([, name]) => name);
  for (const { name } of tables) assert.ok(name === '_prisma_migrations' || mapped.includes(name), name);
});
