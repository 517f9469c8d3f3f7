/** Longest table that is read: a fleet of 2,000 with room. */
export const MAX_ROWS = 5_000;

/** What spreadsheets put between cells: Excel a semicolon where the comma is in numbers, and a tabulator in its "Unicode text". */
const SEPARATORS = [',', ';', '\t'] as const;

export interface CsvRow {
  /** Which one it is, from 1, as a spreadsheet numbers it: empty rows count, line ends within a cell do not. */
  line: number;
  cells: string[];
}

export interface CsvTable {
  rows: CsvRow[];
  /** `long`: rows beyond `MAX_ROWS` were not read; `unclosed`: a quote that begins in row `line` has no end, so that the rest of the file is one cell. */
  trouble: { kind: 'long' } | { kind: 'unclosed'; line: number } | null;
}

/**
 * A CSV file (RFC 4180; CRLF or LF, and the separator that its first row has most of) as rows of cells, blanks around them cut, the apostrophe of
 * `writeCsv` taken off again; rows without any text are left out.
 */
export function readCsv(text: string): CsvTable {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const separator = separatorOf(body);
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  let line = 1;
  const endCell = () => {
    cells.push(cell.trim().replace(/^'(?=[\s\0]?[=+\-@＝＋－＠|])/, ''));
    cell = '';
  };
  const endRow = () => {
    endCell();
    if (cells.some(Boolean)) rows.push({ line, cells });
    cells = [];
    line += 1;
  };
  let at = 0;
  for (; at < body.length && rows.length < MAX_ROWS; at += 1) {
    const sign = body[at];
    if (isQuoted) {
      if (sign !== '"') cell += sign;
      else if (body[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (sign === '"' && !cell.trim()) {
      cell = '';
      isQuoted = true;
    } else if (sign === separator) endCell();
    else if (sign === '\n') endRow();
    else if (sign !== '\r') cell += sign;
  }
  if (isQuoted) return { rows, trouble: { kind: 'unclosed', line } };
  if (rows.length < MAX_ROWS && (cell || cells.length)) endRow();
  return { rows, trouble: body.slice(at).trim() ? { kind: 'long' } : null };
}

/** Of the first row, what stands outside quotes. */
function separatorOf(body: string): string {
  const [head = ''] = body.trimStart().split('\n', 1);
  const bare = head.replace(/"[^"]*"/g, '');
  const counts = SEPARATORS.map((one) => bare.split(one).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ',';
}

/** A file's text: UTF-8, UTF-16 with its mark, or what Japanese spreadsheets save without being asked. Null where it is none of them. */
export function decodeCsv(bytes: ArrayBuffer): string | null {
  const [first, second] = new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength));
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  for (const label of ['utf-8', 'shift_jis']) {
    try {
      const text = new TextDecoder(label, { fatal: true }).decode(bytes);
      // A spreadsheet's own file, a picture: letters everywhere, and no text.
      return text.includes('\0') ? null : text;
    } catch {
      // The next one.
    }
  }
  return null;
}
