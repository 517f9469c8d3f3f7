import type { MailChange } from '../mail-change.ts';
import { isDataUrl, isUrlSafe } from '../parts/base64-forms.ts';
import { hasBlindBreaks } from '../parts/blind-breaks.ts';
import type { JisTransform, Transform } from '../parts/body-plan.ts';
import type { ContentFacts } from '../parts/content-facts.ts';
import { type FileKind, fileKind, isVagueType } from '../parts/file-kind.ts';
import { decodedSample, type MeantEncoding, meantEncoding } from '../parts/meant-encoding.ts';
import type { CharsetHints } from '../reading/charset.ts';
import { canonicalCharset } from '../reading/charset-labels.ts';
import { decodeWords } from '../reading/encoded-word.ts';
import { type ParamValue, paramOf, parseParams } from '../reading/header-params.ts';
import { rawText } from '../reading/header-text.ts';
import { isOddJis } from '../reading/jis-line.ts';
import { repairedCharset } from '../reading/text-charset.ts';
import type { ContentFields, ContentLines } from './content-fields.ts';
import { formatItems } from './field-format.ts';
import { newParamLine, paramLine } from './param-line.ts';
import { isNamedFile, splitEncoding, splitLines } from './split-lines.ts';

/** The fields of a text, a picture or another file. */
export function fileLines(
  fields: ContentFields,
  facts: ContentFacts,
  hints: CharsetHints,
  changes: Set<MailChange>,
): Omit<ContentLines, 'isChanged'> {
  const type = fields.type ? parseParams(rawText(fields.type, hints)) : null;
  const disposition = fields.disposition ? dispositionOf(rawText(fields.disposition, hints)) : null;
  // What is signed, and a whole mail in a mail, are left alone: their bytes are theirs.
  const isOpaque = type !== null && /^(?:multipart|message)\//.test(type.value);
  const isText = type === null || /^text(?:\/|$)/.test(type.value);
  const encoding = isOpaque ? 'other' : meantEncoding(fields.encoding, isText, facts);
  const mayBeFile = type ? isVagueType(type.value) : encoding === 'base64';
  const sample = isText || mayBeFile ? decodedSample(facts, encoding) : null;
  const kind = sample && (mayBeFile || isText) ? kindOf(sample, mayBeFile, type, disposition) : null;
  // A named file without a type is no text of the mail: what it is stays open.
  const isUntypedFile = type === null && disposition !== null && paramOf(disposition, 'filename') !== undefined;
  const found = sample && !kind && !isUntypedFile ? repairedCharset(type, sample, hints) : null;
  const label = found ?? paramOf(type, 'charset') ?? '';
  const split = kind || isUntypedFile ? null : splitEncoding(type, disposition, encoding, facts, sample);
  if (split !== null) return splitLines(split, typeLine(fields, type, found, null, changes), label, changes);
  // A file's bytes are its own.
  const isShown = isText && !kind && !isUntypedFile && !isNamedFile(type, disposition);
  const jis = isShown && sample ? jisTransform(encoding, label, facts.isCut ? wholeLines(sample) : sample) : null;
  const charset = jis ? 'utf-8' : found;
  const transform = isOpaque ? 'keep' : (jis ?? transformOf(isText && !kind, encoding, facts, label));
  noteTransform(transform, changes);
  return {
    lines: {
      'content-type': typeLine(fields, type, charset, kind && named(kind, type, disposition), changes),
      'content-transfer-encoding': encodingLine(fields.encoding, encoding, transform, isOpaque, facts, changes),
      'content-disposition': dispositionLine(fields, disposition, kind, changes),
    },
    transform,
    isFile: kind !== null || /^(?:image|video|audio)\//.test(type?.value ?? '') || disposition?.value === 'attachment',
  };
}

/** What a file is by its first bytes; one that is called a text has to have a name of that kind as well. */
function kindOf(
  sample: Buffer,
  isVague: boolean,
  type: ParamValue | null,
  disposition: ParamValue | null,
): FileKind | null {
  const name = paramOf(disposition, 'filename') ?? paramOf(type, 'name') ?? '';
  const kind = isVague || name ? fileKind(sample) : null;
  return kind && (isVague || kind.names.test(decodeWords(name).trim())) ? kind : null;
}

/** `Content-Disposition: filename=a.jpg` hangs on the mail. */
function dispositionOf(text: string): ParamValue {
  const read = parseParams(text);
  return read.value === '' ? { ...read, value: 'attachment' } : read;
}

/** The line that a sample was cut in says nothing of its end. */
const wholeLines = (sample: Buffer): Buffer => sample.subarray(0, sample.lastIndexOf('\n') + 1);

