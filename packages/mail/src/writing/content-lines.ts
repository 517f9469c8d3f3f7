import { isAscii } from 'node:buffer';
import type { MailChange } from '../mail-change.ts';
import type { CharsetHints } from '../reading/charset.ts';
import { cleanText } from '../reading/clean-text.ts';
import { decodeWords } from '../reading/encoded-word.ts';
import { type HeaderParam, type ParamValue, paramItems, parseParams } from '../reading/header-params.ts';
import { findField, type HeaderField, type ScannedHeader, unfold } from '../reading/header-scan.ts';
import { rawText } from '../reading/header-text.ts';
import { decodeSample, repairedCharset, transferEncoding } from '../reading/text-charset.ts';
import { SAMPLE } from '../survey-mail.ts';
import { formatAsIs, formatItems, isPlain } from './field-format.ts';

/** MIME-Version and the top-level Content-* fields, mended where only the header has to change (M3, M7, M8, M12, M13). */
export function contentLines(
  header: ScannedHeader,
  bodySample: Buffer,
  hints: CharsetHints,
  changes: Set<MailChange>,
): string[] {
  if (!findField(header, 'mime-version')) changes.add('mime_version.added');
  const lines = ['MIME-Version: 1.0\r\n'];
  const typeField = findField(header, 'content-type');
  const type = typeField ? parseParams(rawText(typeField, hints)) : null;
  const encodingField = findField(header, 'content-transfer-encoding');
  const encoding = transferEncoding(encodingField ? unfold(encodingField) : '');
  lines.push(
    ...typeLines(typeField, type, decodeSample(bodySample, encoding, bodySample.length >= SAMPLE), hints, changes),
  );
  lines.push(...encodingLines(encodingField, encoding, type, bodySample, changes));
  const disposition = findField(header, 'content-disposition');
  if (disposition) lines.push(structuredLine(disposition, hints, changes));
  return lines;
}

function typeLines(
  field: HeaderField | undefined,
  type: ParamValue | null,
  sample: Buffer | null,
  hints: CharsetHints,
  changes: Set<MailChange>,
): string[] {
  const charset = sample ? repairedCharset(type, sample, hints) : null;
  if (charset !== null) {
    const params = (type?.params ?? []).filter(({ name }) => name !== 'charset');
    const value = !type?.value.includes('/') ? 'text/plain' : type.value;
    changes.add('charset.relabelled');
    return [
      formatItems('Content-Type', paramItems({ value, params: [...params, { name: 'charset', value: charset }] }), ';'),
    ];
  }
  if (!field || !type) return [];
  if (type.value !== 'text' && type.isStrict) return [structuredLine(field, hints, changes)];
  changes.add('content_type.repaired');
  // RFC 1049's bare `text`, and what readers take in different ways.
  const value = type.value === 'text' ? 'text/plain' : type.value;
  return [formatItems('Content-Type', paramItems({ value, params: type.params.map(cleanParam) }), ';')];
}

function encodingLines(
  field: HeaderField | undefined,
  encoding: string,
  type: ParamValue | null,
  bodySample: Buffer,
  changes: Set<MailChange>,
): string[] {
  const isSinglePart = !type || !/^(multipart|message)\//.test(type.value);
  const isEightBit = isSinglePart && ['', '7bit'].includes(encoding) && !isAscii(bodySample);
  const written = field ? unfold(field) : '';
  const meant = isEightBit ? '8bit' : encoding;
  if (!meant) return [];
  if (meant !== written.toLowerCase()) changes.add('transfer_encoding.relabelled');
  return [formatItems('Content-Transfer-Encoding', [meant], '')];
}

/** A field with parameters as it came, or written anew when it holds raw bytes or readers take it in different ways. */
function structuredLine(field: HeaderField, hints: CharsetHints, changes: Set<MailChange>): string {
  const { value, params, isStrict } = parseParams(rawText(field, hints));
  if (isStrict && isPlain(field)) return formatAsIs(field);
  changes.add('header.reencoded');
  return formatItems(field.label, paramItems({ value: cleanText(value), params: params.map(cleanParam) }), ';');
}

/** File names lose what a file name cannot hold (M13). */
function cleanParam({ name, value }: HeaderParam): HeaderParam {
  const text = cleanText(decodeWords(value));
  if (name !== 'name' && name !== 'filename') return { name, value: text };
  return {
    name,
    value: text
      .replace(/[\\/:*?"<>|]/g, '_')
      .slice(-200)
      .toWellFormed(),
  };
}
