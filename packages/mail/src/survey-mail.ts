import { createLineCounter, type LineSurvey, toBuffer } from './line-ends.ts';
import { type ScannedHeader, scanHeader } from './reading/header-scan.ts';

/** A header that goes on longer is cut there: what follows counts as body. */
export const HEADER_CAP = 256 * 1024;
/** So much of the mail is looked at for charsets; the edge sees as much. */
const SAMPLE = 64 * 1024;
/** A mail up to this size (most alerts) stays in memory and is read once; a worker has some tens of them at a time. */
export const KEEP_MAX = 256 * 1024;

export interface MailSurvey {
  header: ScannedHeader;
  headerLength: number;
  isHeaderCut: boolean;
  /** The beginning of the body. */
  sample: Buffer;
  lines: LineSurvey;
  /** The body, when the mail is small enough to be kept. */
  body: Buffer | null;
}

/** One pass over a mail: its header, a sample of its body, and what its line ends need. Memory: at most the cap and a chunk. */
export async function surveyMail(source: AsyncIterable<Uint8Array>, plainBytes: number): Promise<MailSurvey> {
  const counter = createLineCounter();
  let kept: Buffer[] | null = plainBytes <= KEEP_MAX ? [] : null;
  let keptBytes = 0;
  const takeBody = (chunk: Buffer) => {
    counter.push(chunk);
    keptBytes += chunk.length;
    // `plainBytes` may be wrong; the bound holds all the same.
    if (keptBytes > KEEP_MAX) kept = null;
    kept?.push(chunk);
  };
  let head: Head | null = null;
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let nextLook = SAMPLE;
  for await (const piece of source) {
    const chunk = toBuffer(piece);
    if (head) {
      takeBody(chunk);
      continue;
    }
    waiting.push(chunk);
    waitingBytes += chunk.length;
    if (waitingBytes < nextLook) continue;
    nextLook *= 2;
    const bytes = Buffer.concat(waiting);
    head = readHead(bytes, false);
    if (!head) continue;
    waiting = [];
    takeBody(bytes.subarray(head.headerLength));
  }
  if (!head) {
    const bytes = Buffer.concat(waiting);
    head = readHead(bytes, true)!;
    takeBody(bytes.subarray(head.headerLength));
  }
  return { ...head, lines: counter.end(), body: kept && Buffer.concat(kept) };
}

type Head = Pick<MailSurvey, 'header' | 'headerLength' | 'isHeaderCut' | 'sample'>;

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
