import { type DevicePolicy, mailboxKey, RelayError, readMailAddress } from '@hikyaku/core';
import { dropDuplicates } from './path.ts';

/** What the edge keeps of a device beyond core's words. */
export interface EdgePolicy extends DevicePolicy {
  /** Mode `device`: the distinct recipients seen so far, lower case. */
  learntRecipients: string[];
}

/** Mode `device`: that many distinct recipients are learnt; further ones wait for the owner (design, section 4). */
export const MAX_LEARNT = 10;
/** Per mail, in mode `allow`: what Graph takes at once; to others it leaves in parts. */
export const MAX_RECIPIENTS = 500;

/**
 * The envelope's recipients after one more RCPT command.
 * @throws RelayError `edge.recipient_invalid`, `edge.recipient_literal`, `edge.recipient_refused`, `edge.too_many_recipients`; then none of the command's addresses counts
 */
export function addRecipients(policy: EdgePolicy, soFar: readonly string[], asked: readonly string[]): string[] {
  if (policy.recipientsMode === 'replace') return replaced(policy);
  if (asked.length === 0) throw new RelayError('edge.recipient_invalid');
  const addresses = asked.map(requireAddress);
  const together = dropDuplicates([...soFar, ...addresses]);
  if (together.length > MAX_RECIPIENTS) throw new RelayError('edge.too_many_recipients');
  if (!mayReach(policy, addresses, together)) throw new RelayError('edge.recipient_refused');
  return together;
}

/** The address in the one form in which it is compared, kept and written. */
function requireAddress(text: string): string {
  const read = readMailAddress(text);
  if ('address' in read) return read.address;
  throw new RelayError(read.problem === 'literal' ? 'edge.recipient_literal' : 'edge.recipient_invalid');
}

function replaced(policy: EdgePolicy): string[] {
  if (policy.recipients.length === 0)
    throw new RelayError('edge.recipient_refused', { internal: 'replace without a list' });
  return dropDuplicates(policy.recipients);
}

function mayReach(policy: EdgePolicy, addresses: readonly string[], together: readonly string[]): boolean {
  if (policy.recipientsMode === 'allow') return isListed(policy, addresses);
  if (policy.recipientsMode === 'domains') return addresses.every((address) => isAtDomain(policy, address));
  return isLearnable(policy, together);
}

/** Both sides are in their one form: the domain behind the last `@`, in lower case and Punycode. */
const isAtDomain = (policy: EdgePolicy, address: string): boolean =>
  policy.recipientDomains.includes(address.slice(address.lastIndexOf('@') + 1));

function isListed(policy: EdgePolicy, addresses: readonly string[]): boolean {
  const listed = new Set(policy.recipients.map(mailboxKey));
  return addresses.every((address) => listed.has(address.toLowerCase()));
}

function isLearnable(policy: EdgePolicy, together: readonly string[]): boolean {
  const known = new Set(policy.learntRecipients);
  const unknown = together.filter((address) => !known.has(address.toLowerCase()));
  return unknown.length === 0 || known.size + unknown.length <= MAX_LEARNT;
}
