import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Generates the Prisma client into packages/db/src/generated, unless schema and Prisma are those of the last time.
const require = createRequire(import.meta.url);
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const schema = join(root, 'prisma/schema.prisma');
const target = join(root, 'packages/db/src/generated');
const stampFile = join(target, '.stamp');
const prisma = require.resolve('prisma/package.json');
const stamp = createHash('sha256')
  .update(JSON.parse(readFileSync(prisma, 'utf8')).version)
  .update(readFileSync(schema))
  .digest('hex');

if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp) {
  const run = spawnSync(process.execPath, [join(dirname(prisma), 'build/index.js'), 'generate', '--schema', schema], {
    cwd: root,
    encoding: 'utf8',
    // Generating needs no schema engine, but Prisma would download one.
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true',
      CHECKPOINT_DISABLE: '1',
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
    },
  });
  if (run.status !== 0) {
    process.stderr.write(`${run.stdout}${run.stderr}`);
    process.exit(run.status ?? 1);
  }
  writeFileSync(stampFile, stamp);
}
