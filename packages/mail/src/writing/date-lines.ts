import type { MailChange } from '../mail-change.ts';
import type { CharsetHints } from '../reading/charset.ts';
import { cutText } from '../reading/clean-text.ts';
import { findField, type ScannedHeader } from '../reading/header-scan.ts';
import { fieldText } from '../reading/header-text.ts';
import { formatMailDate, parseMailDate } from '../reading/mail-date.ts';
import { zoneOffset } from '../reading/time-zone.ts';
import { formatText } from './field-format.ts';

/** A device's clock that is further off is not set; mail of 1970 is never seen in an inbox (M2). */
const CLOCK_TOLERANCE_MS = 24 * 3_600_000;

/** Date, and the device's own where it could not stay. */
export function dateLines(
  header: ScannedHeader,
  input: { acceptedAt: Date; timeZone?: string | null | undefined },
  hints: CharsetHints,
  changes: Set<MailChange>,
): string[] {
  const field = findField(header, 'date');
  const written = field ? fieldText(field, hints) : '';
  const accepted = input.acceptedAt.getTime();
  const date = parseMailDate(written, input.timeZone);
  if (date && Math.abs(date.at - accepted) <= CLOCK_TOLERANCE_MS) {
    if (!date.hasZone) changes.add('date.zone_added');
    return [`Date: ${formatMailDate(date)}\r\n`];
  }
  const own = { at: accepted, offset: (input.timeZone && zoneOffset(input.timeZone, accepted)) || 0 };
  changes.add(written ? 'date.replaced' : 'date.missing');
  return [`Date: ${formatMailDate(own)}\r\n`, ...(written ? [formatText('X-Device-Date', cutText(written, 200))] : [])];
}
