/** Values of Content-Type and Content-Disposition that devices write. */
const USUAL = (
  'text/plain text/html text/csv multipart/mixed multipart/related multipart/alternative multipart/report multipart/signed multipart/encrypted ' +
  'message/rfc822 image/jpeg image/pjpeg image/png image/gif application/octet-stream application/pdf video/mp4 attachment inline'
).split(' ');

const KNOWN = new Set(USUAL);

/** Bytes of a value that a bad wire changes. */
const ODD_MAX = 2;

/** The value that one was before a byte or two of it were damaged, or as it is. Lower case. */
export function meantValue(value: string): string {
  if (KNOWN.has(value)) return value;
  const odd = value.match(/[^!-~]/g)?.length ?? 0;
  if (odd === 0) return USUAL.find((usual) => usual.startsWith('multipart/') && isWithoutOne(value, usual)) ?? value;
  if (odd > ODD_MAX) return value;
  return USUAL.find((usual) => isNearly(value, usual)) ?? value;
}

/** A text that lost one character, as where a NUL took its place: of a multipart all parts would be lost with it. */
export function isWithoutOne(text: string, other: string): boolean {
  if (text.length !== other.length - 1) return false;
  let at = 0;
  while (at < text.length && text[at] === other[at]) at += 1;
  return text.slice(at) === other.slice(at + 1);
}

/** Charsets as devices write them in words. */
const USUAL_LABELS = (
  'utf-8 us-ascii iso-2022-jp shift_jis euc-jp gb2312 gb18030 gbk big5 euc-kr koi8-r iso-8859-1 iso-8859-2 iso-8859-5 iso-8859-15 ' +
  'windows-1250 windows-1251 windows-1252'
).split(' ');

const PLAIN_LABEL = /^[\w.:+-]{1,40}$/;

/** A charset's label without what devices write around it: quotes of which one is missing, angle brackets, its own name once more, a comment and what was damaged behind that. */
export function plainLabel(written: string): string {
  if (PLAIN_LABEL.test(written)) return written;
  const [label = ''] = written.replace(/^(?:[\s"'<]|charset[=:])+/i, '').split(/[\s"'<>(;,]/, 1);
  return label;
}

/** The same of a charset's label, where it can be one alone. */
export function meantLabel(written: string): string {
  if (/^[!-~]*$/.test(written)) return written;
  const label = written.toLowerCase();
  if (label.match(/[^!-~]/g)!.length > ODD_MAX) return written;
  const [meant, ...others] = USUAL_LABELS.filter((usual) => isNearly(label, usual));
  return meant !== undefined && others.length === 0 ? meant : written;
}

/** True where a text differs from another by what is no printable ASCII alone. */
export function isNearly(text: string, other: string): boolean {
  if (text.length !== other.length) return false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0x20 && code < 0x7f && code !== other.charCodeAt(at)) return false;
  }
  return true;
}
