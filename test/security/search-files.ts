import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { findNeedles, type Needle } from './encodings.ts';

/** Files below `folder`, as paths relative to it. `isLeftOut` is asked for files and folders. */
export function filesBelow(folder: string, isLeftOut: (path: string) => boolean = () => false): string[] {
  const found: string[] = [];
  const walk = (path: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const full = join(path, entry.name);
      if (isLeftOut(relative(folder, full))) continue;
      if (entry.isDirectory()) walk(full);
      else if (entry.isFile()) found.push(relative(folder, full));
    }
  };
  walk(folder);
  return found;
}

/** `path: needle` for each needle that a file holds. A file that goes while we look held nothing. */
export function searchFiles(folder: string, paths: string[], needles: Needle[]): string[] {
  return paths.flatMap((path) => {
    let bytes: Buffer;
    try {
      bytes = readFileSync(join(folder, path));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
    return findNeedles(bytes, needles).map((name) => `${path}: ${name}`);
  });
}