/** How a text is read that says its charset in a way of its own; null for any other. */
function jisTransform(encoding: MeantEncoding, label: string, sample: Buffer): JisTransform | null {
  if (canonicalCharset(label) !== 'iso-2022-jp' || !isOddJis(sample.toString('latin1'))) return null;
  if (encoding === 'base64') return 'jis_base64';
  if (encoding === 'quoted-printable') return 'jis_quoted';
  return encoding === 'other' || encoding === 'uuencode' ? null : 'jis';
}

function transformOf(isText: boolean, encoding: MeantEncoding, facts: ContentFacts, charset: string): Transform {
  switch (encoding) {
    case 'other':
      return 'keep';
    case 'uuencode':
      return 'uu';
    case 'base64':
      if (isUrlSafe(facts.sample)) return 'base64url';
      return facts.isOddBase64 || facts.isLong || isDataUrl(facts.sample) ? 'base64' : 'keep';
    case 'quoted-printable':
      // Line ends of a file are its own, and readers and Exchange take them for a text's.
      return facts.isLong || !isText || hasBlindBreaks(facts.sample) ? 'quoted' : 'keep';
    default:
      // A picture's bytes are no lines; UTF-16 has NUL in every second place.
      if (!isText || (facts.hasNul && /^utf-?16/i.test(charset.trim()))) {
        return encoding === 'binary' || facts.isEightBit || facts.hasNul || facts.isLong ? 'bytes' : 'keep';
      }
      return facts.isLong ? 'text' : 'keep';
  }
}

function noteTransform(transform: Transform, changes: Set<MailChange>): void {
  if (transform === 'uu') changes.add('part.uudecoded');
  else if (transform === 'bytes') changes.add('part.binary_encoded');
  else if (transform !== 'keep') changes.add('part.rewrapped');
}

interface Named {
  kind: FileKind;
  name: string | null;
}

/** A file's name with the ending that its kind has; null when it has no name. */
function named(kind: FileKind, type: ParamValue | null, disposition: ParamValue | null): Named {
  const name = paramOf(disposition, 'filename') ?? paramOf(type, 'name');
  if (!name) return { kind, name: null };
  return { kind, name: withEnding(name, kind) };
}

function withEnding(written: string, kind: FileKind): string {
  const name = decodeWords(written).trim();
  return kind.names.test(name) ? written : `${name}${kind.extension}`;
}

function typeLine(
  fields: ContentFields,
  type: ParamValue | null,
  charset: string | null,
  file: Named | null,
  changes: Set<MailChange>,
): string {
  const params = type?.params ?? [];
  if (file) {
    changes.add('file.typed');
    const others = params.filter(({ name }) => name !== 'name');
    const name = file.name ?? `file${file.kind.extension}`;
    return newParamLine('Content-Type', { value: file.kind.type, params: [...others, { name: 'name', value: name }] });
  }
  if (charset !== null) {
    changes.add('charset.relabelled');
    const others = params.filter(({ name }) => name !== 'charset');
    const value = type?.value.includes('/') ? type.value : 'text/plain';
    return newParamLine('Content-Type', { value, params: [...others, { name: 'charset', value: charset }] });
  }
  if (!fields.type || !type) return '';
  if (type.value !== 'text' && type.isStrict) return paramLine(fields.type, type, changes);
  changes.add('content_type.repaired');
  // RFC 1049's bare `text`, and what readers take in different ways.
  return newParamLine('Content-Type', { value: type.value === 'text' ? 'text/plain' : type.value, params });
}

function encodingLine(
  written: string,
  encoding: MeantEncoding,
  transform: Transform,
  isOpaque: boolean,
  facts: ContentFacts,
  changes: Set<MailChange>,
): string {
  const isRaw = encoding === '' || encoding === '7bit';
  const named = encoding === 'other' ? written : isRaw && facts.isEightBit ? '8bit' : encoding;
  const meant = transform === 'keep' ? named : 'base64';
  if (!isOpaque && meant !== written.toLowerCase()) changes.add('transfer_encoding.relabelled');
  return meant === '' ? '' : formatItems('Content-Transfer-Encoding', [meant], '');
}

function dispositionLine(
  fields: ContentFields,
  disposition: ParamValue | null,
  kind: FileKind | null,
  changes: Set<MailChange>,
): string {
  if (!fields.disposition || !disposition) return '';
  const name = paramOf(disposition, 'filename');
  if (!kind || !name || withEnding(name, kind) === name) return paramLine(fields.disposition, disposition, changes);
  const others = disposition.params.filter((param) => param.name !== 'filename');
  return newParamLine('Content-Disposition', {
    value: disposition.value,
    params: [...others, { name: 'filename', value: withEnding(name, kind) }],
  });
}
