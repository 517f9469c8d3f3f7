import type { MailChange } from '../mail-change.ts';
import type { ContentFacts } from '../parts/content-facts.ts';
import type { MultipartShape } from '../parts/part-events.ts';
import type { CharsetHints } from '../reading/charset.ts';
import { paramOf, parseParams } from '../reading/header-params.ts';
import { rawText } from '../reading/header-text.ts';
import { decodeSample, repairedCharset } from '../reading/text-charset.ts';
import type { ContentFields, ContentLines } from './content-fields.ts';
import { formatItems } from './field-format.ts';
import { newParamLine, paramLine } from './param-line.ts';

/** Encodings that a multipart may have; they say nothing (RFC 2045 section 6.4). */
const IDENTITY = /^(?:7-?bit|8-?bit|binary)$/i;

/** The fields of a multipart: its boundary as its delimiters have it, and no encoding. */
export function multipartLines(
  fields: ContentFields,
  facts: ContentFacts,
  shape: MultipartShape,
  hints: CharsetHints,
  changes: Set<MailChange>,
): Omit<ContentLines, 'isChanged'> {
  const field = fields.type;
  const type = parseParams(field ? rawText(field, hints) : 'multipart');
  // One that holds nothing at all stays what it says that it is.
  const isBlank = !facts.isCut && facts.sample.toString('latin1').trim() === '';
  const boundary = shape.boundary ?? (isBlank ? paramOf(type, 'boundary') : undefined);
  if (boundary === undefined) return textLines(facts, hints, changes);
  const hasFiles = facts.hasFiles && type.value === 'multipart/alternative';
  const isFound = paramOf(type, 'boundary') !== boundary;
  // Of alternatives a reader shows one: the picture, or the text (M10).
  if (hasFiles) changes.add('parts.mixed');
  if (isFound) changes.add('parts.boundary_found');
  if (shape.wasEncoded) changes.add('parts.decoded');
  const keepsEncoding = IDENTITY.test(fields.encoding);
  if (fields.encoding && !keepsEncoding && !shape.wasEncoded) changes.add('transfer_encoding.relabelled');
  const params = type.params.filter(({ name }) => name !== 'boundary');
  const isNamed = type.value.startsWith('multipart/');
  const value = hasFiles || !isNamed ? 'multipart/mixed' : type.value;
  const isNew = hasFiles || isFound || !isNamed;
  if (!isNew && !type.isStrict) changes.add('content_type.repaired');
  const lead = leadOf(value, boundary, facts, hints);
  if (lead) changes.add('parts.boundary_found');
  return {
    ...(lead && { lead }),
    lines: {
      'content-type':
        isNew || !type.isStrict || !field
          ? newParamLine('Content-Type', { value, params: [...params, { name: 'boundary', value: boundary }] })
          : paramLine(field, type, changes),
      'content-transfer-encoding': keepsEncoding
        ? formatItems('Content-Transfer-Encoding', [fields.encoding.toLowerCase().replace('-', '')], '')
        : '',
      'content-disposition': fields.disposition
        ? paramLine(fields.disposition, parseParams(rawText(fields.disposition, hints)), changes)
        : '',
    },
    transform: facts.isLong ? 'drop' : 'keep',
    isFile: false,
  };
}

/** What a mail's words need that stand before its first part, where it has files and no text: nobody is shown them there. Null for what programs write there, and other mails. */
function leadOf(type: string, boundary: string, facts: ContentFacts, hints: CharsetHints): string | null {
  if (!/^multipart\/(?:mixed|related)$/.test(type) || facts.hasText || !facts.hasFiles) return null;
  if (facts.isCut || facts.isLong || facts.sample.length > MAX_LEAD) return null;
  const words = facts.sample.toString('latin1');
  if (!/[a-z0-9\x80-\xff]{2}/i.test(words) || /\bmime\b|multi-?part/i.test(words)) return null;
  const charset = repairedCharset(null, decodeSample(facts.sample, '8bit', false)!, hints);
  const param = charset === null ? '' : `; charset=${charset}`;
  const encoding = facts.isEightBit ? 'Content-Transfer-Encoding: 8bit\r\n' : '';
  return `--${boundary}\r\nContent-Type: text/plain${param}\r\n${encoding}\r\n`;
}

/** An alert's text has some hundred characters. */
const MAX_LEAD = 4096;

const HTML = /^\s*<(?:!doctype|html|head|body|meta|style|table|div|center|br|h[1-6]|p|pre|font|span|b|ul)\b[^<>]*>/i;

/** A multipart without any part is the text that it holds. */
function textLines(
  facts: ContentFacts,
  hints: CharsetHints,
  changes: Set<MailChange>,
): Omit<ContentLines, 'isChanged'> {
  changes.add('parts.none');
  const isHtml = HTML.test(facts.sample.toString('latin1', 0, 1024));
  const charset = repairedCharset(null, decodeSample(facts.sample, '8bit', facts.isCut)!, hints);
  const params = charset === null ? [] : [{ name: 'charset', value: charset }];
  const encoding = facts.isLong ? 'base64' : facts.isEightBit ? '8bit' : '';
  return {
    lines: {
      'content-type': newParamLine('Content-Type', { value: isHtml ? 'text/html' : 'text/plain', params }),
      'content-transfer-encoding': encoding && formatItems('Content-Transfer-Encoding', [encoding], ''),
      'content-disposition': '',
    },
    transform: facts.isLong ? 'text' : 'keep',
    isFile: false,
  };
}
