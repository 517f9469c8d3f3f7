import { isKnownField } from './field-names.ts';

const NAME = /^([!-9;-~]{1,128})[ \t]*:/;
/** A header that was cut has no more. */
const LOOK_BYTES = 65_536;
const MAX_INDENT = 16;
/** One may be a text's. */
const MIN_KNOWN = 2;

/** The blanks that each line of a header begins with, as a script's do that stands in another text; 0 for nearly every mail. Fields of known names tell that it is a header. */
export function indentOf(bytes: Buffer): number {
  const [first] = bytes;
  if (first !== 0x20 && first !== 0x09 && first !== 0x0d && first !== 0x0a) return 0;
  const start = /^(?:\r?\n){0,8}/.exec(bytes.toString('latin1', 0, 16))![0].length;
  if (bytes[start] !== 0x20 && bytes[start] !== 0x09) return 0;
  const text = bytes.toString('latin1', start, start + LOOK_BYTES);
  const indent = /^[ \t]+/.exec(text)![0];
  if (indent.length > MAX_INDENT) return 0;
  let known = 0;
  for (const line of text.split('\n', 4096)) {
    if (line.trim() === '') break;
    if (!line.startsWith(indent)) return 0;
    if (isKnownField(NAME.exec(line.slice(indent.length))?.[1] ?? '')) known += 1;
    else if (known === 0) return 0;
  }
  return known >= MIN_KNOWN ? indent.length : 0;
}

/** The same bytes, as many of them, with a header that begins at the lines' start: its blanks stand at their ends. */
export function withoutIndent(bytes: Buffer, indent: number): Buffer {
  const text = bytes.toString('latin1');
  let out = '';
  let at = 0;
  while (at < text.length) {
    const feed = text.indexOf('\n', at);
    const stop = feed === -1 ? text.length : feed;
    const line = text.slice(at, stop);
    const end = line.endsWith('\r') ? '\r' : '';
    if (line.trim() === '' && out.trim() !== '') {
      // The header's end has to be empty: its blanks go to the line above.
      const above = /\r?\n$/.exec(out)?.[0] ?? '';
      out = `${out.slice(0, out.length - above.length)}${' '.repeat(line.length - end.length)}${above}${end}`;
      return Buffer.from(out + text.slice(stop), 'latin1');
    }
    const kept = line.slice(Math.min(indent, line.length), line.length - end.length);
    out += `${kept}${' '.repeat(line.length - end.length - kept.length)}${end}${text.slice(stop, stop + 1)}`;
    at = stop + 1;
  }
  return Buffer.from(out, 'latin1');
}

/** Takes as many blanks from the beginning of each line of a text that comes in pieces. */
export function createUnindenter(indent: number): (text: string) => string {
  let left = indent;
  return (text) => {
    let out = '';
    let at = 0;
    while (at < text.length) {
      while (left > 0 && (text[at] === ' ' || text[at] === '\t')) {
        at += 1;
        left -= 1;
      }
      if (at >= text.length) break;
      const feed = text.indexOf('\n', at);
      out += text.slice(at, feed === -1 ? text.length : feed + 1);
      at = feed === -1 ? text.length : feed + 1;
      left = feed === -1 ? 0 : indent;
    }
    return out;
  };
}
