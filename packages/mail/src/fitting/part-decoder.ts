import { Base64Decoder, QuotedDecoder, type TransferDecoder } from '../parts/transfer-decoders.ts';

const NONE = Buffer.alloc(0);

/** Undoes what a prepared part says that it is encoded in; anything else passes. */
export function decoderOf(encoding: string): TransferDecoder {
  if (encoding === 'base64') return new Base64Decoder();
  if (encoding === 'quoted-printable') return new QuotedDecoder();
  return { push: (text) => Buffer.from(text, 'latin1'), end: () => NONE };
}
