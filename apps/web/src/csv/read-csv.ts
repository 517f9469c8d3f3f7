/** Longest table that is read: a fleet of 2,000 with room. */
const MAX_ROWS = 5_000;

/**
 * A CSV file (RFC 4180; CRLF or LF) as rows of cells, blanks around them cut, the apostrophe of `writeCsv` taken off again; rows without any
 * text are left out. `line` is where a row begins in the file, from 1. At most `MAX_ROWS` rows.
 */
export function readCsv(text: string): { line: number; cells: string[] }[] {
  const rows: { line: number; cells: string[] }[] = [];
  let cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  let line = 1;
  let begunAt = 1;
  const endCell = () => {
    cells.push(cell.trim().replace(/^'(?=[\s\0]?[=+\-@＝＋－＠|])/, ''));
    cell = '';
  };
  const endRow = () => {
    endCell();
    if (cells.some(Boolean)) rows.push({ line: begunAt, cells });
    cells = [];
    begunAt = line;
  };
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  for (let at = 0; at < body.length && rows.length < MAX_ROWS; at += 1) {
    const sign = body[at];
    if (sign === '\n') line += 1;
    if (isQuoted) {
      if (sign !== '"') cell += sign;
      else if (body[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (sign === '"' && !cell.trim()) {
      cell = '';
      isQuoted = true;
    } else if (sign === ',') endCell();
    else if (sign === '\n') endRow();
    else if (sign !== '\r') cell += sign;
  }
  if (rows.length < MAX_ROWS && (cell || cells.length)) endRow();
  return rows;
}

/** A file's text: UTF-8, or what Japanese spreadsheets save without being asked. */
export function decodeCsv(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('shift_jis').decode(bytes);
  }
}
