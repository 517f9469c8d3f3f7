/** A table as CSV (RFC 4180) with the mark by which spreadsheets know UTF-8. A cell that a spreadsheet would take for a formula gets an apostrophe before it. */
export function writeCsv(rows: readonly (readonly string[])[]): string {
  return `\uFEFF${rows.map((row) => row.map(cellOf).join(',')).join('\r\n')}\r\n`;
}

/** What begins a formula in Excel, LibreOffice or Sheets; also behind a blank or as a full-width sign. */
const FORMULA = /^[\s\0]*[=+\-@＝＋－＠|]|^[\t\r\n]/;

function cellOf(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
