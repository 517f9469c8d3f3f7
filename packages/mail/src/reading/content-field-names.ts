interface Field {
  name: string;
  label: string;
  lines: string[];
}

const CONTENT = /^content-/i;
const GLUED = /(?:^|[\s;])(content-(?:type|transfer-encoding|disposition|id|description))[ \t]*[:=]/gi;
/** What nobody writes into a subject. */
const GLUED_ELSEWHERE =
  /(?:^[ \t]+|[ \t])(mime-version):(?=[ \t]?1\.0(?:\s|$))|^[ \t]+(content-(?:type|transfer-encoding)):(?=[ \t]?(?:multipart\/|text\/|base64|quoted-|[78]bit))/gi;

/** Where another field can only begin anew: behind an id's bracket and a date's zone. */
const FIELD_BEHIND =
  '(subject|date|from|to|cc|reply-to|mime-version|content-(?:type|transfer-encoding|disposition)|x-(?:mailer|priority))[ \\t]*:';
const BEHIND: Record<string, RegExp> = {
  'message-id': new RegExp(`>[ \\t]?${FIELD_BEHIND}`, 'gi'),
  date: new RegExp(`\\d(?:[ \\t]?(?:[+-]\\d{4}|GMT|UTC?|JST))?[ \\t]?${FIELD_BEHIND}`, 'gi'),
};

export const isContentField = (label: string): boolean => (label.charCodeAt(0) | 0x20) === 0x63 && CONTENT.test(label);

export interface GluedField {
  start: number;
  name: string;
  value: string;
}

/**
 * The field that stands on another one's line, behind `from`: `Content-Type: image/jpeg; name="a.jpg" Content-Transfer-Encoding: base64`, or as a fold of it; null where none does.
 * `isContent`: the other is one of those itself, or none; `label`: the other's name.
 */
export function gluedField(text: string, from: number, isContent: boolean, label = ''): GluedField | null {
  // Nearly no line has a second one.
  if (text.indexOf(isContent ? 'ontent-' : ':', from) === -1 && !(isContent && text.includes('NTENT-', from)))
    return null;
  return found(isContent ? GLUED : GLUED_ELSEWHERE, text, from) ?? gluedBehind(text, from, label);
}

function gluedBehind(text: string, from: number, label: string): GluedField | null {
  const isOne = label.length === 4 || label.length === 10;
  const look = isOne ? BEHIND[label.toLowerCase()] : undefined;
  if (!look) return null;
  // A date's own colons stand behind digits.
  LETTER_COLON.lastIndex = from;
  return LETTER_COLON.test(text) ? found(look, text, from) : null;
}

const LETTER_COLON = /[a-z][ \t]?:/gi;

function found(look: RegExp, text: string, from: number): GluedField | null {
  look.lastIndex = from;
  const match = look.exec(text);
  if (!match) return null;
  const name = (match[1] ?? match[2])!;
  // What stands before the name is the other field's, but for the blanks and signs between both.
  const start = BEHIND_END.test(match[0]) ? match.index + match[0].lastIndexOf(`${name}`) : match.index;
  return { start, name, value: text.slice(look.lastIndex) };
}

const BEHIND_END = /^[>\d]/;

/** A picture's id in the brackets without which the text that shows it does not find it. */
export function bracketed(label: string, value: string): string {
  return label.length === ID_LENGTH && /^content-id$/i.test(label) && BARE_ID.test(value)
    ? ` <${value.trim()}>`
    : value;
}

const ID_LENGTH = 'content-id'.length;
const BARE_ID = /^[ \t]*[\w.@+$-]{1,200}[ \t]*$/;

/** Content-Transfer-Encoding as devices misspell it or take it for HTTP's, without what is no letter. */
const ENCODING_NAMES =
  /^(?:encoding|contentencoding|transferencoding|(?:contents?|mime)trans?n?s?fe?r?t?(?:en?co?n?d(?:ing|eing|ding|e|ig|in)?|coding)?)$/;
const MAY_BE = /cod|tran/;
const ENCODING_VALUE = /^[\s"']*(?:base-?64|quoted-?printable|(?:x-)?uu(?:encode|e)\b)/i;

/** Gives a header that has no Content-Transfer-Encoding the one that was meant, where its value leaves no doubt; true where it did. */
export function nameEncoding(fields: readonly Field[]): boolean {
  if (!fields.some(({ name, lines }) => MAY_BE.test(name) && ENCODING_VALUE.test(lines[0]!))) return false;
  const meant = fields.find(
    ({ name, lines }) => ENCODING_NAMES.test(name.replace(/[^a-z]/g, '')) && ENCODING_VALUE.test(lines[0]!),
  );
  if (!meant) return false;
  meant.name = 'content-transfer-encoding';
  meant.label = 'Content-Transfer-Encoding';
  return true;
}

const MULTIPART = /^[ \t]*"?multipart\/.*boundary[ \t]*=[ \t]*"?([^";]{1,200})/is;
const TEXT = /^[ \t]*"?text\//i;

/** Of two types the one that the body has: where a text's stands first, and parts by the other one's boundary follow, the text's is left out. `body`: its beginning, one byte per character. */
export function dropWrongType(fields: Field[], body: () => string): void {
  const types = fields.filter(({ name }) => name === 'content-type');
  if (types.length < 2 || !TEXT.test(types[0]!.lines.join(''))) return;
  const boundary = types.slice(1).flatMap(({ lines }) => MULTIPART.exec(lines.join('').slice(0, 1000))?.[1] ?? [])[0];
  if (boundary && body().includes(`--${boundary.trim()}`)) fields.splice(fields.indexOf(types[0]!), 1);
}
