import { toBuffer } from '../line-ends.ts';
import type { PartEvents } from '../parts/part-events.ts';
import { type PartRoot, rootOf } from '../parts/part-root.ts';
import { PartWalker } from '../parts/part-walker.ts';
import { type ScannedHeader, scanHeader } from '../reading/header-scan.ts';

/** A mail that was prepared, and may leave. */
export interface WholeMail {
  sizeBytes: number;
  /** The RFC 5322 bytes, `sizeBytes` in all; may be called again. */
  open(): AsyncIterable<Uint8Array>;
}

/** The header of a prepared mail, and the structure that it says is below. */
export interface MailHead {
  header: ScannedHeader;
  root: PartRoot;
}

const HEADER_END = Buffer.from('\r\n\r\n');

/** Reads the header of a prepared mail; then `body` gives what follows it, once. */
export async function openMail(mail: WholeMail): Promise<MailHead & { body: AsyncIterable<Buffer> }> {
  const reader = mail.open()[Symbol.asyncIterator]();
  let bytes: Buffer = Buffer.alloc(0);
  let end = -1;
  while (end === -1) {
    const next = await reader.next();
    if (next.done) break;
    bytes = bytes.length ? Buffer.concat([bytes, next.value]) : toBuffer(next.value);
    end = bytes.indexOf(HEADER_END);
  }
  const length = end === -1 ? bytes.length : end + HEADER_END.length;
  const header = scanHeader(bytes.subarray(0, length), end === -1 ? 'eof' : 'more');
  return {
    header,
    root: rootOf(header),
    body: (async function* () {
      try {
        if (length < bytes.length) yield bytes.subarray(length);
        for (let next = await reader.next(); !next.done; next = await reader.next()) yield toBuffer(next.value);
      } finally {
        await reader.return?.();
      }
    })(),
  };
}

/** Walks through a prepared mail: its events, with a word after each chunk so that what they gathered can be taken. */
export async function* walkMail(mail: WholeMail, start: (head: MailHead) => PartEvents): AsyncGenerator<void> {
  const { body, ...head } = await openMail(mail);
  const walker = new PartWalker(head.root, start(head));
  for await (const chunk of body) {
    walker.push(chunk.toString('latin1'));
    yield;
  }
  walker.end();
  yield;
}

/** Events that nobody asked for. */
export const NO_EVENTS: PartEvents = {
  header() {},
  content() {},
  partEnd() {},
  outside() {},
  delimiter() {},
  multipartEnd() {},
  rest() {},
};

/** A mail that is written each time it is opened; this goes through it once, for its size. */
export async function counted(open: () => AsyncIterable<Uint8Array>): Promise<WholeMail> {
  let sizeBytes = 0;
  for await (const chunk of open()) sizeBytes += chunk.length;
  return { sizeBytes, open };
}
