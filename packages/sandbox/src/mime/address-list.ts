import { decodeEncodedWords } from './encoded-word.ts';

export interface MailAddress {
  /** Decoded display name, or ''. */
  name: string;
  /** As written; '' when the entry has none. */
  address: string;
}

/** Without white space, control characters, brackets or commas: what any mail system takes. */
const ADDRESS = /^[^\s<>(),;:"[\]@]+@[^\s<>(),;:"@]+$|^"[^"\r\n]*"@[^\s<>(),;:"@]+$/;

/** Deliverable as to its form. */
export function isMailAddress(text: string): boolean {
  return ADDRESS.test(text) && text.length <= 320;
}

interface Piece {
  kind: 'text' | 'quoted' | 'angle' | 'separator' | 'groupEnd';
  text: string;
}

/** Entries of a To, Cc, Bcc or From value (RFC 5322 3.4): quoted strings, comments, groups, encoded words. */
export function parseAddressList(value: string): MailAddress[] {
  const entries: MailAddress[] = [];
  let pieces: Piece[] = [];
  const finish = () => {
    const entry = toAddress(pieces);
    if (entry) entries.push(entry);
    pieces = [];
  };
  for (const piece of cut(value)) {
    if (piece.kind === 'separator' || piece.kind === 'groupEnd') finish();
    else if (piece.kind === 'text' && piece.text.includes(':')) {
      // The name of a group: what stands before the colon is nobody's address.
      pieces = [{ kind: 'text', text: piece.text.slice(piece.text.lastIndexOf(':') + 1) }];
    } else pieces.push(piece);
  }
  finish();
  return entries;
}

function toAddress(pieces: Piece[]): MailAddress | undefined {
  const angle = pieces.find((piece) => piece.kind === 'angle');
  const words = pieces.filter((piece) => piece.kind !== 'angle').map((piece) => piece.text);
  if (angle) {
    // An obsolete route, `<@a,@b:user@host>`, ends at its colon.
    return { name: decodeEncodedWords(words.join(' ').trim()), address: angle.text.replace(/^@[^:]*:/, '').trim() };
  }
  const isQuotedLocal = pieces[0]?.kind === 'quoted' && pieces[1]?.text.trimStart().startsWith('@');
  const text = isQuotedLocal ? `"${pieces[0]!.text}"${pieces[1]!.text.trim()}` : words.join(' ').trim();
  if (!text) return undefined;
  return isMailAddress(text) ? { name: '', address: text } : { name: decodeEncodedWords(text), address: '' };
}

function* cut(value: string): Generator<Piece> {
  const tokens = /"((?:\\.|[^"\\])*)"|<([^>]*)>|([,;])/gs;
  const text = withoutComments(value);
  let position = 0;
  for (const match of text.matchAll(tokens)) {
    const before = text.slice(position, match.index);
    if (before.trim()) yield { kind: 'text', text: before };
    if (match[1] !== undefined) yield { kind: 'quoted', text: match[1].replace(/\\(.)/gs, '$1') };
    else if (match[2] !== undefined) yield { kind: 'angle', text: match[2] };
    else yield { kind: match[3] === ',' ? 'separator' : 'groupEnd', text: '' };
    position = match.index + match[0].length;
  }
  const rest = text.slice(position);
  if (rest.trim()) yield { kind: 'text', text: rest };
}

/** Comments may nest, and parentheses inside quotes are none. */
function withoutComments(value: string): string {
  let result = '';
  let depth = 0;
  let isQuoted = false;
  for (let i = 0; i < value.length; i++) {
    const character = value[i]!;
    if (character === '\\' && (isQuoted || depth)) {
      if (!depth) result += character + (value[i + 1] ?? '');
      i += 1;
    } else if (!depth && character === '"') {
      isQuoted = !isQuoted;
      result += character;
    } else if (!isQuoted && character === '(') depth += 1;
    else if (!isQuoted && character === ')' && depth) depth -= 1;
    else if (!depth) result += character;
  }
  return result;
}
