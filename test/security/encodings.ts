/** A byte string to look for, and by what it was written. */
export interface Needle {
  name: string;
  bytes: Buffer;
}

const ALPHABETS = {
  base64: (text: string) => text,
  base64url: (text: string) => text.replaceAll('+', '-').replaceAll('/', '_'),
};

/** The characters of base64 that `text` alone decides, with `before` unknown bytes in front of it. */
function base64Core(text: Buffer, before: number): string {
  const encoded = Buffer.concat([Buffer.alloc(before), text]).toString('base64');
  return encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + text.length) * 8) / 6));
}

/** Every way in which `text` may be written down: as it is, in base64 at each of its three alignments, quoted-printable, hex, UTF-16, in a URL. */
export function encodingsOf(label: string, text: string): Needle[] {
  const raw = Buffer.from(text, 'utf8');
  const hex = raw.toString('hex');
  const each = (prefix: string, digits: string) => digits.replace(/../g, (pair) => `${prefix}${pair}`);
  const forms: Record<string, string | Buffer> = {
    raw,
    // Without its last zero both byte orders hold it.
    'utf-16': Buffer.from(text, 'utf16le').subarray(0, -1),
    hex,
    HEX: hex.toUpperCase(),
    'quoted-printable': each('=', hex.toUpperCase()),
    'url-encoded': each('%', hex.toUpperCase()),
  };
  for (const [name, spell] of Object.entries(ALPHABETS)) {
    for (const before of [0, 1, 2]) forms[`${name}/${before}`] = spell(base64Core(raw, before));
  }
  const seen = new Set<string>();
  return Object.entries(forms).flatMap(([form, bytes]) => {
    const buffer = Buffer.from(bytes as string);
    const key = buffer.toString('latin1');
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ name: `${label} (${form})`, bytes: buffer }];
  });
}

/** Names of the needles that are in `hay`, also where a mail's line break falls into one of them. */
export function findNeedles(hay: Buffer, needles: Needle[]): string[] {
  const text = hay.toString('latin1');
  const unfolded = /\n/.test(text) ? text.replace(/=?\r?\n/g, '') : '';
  return needles
    .filter(({ bytes }) => {
      const needle = bytes.toString('latin1');
      return text.includes(needle) || unfolded.includes(needle);
    })
    .map(({ name }) => name);
}
