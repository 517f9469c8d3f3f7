import { paramOf, parseParams } from './header-params.ts';
import { findField, scanHeader, unfold } from './header-scan.ts';

/** The line that closes the last part of a mail that begins with these bytes, without its line end; null where it has no parts, or their boundary is not said. */
export function closingDelimiter(head: Buffer): string | null {
  const field = findField(scanHeader(head), 'content-type');
  const type = field ? parseParams(unfold(field)) : null;
  if (!type || !/^multipart(?:\/|$)/.test(type.value)) return null;
  const boundary = paramOf(type, 'boundary')?.trimEnd();
  return boundary ? `--${boundary}--` : null;
}
