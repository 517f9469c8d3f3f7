/** Browsers look for it in the first KB; devices write a style sheet before it. */
const SEARCH_BYTES = 4096;
/** A tag that says it is not longer. */
const TAG_MAX = 300;
const CHARSET = /charset ?= ?["']? ?([\w.:+-]{1,40})/;
const ENCODING = /encoding ?= ?["']([\w.:+-]{1,40})/;

/** The charset label that an HTML or XML text names itself, in lower case, or undefined. Takes its decoded bytes. */
export function htmlCharset(bytes: Buffer): string | undefined {
  const text = bytes.toString('latin1', 0, SEARCH_BYTES).toLowerCase().replace(/\s/g, ' ');
  const declared = text.trimStart().startsWith('<?xml ') ? ENCODING.exec(tagAt(text, text.indexOf('<?xml '))) : null;
  if (declared) return declared[1];
  for (let start = text.indexOf('<meta '); start !== -1; start = text.indexOf('<meta ', start + 1)) {
    const found = CHARSET.exec(tagAt(text, start));
    if (found) return found[1];
  }
  return undefined;
}

function tagAt(text: string, start: number): string {
  const tag = text.slice(start, start + TAG_MAX);
  const end = tag.indexOf('>');
  return end === -1 ? tag : tag.slice(0, end);
}
