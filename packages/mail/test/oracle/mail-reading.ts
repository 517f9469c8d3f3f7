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
      .map((line) => line.replace(/[\s\0]+/g, ' ').trim())
      .filter(Boolean),
  );
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
