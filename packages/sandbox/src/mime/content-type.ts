export interface ContentType {
  /** Lower case, such as `image/jpeg`. */
  type: string;
  params: Record<string, string>;
}

/** A Content-Type or Content-Disposition value; RFC 2231 pieces are joined, percent signs read. */
export function parseContentType(value: string | undefined, fallback = 'text/plain'): ContentType {
  const [first = '', ...rest] = (value ?? '').split(/;(?=(?:[^"]*"[^"]*")*[^"]*$)/);
  const params: Record<string, string> = {};
  for (const item of rest) {
    const match = /^\s*([\w-]+)(\*?\d*\*?)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s]*))\s*$/s.exec(item);
    if (!match) continue;
    const [, name = '', extended = '', quoted, bare] = match;
    const text = quoted?.replace(/\\(.)/gs, '$1') ?? bare ?? '';
    const key = name.toLowerCase();
    params[key] = (params[key] ?? '') + (extended.endsWith('*') ? readExtended(text) : text);
  }
  const type = first.trim().toLowerCase();
  return { type: type || fallback, params };
}

function readExtended(text: string): string {
  const encoded = text.replace(/^[\w-]*'[\w-]*'/, '');
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}
