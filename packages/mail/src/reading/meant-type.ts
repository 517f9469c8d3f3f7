/** Types by their letters, in whatever order and with whatever between them devices write them. */
const SPELLINGS: Record<string, string> = {
  text: 'text/plain',
  plain: 'text/plain',
  plaintext: 'text/plain',
  textplan: 'text/plain',
  textplane: 'text/plain',
  texttext: 'text/plain',
  texttxt: 'text/plain',
  textplainutf: 'text/plain',
  html: 'text/html',
  htm: 'text/html',
  texthtm: 'text/html',
  htmltext: 'text/html',
  textplain: 'text/plain',
  texthtml: 'text/html',
  multipartmixed: 'multipart/mixed',
  multipartrelated: 'multipart/related',
  multipartalternative: 'multipart/alternative',
  mixed: 'multipart/mixed',
  related: 'multipart/related',
  alternative: 'multipart/alternative',
  applicationmixed: 'multipart/mixed',
  applicationoctetstream: 'application/octet-stream',
  imagejpeg: 'image/jpeg',
  imagepng: 'image/png',
  applicationpdf: 'application/pdf',
};
const KNOWN = new Set(Object.values(SPELLINGS));

/** Parts that a multipart is made of may be anything, but a multipart is of one of these kinds, or has a boundary. */
const MULTIPARTS =
  /^multipart(?:$|\/(?:$|mixed|related|alternative|report|digest|parallel|form-data|signed|encrypted|x-mixed-replace|appledouble|header-set|voice-message|byteranges))/;

/**
 * The type that was meant by one as it is written, lower case: `mixed` and `multipart_mixed` where a boundary is named, `plain/text`, `text\plain`, and none at all before a charset. A file whose
 * type begins with `multipart/` (`multipart/x-zip`) is a file. `has`: true for a parameter that is there.
 */
export function meantType(value: string, has: (param: string) => boolean): string {
  if (KNOWN.has(value)) return value;
  if (value === '' && has('charset')) return 'text/plain';
  if (value.startsWith('multipart/') && !MULTIPARTS.test(value) && !has('boundary')) return 'application/octet-stream';
  const meant = SPELLINGS[value.replace(/[^a-z]/g, '')];
  if (meant === undefined || value === 'text') return value;
  return meant.startsWith('multipart/') === has('boundary') ? meant : value;
}
