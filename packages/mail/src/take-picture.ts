import { toBuffer } from './line-ends.ts';
import { fileKind } from './parts/file-kind.ts';
import type { PartEvents } from './parts/part-events.ts';
import { mailRootOf, type PartRoot } from './parts/part-root.ts';
import { PartWalker } from './parts/part-walker.ts';
import { Base64Decoder } from './parts/transfer-decoders.ts';
import { parseAddresses } from './reading/address.ts';
import { findField, type ScannedHeader, scanHeader, unfold } from './reading/header-scan.ts';
import { readSubject } from './reading/subject.ts';
import { transferEncoding } from './reading/text-charset.ts';
import { HEADER_CAP } from './survey-mail.ts';

/** A picture as it stood in a mail. */
export interface Picture {
  type: string;
  /** With the point. */
  extension: string;
  bytes: Buffer;
}

/** Bytes that tell a file's kind. */
const KIND_BYTES = 16;

/**
 * The first picture of a mail that has no more than `maxBytes`, told by its own first bytes whatever its header says; null without one. Reads no further than its end. Memory: the header's
 * cap, and one picture.
 */
export async function takePicture(mail: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Picture | null> {
  const { pictures } = await takeShown(mail, { most: 1, maxBytes });
  return pictures[0] ?? null;
}

/** What a chat shows of a mail. */
export interface ShownMail {
  /** As a person reads it; null without one. */
  subject: string | null;
  /** The name that From gives; null without one. */
  sender: string | null;
  /** In their order. */
  pictures: Picture[];
}

/** A mail's subject and its first pictures, at most `most`, which together have no more than `maxBytes`: one that is too large is passed over. Memory: the header's cap, and the pictures. */
export async function takeShown(
  mail: AsyncIterable<Uint8Array>,
  limits: { most: number; maxBytes: number },
): Promise<ShownMail> {
  const search = new PictureSearch(limits.most, limits.maxBytes);
  for await (const piece of mail) {
    search.push(toBuffer(piece));
    if (search.isDone) return search;
  }
  search.end();
  return search;
}

class PictureSearch implements ShownMail {
  subject: string | null = null;
  sender: string | null = null;
  readonly pictures: Picture[] = [];
  readonly #most: number;
  #leftBytes: number;
  #head: Buffer[] = [];
  #headBytes = 0;
  #nextLook = 4096;
  #walker: PartWalker | null = null;
  #open: { index: number; decoder: Base64Decoder | null; chunks: Buffer[]; bytes: number } | null = null;

  constructor(most: number, maxBytes: number) {
    this.#most = most;
    this.#leftBytes = maxBytes;
  }

  get isDone(): boolean {
    return this.pictures.length === this.#most;
  }

  push(chunk: Buffer): void {
    if (this.#walker) {
      this.#walker.push(chunk.toString('latin1'));
      return;
    }
    this.#head.push(chunk);
    this.#headBytes += chunk.length;
    if (this.#headBytes < this.#nextLook) return;
    this.#nextLook *= 2;
    this.#begin('more');
  }

  end(): void {
    if (!this.#walker) this.#begin('eof');
    this.#walker?.end();
  }

  #begin(end: 'more' | 'eof'): void {
    const bytes = Buffer.concat(this.#head);
    const isCapped = bytes.length > HEADER_CAP;
    const header = scanHeader(isCapped ? bytes.subarray(0, HEADER_CAP) : bytes, isCapped ? 'cap' : end);
    if (header.headerLength === null) return;
    this.#head = [];
    this.subject = readSubject(header);
    const from = findField(header, 'from');
    this.sender = (from && parseAddresses(unfold(from))[0]?.name) || null;
    const body = bytes.subarray(header.headerLength);
    const root = mailRootOf(header, body);
    this.#part(0, header, root);
    const ignore = (): void => {};
    const events: PartEvents = {
      header: (index, begun) => this.#part(index, begun.header, begun.root),
      content: (index, text) => this.#take(index, text),
      partEnd: (index) => this.#close(index),
      outside: ignore,
      delimiter: ignore,
      multipartEnd: ignore,
      rest: ignore,
    };
    this.#walker = new PartWalker(root, events);
    this.#walker.push(body.toString('latin1'));
  }

  #part(index: number, header: ScannedHeader, root: PartRoot): void {
    this.#open = null;
    if (root.isMultipart || root.isText || this.isDone) return;
    const field = findField(header, 'content-transfer-encoding');
    const isBase64 = field !== undefined && transferEncoding(unfold(field)) === 'base64';
    this.#open = { index, decoder: isBase64 ? new Base64Decoder() : null, chunks: [], bytes: 0 };
  }

  #take(index: number, text: string): void {
    const open = this.#open;
    if (open?.index !== index) return;
    this.#add(open.decoder ? open.decoder.push(text) : Buffer.from(text, 'latin1'));
  }

  #add(piece: Buffer): void {
    const open = this.#open!;
    open.chunks.push(piece);
    open.bytes += piece.length;
    // What is too large, or no picture, is not kept to its end.
    const isKnown = open.bytes >= KIND_BYTES;
    if (open.bytes > this.#leftBytes || (isKnown && open.chunks.length === 1 && !kindOf(piece))) this.#open = null;
  }

  #close(index: number): void {
    const open = this.#open;
    if (open?.index !== index) return;
    if (open.decoder) this.#add(open.decoder.end());
    if (this.#open === open) {
      const bytes = Buffer.concat(open.chunks);
      const kind = kindOf(bytes);
      if (kind) {
        this.pictures.push({ type: kind.type, extension: kind.extension, bytes });
        this.#leftBytes -= bytes.length;
      }
    }
    this.#open = null;
  }
}

function kindOf(bytes: Buffer): { type: string; extension: string } | null {
  const kind = fileKind(bytes);
  return kind?.type.startsWith('image/') ? kind : null;
}
