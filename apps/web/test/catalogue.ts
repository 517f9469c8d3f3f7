import { readdirSync, readFileSync } from 'node:fs';
import compile from 'icu-minify/compile';

export type Locale = 'en' | 'ja';
const ROOT = new URL('../messages/', import.meta.url);

/** Every message of a locale as `feature.key.key` → ICU text. */
export function readCatalogue(locale: Locale): Map<string, string> {
  const texts = new Map<string, string>();
  for (const file of readdirSync(new URL(`${locale}/`, ROOT))) {
    collect(JSON.parse(readFileSync(new URL(`${locale}/${file}`, ROOT), 'utf8')), file.replace('.json', ''), texts);
  }
  return texts;
}

function collect(node: unknown, path: string, texts: Map<string, string>): void {
  if (typeof node === 'string') texts.set(path, node);
  else for (const [key, child] of Object.entries(node as object)) collect(child, `${path}.${key}`, texts);
}

/** Names of the arguments and tags of an ICU message, sorted. @throws when it is not one. */
export function argumentsOf(text: string): string[] {
  const names = new Set<string>();
  // icu-minify's form: a message is a text or a list of parts; an argument is `[name, …]` with its branches in an object, or with a tag's parts.
  const readMessage = (message: unknown): void => {
    if (Array.isArray(message)) message.forEach(readPart);
  };
  const readPart = (part: unknown): void => {
    if (!Array.isArray(part)) return;
    const [name, ...rest] = part;
    names.add(name);
    for (const item of rest) {
      if (Array.isArray(item)) readPart(item);
      else if (item && typeof item === 'object') Object.values(item).forEach(readMessage);
    }
  };
  readMessage(compile(text));
  return [...names].sort();
}
