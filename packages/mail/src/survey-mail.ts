import { areDoubled, createLineEnder, toBuffer } from './line-ends.ts';
import type { MailChange } from './mail-change.ts';
import { mailRootOf, rootOf } from './parts/part-root.ts';
import { type BodySurvey, createBodySurvey } from './parts/survey-body.ts';
import type { CharsetHints } from './reading/charset.ts';
import { type ScannedHeader, scanHeader } from './reading/header-scan.ts';
import { type OddLineEnds, oddBodyEndsOf } from './reading/odd-line-ends.ts';
import { textCharset } from './reading/text-charset.ts';

/** A header that goes on longer is cut there: what follows counts as body. */
export const HEADER_CAP = 256 * 1024;
/** So much of the mail is looked at for charsets; the edge sees as much. */
export const SAMPLE = 64 * 1024;
/** A mail up to this size (most alerts) stays in memory and is read once; a worker has some tens of them at a time. */
export const KEEP_MAX = 256 * 1024;

export interface MailSurvey {
  header: ScannedHeader;
  headerLength: number;
  isHeaderCut: boolean;
  /** Of its body, and of its header where that has them. */
  oddLineEnds: OddLineEnds | null;
  hints: CharsetHints;
  body: BodySurvey;
  /** What the body needs. */
  changes: Set<MailChange>;
}

/**
 * A reading of a mail, chunk by chunk: its header, and what its body needs. `charset`: the device's. Memory: at most the cap and a chunk, and what a body's
 * survey holds.
 */
export function createMailSurvey(charset: string | null | undefined): {
  push(chunk: Uint8Array): void;
  end(): MailSurvey;
} {
  const changes = new Set<MailChange>();
  let head: Head | null = null;
  let body: ReturnType<typeof createBodySurvey> | null = null;
  let ender: ReturnType<typeof createLineEnder> | null = null;
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let nextLook = SAMPLE;

  const begin = (found: Head, bytes: Buffer): void => {
    head = found;
    waiting = [];
    const came = bytes.subarray(found.headerLength);
    found.oddLineEnds ??= oddBodyEndsOf(came, () => rootOf(found.header).isMultipart);
    if (found.oddLineEnds) ender = createLineEnder(found.oddLineEnds);
    const beginning = ender ? ender.push(came) : came;
    body = createBodySurvey(found.header, mailRootOf(found.header, beginning), found.hints, changes);
    body.push(beginning);
  };
  return {
    push(piece) {
      const chunk = toBuffer(piece);
      if (body) return body.push(ender ? ender.push(chunk) : chunk);
      waiting.push(chunk);
      waitingBytes += chunk.length;
      if (waitingBytes < nextLook) return;
      nextLook *= 2;
      const bytes = joined(waiting);
      const found = readHead(bytes, false, charset);
      if (found) begin(found, bytes);
    },
    end() {
      if (!head) {
        const bytes = joined(waiting);
        begin(readHead(bytes, true, charset)!, bytes);
      }
      const { header, headerLength } = head!;
      if (ender) body!.push(ender.end());
      const survey = body!.end();
      survey.lines.isDoubled &&= areDoubled(header.bytes.subarray(0, headerLength));
      return { ...head!, body: survey, changes };
    },
  };
}

/** Most mails come in one piece, or have all of their header in it: nothing is copied. */
const joined = (pieces: Buffer[]): Buffer => (pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces));

type Head = Omit<MailSurvey, 'body' | 'changes'>;

/** Null while the header's end has not come and may still come. */
function readHead(bytes: Buffer, isEof: boolean, charset: string | null | undefined): Head | null {
  const isCapped = bytes.length > HEADER_CAP;
  const block = isCapped ? bytes.subarray(0, HEADER_CAP) : bytes;
  const open = scanHeader(block, isEof && !isCapped ? 'eof' : 'more');
  if (open.headerLength === null && !isCapped) return null;
  const header = open.headerLength === null ? scanHeader(block, 'cap') : open;
  return {
    header,
    headerLength: header.headerLength!,
    isHeaderCut: header !== open,
    oddLineEnds: header.oddLineEnds,
    hints: { charset, textCharset: textCharset(header) },
  };
}
