import type { MailChange } from '../mail-change.ts';
import type { SplitPlan } from '../parts/body-plan.ts';
import type { ContentFacts } from '../parts/content-facts.ts';
import type { MeantEncoding } from '../parts/meant-encoding.ts';
import { holdsUuFile, textBeforeUu } from '../parts/uu-splitter.ts';
import { canonicalCharset } from '../reading/charset-labels.ts';
import { type ParamValue, paramOf } from '../reading/header-params.ts';
import type { ContentLines } from './content-fields.ts';
import { newParamLine } from './param-line.ts';

/** Never a line of the parts, which are all in base64. One that stands beside another has ended before that begins. */
const BOUNDARY = '=_hikyaku_files_=';

/** How the text around the files is encoded; null where no file in uuencode stands in it, or where it is a file itself. `sample`: what its beginning stands for. */
export function splitEncoding(
  type: ParamValue | null,
  disposition: ParamValue | null,
  encoding: MeantEncoding,
  facts: ContentFacts,
  sample: Buffer | null,
): SplitPlan['encoding'] | null {
  if (type !== null && type.value !== 'text' && type.value !== 'text/plain') return null;
  if (isNamedFile(type, disposition)) return null;
  if (encoding === 'other') return null;
  // What the label means is decoded as one file; a text that stands before it would be lost.
  if (encoding === 'uuencode') return textBeforeUu(facts.sample.toString('latin1')) ? '' : null;
  if (!sample?.includes('begin ') || !holdsUuFile(sample.toString('latin1'))) return null;
  return encoding === 'base64' || encoding === 'quoted-printable' ? encoding : '';
}

/** A part that its reader is shown as a file. */
export const isNamedFile = (type: ParamValue | null, disposition: ParamValue | null): boolean =>
  disposition?.value === 'attachment' || Boolean(paramOf(disposition, 'filename') || paramOf(type, 'name'));

/** A text with files in it as the parts that it is meant as. `typeLine`: the text's own, if it has one. */
export function splitLines(
  encoding: SplitPlan['encoding'],
  typeLine: string,
  charset: string | undefined,
  changes: Set<MailChange>,
): Omit<ContentLines, 'isChanged'> {
  changes.add('part.uudecoded');
  const params = [{ name: 'boundary', value: BOUNDARY }];
  return {
    lines: {
      'content-type': newParamLine('Content-Type', { value: 'multipart/mixed', params }),
      'content-transfer-encoding': '',
      'content-disposition': '',
    },
    transform: 'files',
    split: {
      boundary: BOUNDARY,
      encoding,
      textHeader: `${typeLine || 'Content-Type: text/plain\r\n'}Content-Transfer-Encoding: base64\r\n\r\n`,
      charset: canonicalCharset(charset ?? '') ?? 'utf-8',
    },
    isFile: false,
  };
}
