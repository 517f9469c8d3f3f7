/** One field of a header: where it stands in the raw mail, and what it says. */
export interface HeaderField {
  /** Lower case. */
  name: string;
  /** Unfolded; bytes read as UTF-8 where they are, else as Latin-1. */
  value: string;
  start: number;
  /** Behind the line end. */
  end: number;
}

export interface MailHead {
  fields: HeaderField[];
  /** Offset of the body, behind the empty line. */
  bodyStart: number;
}

const LF = 10;
const CR = 13;
const isBlank = (byte: number | undefined): boolean => byte === 32 || byte === 9;

/** Reads the header of `raw` between `from` and `to`; lines may end in CRLF or LF. A line that is no field ends nothing and is left out. */
export function readHead(raw: Buffer, from = 0, to = raw.length): MailHead {
  const fields: HeaderField[] = [];
  let start = from;
  while (start < to) {
    let end = lineEnd(raw, start, to);
    if (raw[start] === LF || (raw[start] === CR && raw[start + 1] === LF)) return { fields, bodyStart: end };
    while (end < to && isBlank(raw[end])) end = lineEnd(raw, end, to);
    const colon = raw.subarray(start, end).indexOf(':');
    if (colon > 0) {
      const name = raw
        .toString('latin1', start, start + colon)
        .trim()
        .toLowerCase();
      if (/^[!-9;-~]+$/.test(name)) {
        fields.push({ name, value: unfold(decodeBytes(raw.subarray(start + colon + 1, end))), start, end });
      }
    }
    start = end;
  }
  return { fields, bodyStart: to };
}

/** All values of one field. */
export function fieldValues(head: MailHead, name: string): string[] {
  return head.fields.filter((field) => field.name === name).map((field) => field.value);
}

/** `raw` without the fields of these names; every other byte stays. */
export function withoutFields(raw: Buffer, names: readonly string[]): Buffer {
  const doomed = readHead(raw).fields.filter((field) => names.includes(field.name));
  if (!doomed.length) return raw;
  const kept: Buffer[] = [];
  let position = 0;
  for (const field of doomed) {
    kept.push(raw.subarray(position, field.start));
    position = field.end;
  }
  kept.push(raw.subarray(position));
  return Buffer.concat(kept);
}

/** `raw` with the first field of that name replaced, further ones dropped, or the line put on top when there was none. */
export function withField(raw: Buffer, name: string, line: string): Buffer {
  const first = readHead(raw).fields.find((field) => field.name === name.toLowerCase());
  const written = Buffer.from(`${line}\r\n`);
  if (!first) return Buffer.concat([written, raw]);
  const rest = withoutFields(raw.subarray(first.start), [name.toLowerCase()]);
  return Buffer.concat([raw.subarray(0, first.start), written, rest]);
}

function lineEnd(raw: Buffer, from: number, to: number): number {
  const at = raw.indexOf(LF, from);
  return at === -1 || at >= to ? to : at + 1;
}

function unfold(text: string): string {
  return text.replace(/\r?\n(?=[ \t])/g, '').trim();
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decodeBytes(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}
