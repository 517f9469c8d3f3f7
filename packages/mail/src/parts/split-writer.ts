import { decodeLoosely } from '../reading/decode-charset.ts';
import { newParamLine } from '../writing/param-line.ts';
import { type Base64Writer, createBase64Writer } from './base64-writer.ts';
import type { SplitPlan } from './body-plan.ts';
import { fileKind } from './file-kind.ts';
import { Base64Decoder, QuotedDecoder } from './transfer-decoders.ts';
import { UuSplitter } from './uu-splitter.ts';

/** So many blank characters between two files are nobody's text; what is longer passes as text. */
const MAX_BLANK = 4096;

/** Writes a text with files in uuencode as a multipart's content: text and files as they stand, each in base64. `clean` ends its lines. */
export function createSplitWriter(
  { boundary, encoding, textHeader, charset }: SplitPlan,
  clean: (text: string) => string,
  write: (text: string) => void,
): { push(text: string): void; end(): void } {
  const decoder =
    encoding === 'base64' ? new Base64Decoder() : encoding === 'quoted-printable' ? new QuotedDecoder() : null;
  let part: { isText: boolean; writer: Base64Writer } | null = null;
  let isFirst = true;
  /** Blank lines that may be no text. */
  let blank = '';
  /** A file's name until its first bytes tell what it is. */
  let name: string | null = null;

  const endPart = (): void => {
    part?.writer.end();
    part = null;
  };
  const beginPart = (isText: boolean, header: string): Base64Writer => {
    endPart();
    write(`${isFirst ? '' : '\r\n'}--${boundary}\r\n${header}`);
    isFirst = false;
    part = { isText, writer: createBase64Writer(write) };
    return part.writer;
  };
  const splitter = new UuSplitter({
    text(text) {
      if (part?.isText) {
        part.writer.push(Buffer.from(clean(text), 'latin1'));
        return;
      }
      blank += text;
      if (blank.trim() === '' && blank.length < MAX_BLANK) return;
      beginPart(true, textHeader).push(Buffer.from(clean(blank), 'latin1'));
      blank = '';
    },
    file(written) {
      blank = '';
      name = decodeLoosely(Buffer.from(written, 'latin1'), charset);
    },
    bytes(bytes) {
      if (name !== null) beginPart(false, fileHeader(name, bytes));
      name = null;
      part!.writer.push(bytes);
    },
  });
  return {
    push: (text) => splitter.push(decoder ? decoder.push(text).toString('latin1') : text),
    end() {
      if (decoder) splitter.push(decoder.end().toString('latin1'));
      splitter.end();
      endPart();
      write(`\r\n--${boundary}--`);
    },
  };
}

function fileHeader(name: string, beginning: Buffer): string {
  const type = fileKind(beginning)?.type ?? 'application/octet-stream';
  return (
    newParamLine('Content-Type', { value: type, params: [{ name: 'name', value: name }] }) +
    newParamLine('Content-Disposition', { value: 'attachment', params: [{ name: 'filename', value: name }] }) +
    'Content-Transfer-Encoding: base64\r\n\r\n'
  );
}
