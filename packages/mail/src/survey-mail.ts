import { createLineCounter, type LineSurvey, toBuffer } from './line-ends.ts';
import { type ScannedHeader, scanHeader } from './reading/header-scan.ts';

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
  /** The beginning of the body. */
  sample: Buffer;
  lines: LineSurvey;
}

/** A reading of a mail, chunk by chunk: its header, a sample of its body, and what its line ends need. Memory: at most the cap and a chunk. */
export function createMailSurvey(): { push(chunk: Uint8Array): void; end(): MailSurvey } {
  const counter = createLineCounter();
  let head: Head | null = null;
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let nextLook = SAMPLE;
  return {
    push(piece) {
      const chunk = toBuffer(piece);
      if (head) return counter.push(chunk);
      waiting.push(chunk);
      waitingBytes += chunk.length;
      if (waitingBytes < nextLook) return;
      nextLook *= 2;
      const bytes = Buffer.concat(waiting);
      head = readHead(bytes, false);
      if (!head) return;
      waiting = [];
      counter.push(bytes.subarray(head.headerLength));
    },
    end() {
      if (!head) {
        const bytes = Buffer.concat(waiting);
        head = readHead(bytes, true)!;
        counter.push(bytes.subarray(head.headerLength));
      }
      return { ...head, lines: counter.end() };
    },
  };
}

type Head = Omit<MailSurvey, 'lines'>;

/** Null while the header's end has not come and may still come. */
function readHead(bytes: Buffer, isEof: boolean): Head | null {
  const isCapped = bytes.length > HEADER_CAP;
  const block = isCapped ? bytes.subarray(0, HEADER_CAP) : bytes;
  const open = scanHeader(block, isEof && !isCapped ? 'eof' : 'more');
  if (open.headerLength === null && !isCapped) return null;
  const header = open.headerLength === null ? scanHeader(block, 'cap') : open;
  const headerLength = header.headerLength!;
  const sample = bytes.subarray(headerLength, headerLength + SAMPLE);
  return { header, headerLength, isHeaderCut: header !== open, sample };
}
