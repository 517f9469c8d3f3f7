import type { TransferDecoder } from '../parts/transfer-decoders.ts';
import { findField, type ScannedHeader, unfold } from '../reading/header-scan.ts';
import { decoderOf } from './part-decoder.ts';
import { NO_EVENTS, type WholeMail, walkMail } from './walk-mail.ts';

/** The decoded contents of the parts that are wanted, in the mail's order, one in memory at a time. */
export async function* eachPart(
  mail: WholeMail,
  isWanted: (index: number) => boolean,
): AsyncGenerator<{ index: number; bytes: Buffer }> {
  const ready: { index: number; bytes: Buffer }[] = [];
  let open: { index: number; decoder: TransferDecoder; pieces: Buffer[] } | null = null;
  const begin = (index: number, header: ScannedHeader): void => {
    if (!isWanted(index)) return;
    const field = findField(header, 'content-transfer-encoding');
    open = { index, decoder: decoderOf(field ? unfold(field).toLowerCase() : ''), pieces: [] };
  };
  const walk = walkMail(mail, ({ header }) => {
    begin(0, header);
    return {
      ...NO_EVENTS,
      header: (index, begun) => begin(index, begun.header),
      content(index, text) {
        if (open?.index === index) open.pieces.push(open.decoder.push(text));
      },
      partEnd(index) {
        if (open?.index !== index) return;
        ready.push({ index, bytes: Buffer.concat([...open.pieces, open.decoder.end()]) });
        open = null;
      },
    };
  });
  for await (const _ of walk) yield* ready.splice(0);
}
