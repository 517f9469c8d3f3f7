import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Files of journal and spool that hold, or held, content. Empty once everything is delivered and cleared away. */
export function leftFiles(dataDir: string): string[] {
  return ['journal/segments', 'journal/large', 'journal/quarantine', 'spool'].flatMap((folder) =>
    readdirSync(join(dataDir, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(dataDir.length + 1)),
  );
}
