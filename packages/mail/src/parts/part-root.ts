import { paramOf, parseParams } from '../reading/header-params.ts';
import { findField, type ScannedHeader, unfold } from '../reading/header-scan.ts';
import { transferEncoding } from '../reading/text-charset.ts';

/** What a header says of the structure below it. Plain data. */
export interface PartRoot {
  /** A multipart whose parts are looked at: signed and encrypted ones are left alone. */
  isMultipart: boolean;
  isText: boolean;
  /** As declared. */
  boundary: string | null;
  /** Said to be in an encoding that no multipart may have. */
  encoding: 'base64' | 'quoted-printable' | null;
  /** The walk is through what was decoded. */
  wasEncoded?: boolean;
}

export function rootOf(header: ScannedHeader): PartRoot {
  const typeField = findField(header, 'content-type');
  const type = typeField ? parseParams(unfold(typeField)) : null;
  const isText = type === null || /^text(?:\/|$)/.test(type.value);
  if (!type || !isOpenMultipart(type.value)) return { isMultipart: false, isText, boundary: null, encoding: null };
  const field = findField(header, 'content-transfer-encoding');
  const encoding = field ? transferEncoding(unfold(field)) : '';
  return {
    isMultipart: true,
    isText,
    boundary: paramOf(type, 'boundary')?.trimEnd() || null,
    encoding: encoding === 'base64' || encoding === 'quoted-printable' ? encoding : null,
  };
}

/** A multipart that was encoded, once it is decoded. */
export const decodedRoot = (boundary: string | null): PartRoot => ({
  isMultipart: true,
  isText: false,
  boundary,
  encoding: null,
  wasEncoded: true,
});

/** A signature is over the bytes as they are. */
function isOpenMultipart(type: string): boolean {
  return /^multipart(?:\/|$)/.test(type) && !/^multipart\/(?:x-)?(?:signed|encrypted)$/.test(type);
}

const CONTENT_FIELD = /^content-[\w-]{1,40}[ \t]*:/i;
/** What may stand before the first delimiter: empty and folded lines, and fields that went astray. */
const BEFORE_PARTS = /^(?:[ \t]|$|(?:content|mime)-[\w-]{1,40}[ \t]*:)/i;

/**
 * The same for the mail itself, whose type may be missing, be that of a text, or stand behind an empty line: parts right at the body's beginning are parts.
 */
export function mailRootOf(header: ScannedHeader, body: Buffer): PartRoot {
  const root = rootOf(header);
  if (root.isMultipart || !root.isText) return root;
  const field = findField(header, 'content-type');
  const declared = field && paramOf(parseParams(unfold(field)), 'boundary')?.trimEnd();
  // `text/plain; boundary=x` is one where the first line is its delimiter.
  if (field && !declared) return root;
  const [first = '', next = ''] = firstLines(body.toString('latin1', 0, LOOK_BYTES));
  const isDelimiter = declared
    ? first.trimEnd() === `--${declared}`
    : /^--[^\s-]/.test(first) && CONTENT_FIELD.test(next);
  return isDelimiter ? { isMultipart: true, isText: false, boundary: declared || null, encoding: null } : root;
}

/** So far a body's beginning is looked at for its first delimiter. */
const LOOK_BYTES = 4096;
const LOOK_LINES = 30;

/** The first line that may be a delimiter, and the one behind it. */
function firstLines(text: string): string[] {
  let start = 0;
  for (let count = 0; count < LOOK_LINES && start < text.length; count++) {
    const [line, end] = lineFrom(text, start);
    if (!BEFORE_PARTS.test(line)) return [line, lineFrom(text, end)[0]];
    start = end;
  }
  return [];
}

function lineFrom(text: string, start: number): [line: string, end: number] {
  const feed = text.indexOf('\n', start);
  const end = feed === -1 ? text.length : feed + 1;
  return [text.slice(start, end).replace(/[\r\n]/g, ''), end];
}
