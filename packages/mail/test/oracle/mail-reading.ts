import { createHash } from 'node:crypto';

/** What one reader shows of a mail. */
export interface MailReading {
  subject: string;
  /** All of its texts, line for line, blanks at their ends and between them made one. */
  lines: string[];
  attachments: { name: string; sha256: string }[];
}

export const READERS = ['mailparser', 'postal-mime', 'python'] as const;
export type Reader = (typeof READERS)[number];

/** The non-empty lines of texts; how lines are wrapped and what ends them is nobody's loss. */
export function linesOf(texts: string[]): string[] {
  return texts.flatMap((text) =>
    text
      .split(/\r\n|\r|\n/)
      .map((line) => line.replaceAll('\0', '').replace(/\s+/g, ' ').trim())
      .filter(Boolean),
  );
}

const TEXT = /^[\t\n\r -~]*$/;

/** A content by its bytes; of a text in ASCII without what ends its lines, which a mail's way may change. */
export function sha256(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1');
  const content = TEXT.test(text) ? text.replace(/\r\n?/g, '\n').trimEnd() : bytes;
  return createHash('sha256').update(content).digest('hex');
}
