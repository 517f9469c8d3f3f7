import type { MailChange } from '../mail-change.ts';
import type { CharsetHints } from '../reading/charset.ts';
import type { ScannedHeader } from '../reading/header-scan.ts';
import { fieldText } from '../reading/header-text.ts';
import { CONTENT_FIELDS, type ContentField, type ContentLines } from './content-fields.ts';
import { formatAsIs, formatText, isPlain } from './field-format.ts';

/** A part's whole new header with its empty line, one byte per character; null when the one that it has may stay. `isWhole`: its bytes can. */
export function partHeader(
  header: ScannedHeader,
  isWhole: boolean,
  content: ContentLines,
  hints: CharsetHints,
  changes: Set<MailChange>,
): string | null {
  const isClean = header.fields.every((field) => isPlain(field) && field.lines.every((line) => line.length < 900));
  if (isWhole && isClean && !header.hasDamage && !header.isOdd && !content.isChanged) return null;
  if (header.isOdd) changes.add('content_type.repaired');
  if (!isWhole) changes.add('part.header_ended');
  if (header.hasDamage) changes.add('header.damage_removed');
  const left = new Map<string, string>(Object.entries(content.lines));
  let text = '';
  for (const field of header.fields) {
    if (CONTENT_FIELDS.includes(field.name as ContentField)) {
      // The first one stands for all of its name.
      text += left.get(field.name) ?? '';
      left.delete(field.name);
    } else if (isPlain(field)) text += formatAsIs(field);
    else {
      changes.add('header.reencoded');
      text += formatText(field.label, fieldText(field, hints));
    }
  }
  return `${text}${[...left.values()].join('')}\r\n`;
}
