import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';

const SOURCE = join(import.meta.dirname, 'slow-sync.c');

/** Compiles what makes each sync of the programs that preload it `syncMs` longer. Its path, or null where there is no C compiler. */
export function compileSlowSync(folder: string, syncMs: number): string | null {
  const library = join(folder, `slow-sync-${syncMs}.so`);
  const args = ['-shared', '-fPIC', '-O2', `-DSYNC_MS=${syncMs}`, '-o', library, SOURCE, '-ldl'];
  const { error, status, stderr } = spawnSync('cc', args, { encoding: 'utf8' });
  if (error) return null;
  if (status !== 0) throw new Error(`cc: ${stderr}`);
  // Postfix's user reads it.
  chmodSync(library, 0o755);
  return library;
}
