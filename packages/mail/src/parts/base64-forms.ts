/** Letters of base64's other alphabet (RFC 4648 section 5) and none of the first one's, in lines that are nothing else. */
const URL_SAFE = /^[\w=\s-]*$/;
const OF_URLS = /[A-Za-z0-9][_-][\w-]/;
const DATA_URL = /^\s*data:[\w.+/;=-]{0,80};base64,/i;

/** True where a content that says base64 is in the alphabet of URLs, which most readers pass over. Takes its beginning. */
export function isUrlSafe(sample: Buffer): boolean {
  if (!sample.includes('_') && !sample.includes('-')) return false;
  const text = sample.toString('latin1').split('\n--', 1)[0]!;
  return OF_URLS.test(text) && URL_SAFE.test(text);
}

/** True where base64 is written behind the beginning of a `data:` URL. */
export function isDataUrl(sample: Buffer): boolean {
  // Its own first letter, or a blank before it.
  return ((sample[0] ?? 0) | 0x20) === 0x64 || (sample[0] ?? 0) <= 0x20
    ? DATA_URL.test(sample.toString('latin1', 0, 120))
    : false;
}

/** The same without that. */
export const withoutDataUrl = (text: string): string => text.replace(DATA_URL, '');
