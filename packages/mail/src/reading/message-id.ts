import { findField, type ScannedHeader, scanHeader, unfold } from './header-scan.ts';

const ATOM = "[\\w!#$%&'*+/=?^`{|}~-]+";
const ID = new RegExp(`^<(${ATOM}(?:\\.${ATOM})*)@(${ATOM}(?:\\.${ATOM})*)>$`);
/** Shorter left parts are counters that every restart begins anew; providers drop the second mail of one id. */
const LEFT_MIN = 10;

/**
 * The one Message-ID that every attempt of a mail carries, with brackets. The device's own is kept when it is well formed and can be unique:
 * brackets, dot-atoms, no address as domain (M1), and `isUsed` does not know it. Otherwise `<queueId@fallbackDomain>`.
 */
export function chooseMessageId(
  head: Buffer | ScannedHeader,
  fallbackDomain: string,
  queueId: string,
  isUsed: (messageIdHeader: string) => boolean = () => false,
): string {
  const header = Buffer.isBuffer(head) ? scanHeader(head) : head;
  const field = findField(header, 'message-id');
  const own = field ? unfold(field) : '';
  if (isUnique(own) && !isUsed(own)) return own;
  const domain =
    fallbackDomain
      .replace(/[^\w.-]/g, '')
      .split('.')
      .filter(Boolean)
      .join('.') || 'relay.invalid';
  return `<${queueId.replace(/\W/g, '')}@${domain}>`;
}

function isUnique(id: string): boolean {
  const match = ID.exec(id);
  if (!match || id.length > 250) return false;
  const [, left, domain] = match as unknown as [string, string, string];
  return left.length >= LEFT_MIN && !/^(?:[\d.]+|localhost(?:\.localdomain)?)$/i.test(domain);
}
