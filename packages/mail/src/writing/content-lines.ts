import type { MailChange } from '../mail-change.ts';
import type { ContentFacts } from '../parts/content-facts.ts';
import type { MultipartShape } from '../parts/part-events.ts';
import type { CharsetHints } from '../reading/charset.ts';
import { findField, type ScannedHeader, unfold } from '../reading/header-scan.ts';
import type { ContentFields, ContentLines } from './content-fields.ts';
import { fileLines } from './file-lines.ts';
import { multipartLines } from './multipart-lines.ts';

/** What was decided, with the names of the repairs in `changes` (M3, M7 to M14). One rule for the mail itself and every part. */
export function contentLines(
  header: ScannedHeader,
  facts: ContentFacts,
  multipart: MultipartShape | null,
  hints: CharsetHints,
  changes: Set<MailChange>,
): ContentLines {
  const own = new Set<MailChange>();
  const fields: ContentFields = {
    type: findField(header, 'content-type'),
    encoding: encodingOf(header),
    disposition: findField(header, 'content-disposition'),
  };
  const lines = multipart ? multipartLines(fields, facts, multipart, hints, own) : fileLines(fields, facts, hints, own);
  for (const change of own) changes.add(change);
  return { ...lines, isChanged: own.size > 0 };
}

function encodingOf(header: ScannedHeader): string {
  const field = findField(header, 'content-transfer-encoding');
  return field ? unfold(field) : '';
}
