export interface Login {
  username: string;
  password: string;
  /** An answer that was no base64, as it came. */
  misread?: string | undefined;
}

/** Prompts word for word: some printers quit at any other text (A1). */
export const USERNAME_PROMPT = 'VXNlcm5hbWU6';
export const PASSWORD_PROMPT = 'UGFzc3dvcmQ6';

/** A base64 answer as text: padding, blanks and trailing NUL or line ends do not count (A6). `=` is an empty answer (RFC 4954). */
export function readAnswer(line: string): string {
  return trimEnd(decode(line));
}

const decode = (line: string): string => Buffer.from(line.trim(), 'base64').toString('utf8');

/** The line itself where it cannot be base64 (blanks and padding apart): some firmware sends what was typed. */
export function misreadOf(line: string): string | undefined {
  const text = line.replace(/[\s=]+/g, '');
  return /^[A-Za-z0-9+/_-]*$/.test(text) && text.length % 4 !== 1 ? undefined : line.trim();
}

/**
 * The answer of AUTH PLAIN: `authzid NUL user NUL password`, or two fields, or the user name as authzid only (A5c); encoded twice, it is what it was. Null when it is
 * none of these.
 */
export function readPlainAnswer(line: string): Login | null {
  const once = decode(line);
  const bare = trimEnd(once);
  const text = bare === '' || bare.includes('\0') || misreadOf(bare) !== undefined ? once : decode(bare);
  const fields = trimEnd(text).split('\0');
  const [first, second, third] = fields;
  // A field that is empty, or of blanks, went with what is trimmed.
  const isWithoutPassword = first === '' && third === undefined && text.indexOf('\0', 1) !== -1;
  if (isWithoutPassword) return { username: second ?? '', password: '' };
  if (first === undefined || second === undefined) return null;
  if (third === undefined) return { username: first, password: second };
  // In more than three there are NULs of another kind, as of UTF-16.
  return { username: second || first, password: third, ...(fields.length > 3 ? { misread: line } : {}) };
}

/** True for the lone `*` that gives an exchange up. */
export function isCancelled(line: string): boolean {
  return line.trim() === '*';
}

function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && '\0\r\n\t '.includes(text[end - 1]!)) end -= 1;
  return text.slice(0, end);
}
