interface Field {
  name: string;
  label: string;
  lines: string[];
}

const CONTENT = /^content-/i;
const GLUED = /(?:^|[\s;])(content-(?:type|transfer-encoding|disposition|id|description))[ \t]*[:=]/gi;

export const isContentField = (label: string): boolean => CONTENT.test(label);

/** A field that stands on another one's line, behind `from`: `Content-Type: image/jpeg; name="a.jpg" Content-Transfer-Encoding: base64`; null where none does. */
export function gluedField(text: string, from: number): { start: number; name: string; value: string } | null {
  GLUED.lastIndex = from;
  const found = GLUED.exec(text);
  return found && { start: found.index, name: found[1]!, value: text.slice(GLUED.lastIndex) };
}

/** Content-Transfer-Encoding as devices misspell it or take it for HTTP's, without what is no letter. */
const ENCODING_NAMES =
  /^(?:encoding|contentencoding|transferencoding|(?:contents?|mime)trans?n?s?fe?r?t?(?:en?co?n?d(?:ing|eing|ding|e|ig|in)?|coding)?)$/;
const MAY_BE = /cod|tran/;
const ENCODING_VALUE = /^[\s"']*(?:base-?64|quoted-?printable|(?:x-)?uu(?:encode|e)\b)/i;

/** Gives a header without a Content-Transfer-Encoding the one that was meant, where its value leaves no doubt; true where it did. */
export function nameEncoding(fields: readonly Field[]): boolean {
  if (!fields.some(({ name, lines }) => MAY_BE.test(name) && ENCODING_VALUE.test(lines[0]!))) return false;
  if (fields.some(({ name }) => name === 'content-transfer-encoding')) return false;
  const meant = fields.find(
    ({ name, lines }) => ENCODING_NAMES.test(name.replace(/[^a-z]/g, '')) && ENCODING_VALUE.test(lines[0]!),
  );
  if (!meant) return false;
  meant.name = 'content-transfer-encoding';
  meant.label = 'Content-Transfer-Encoding';
  return true;
}
