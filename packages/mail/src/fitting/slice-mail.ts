import type { MailSlice } from '@hikyaku/core';
import { createBase64Writer } from '../parts/base64-writer.ts';
import type { TransferDecoder } from '../parts/transfer-decoders.ts';
import type { MailOutline } from './mail-outline.ts';
import { decoderOf } from './part-decoder.ts';
import { BOUNDARY, sliceBeginning } from './slice-beginning.ts';
import { type SlicePiece, slicePieces } from './slice-pieces.ts';
import { counted, NO_EVENTS, type WholeMail, walkMail } from './walk-mail.ts';

/**
 * One of the mails that a mail becomes: a header like its own, in the first the texts, a word about it, and its files of that slice. `pictures`: smaller ones in place of files
 * that are whole in it, by their parts' numbers. Streams; goes through the mail once, for the size.
 */
export function sliceMail(
  mail: WholeMail,
  outline: MailOutline,
  slice: MailSlice,
  pictures: ReadonlyMap<number, Buffer> = new Map(),
): Promise<WholeMail> {
  const pieces = slicePieces(outline, slice, pictures);
  const beginning = Buffer.from(sliceBeginning(outline, slice, pieces), 'latin1');
  return counted(async function* () {
    const writer = createSliceWriter(outline, pieces);
    yield beginning;
    for await (const _ of walkMail(mail, () => writer.events())) {
      const ready = writer.take();
      if (ready.length > 0) yield ready;
    }
    yield Buffer.from(`--${BOUNDARY}--\r\n`, 'latin1');
  });
}

interface OpenPiece {
  piece: SlicePiece;
  decoder: TransferDecoder;
  writer: ReturnType<typeof createBase64Writer>;
  /** The file's byte that comes next. */
  at: number;
}

function createSliceWriter({ parts }: MailOutline, pieces: readonly SlicePiece[]) {
  const byIndex = new Map(pieces.map((piece) => [piece.index, piece]));
  const encodings = new Map(parts.map(({ index, encoding }) => [index, encoding]));
  let out: string[] = [];
  let open: OpenPiece | null = null;
  const write = (text: string): void => void out.push(text);
  const take = (of: OpenPiece, bytes: Buffer): void => {
    const start = Math.max(0, of.piece.from - of.at);
    const stop = Math.min(bytes.length, of.piece.to - of.at);
    of.at += bytes.length;
    if (start < stop) of.writer.push(bytes.subarray(start, stop));
  };
  const begin = (index: number): void => {
    const piece = byIndex.get(index);
    if (!piece) return;
    write(`--${BOUNDARY}\r\n${piece.fields}`);
    const writer = createBase64Writer(write);
    if (piece.picture) {
      writer.push(piece.picture);
      writer.end();
      write('\r\n');
      return;
    }
    open = { piece, decoder: decoderOf(encodings.get(index) ?? ''), writer, at: 0 };
    take(open, piece.prefix);
  };
  return {
    events: () => {
      begin(0);
      return {
        ...NO_EVENTS,
        header: begin,
        content(index: number, text: string) {
          if (open?.piece.index === index) take(open, open.decoder.push(text));
        },
        partEnd(index: number) {
          if (open?.piece.index !== index) return;
          take(open, open.decoder.end());
          open.writer.end();
          open = null;
          write('\r\n');
        },
      };
    },
    take() {
      const ready = Buffer.from(out.join(''), 'latin1');
      out = [];
      return ready;
    },
  };
}
