import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** esbuild writes a module's path, from the project's root, in a line of its own above it. */
const MODULE = /^\/\/ ((?:apps|packages|node_modules)\/\S+)$/;

const modulesOf = new Map<string, { line: number; path: string }[]>();

/**
 * Path of the module that a place of running code came from: one file each of our programs holds all of them (ADR 0032). What is no such file keeps
 * its own address. `line` is counted from 0.
 */
export function sourceOf({ url, lineNumber }: { url: string; lineNumber: number }): string {
  if (!url.startsWith('file:') || !/\/dist\/[\w-]+\.mjs$/.test(url)) return url;
  let modules = modulesOf.get(url);
  if (!modules) {
    modules = readModules(readFileSync(fileURLToPath(url), 'utf8'));
    modulesOf.set(url, modules);
  }
  const module = modules.findLast(({ line }) => line <= lineNumber);
  return module ? `/${module.path}` : url;
}

/** Each module's first line, counted from 0. */
function readModules(program: string): { line: number; path: string }[] {
  return program.split('\n').flatMap((text, line) => {
    const path = MODULE.exec(text)?.[1];
    return path === undefined ? [] : [{ line, path }];
  });
}
