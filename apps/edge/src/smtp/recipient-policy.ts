import {
  type DevicePolicy,
  type KnownRecipients,
  MAX_LEARNT,
  mailboxKey,
  RelayError,
  readMailAddress,
  roomForRecipients,
} from '@hikyaku/core';
import { dropDuplicates } from './path.ts';

/** What the edge keeps of a device beyond core's words. */
export interface EdgePolicy extends DevicePolicy {
  /** Mode `device`: whom it wrote to so far, those that wait for the owner's word or are not wanted included. */
  known: KnownRecipients;
}

/** Per mail, in mode `allow`: what Graph takes at once; to others it leaves in parts. */
export const MAX_RECIPIENTS = 500;

/**
 * The envelope's recipients after one more RCPT command. `mayWait`: there is room for mail that waits for the owner's word.
 * @throws RelayError `edge.recipient_invalid`, `edge.recipient_literal`, `edge.recipient_refused`, `edge.too_many_recipients`; then none of the command's addresses counts
 */
export function addRecipients(
  policy: EdgePolicy,
  soFar: readonly string[],
  asked: readonly string[],
  mayWait = true,
): string[] {
  if (policy.recipientsMode === 'replace') return replaced(policy);
  if (asked.length === 0) throw new RelayError('edge.recipient_invalid');
  const addresses = asked.map(requireAddress);
  const together = dropDuplicates([...soFar, ...addresses]);
  if (together.length > MAX_RECIPIENTS) {
    throw new RelayError('edge.too_many_recipients', { about: together[MAX_RECIPIENTS]! });
  }
  if (!mayReach(policy, addresses, together, mayWait)) {
    // Those that would be refused alone; where none would, it is their number.
    const refused = addresses.filter((address) => !mayReach(policy, [address], [...soFar, address], mayWait));
    throw new RelayError('edge.recipient_refused', {
      about: (refused.length ? refused : addresses).slice(0, 3).join(', '),
    });
  }
  return together;
}

/** The address in the one form in which it is compared, kept and written. */
function requireAddress(text: string): string {
  const read = readMailAddress(text);
  if ('address' in read) return read.address;
  throw new RelayError(read.problem === 'literal' ? 'edge.recipient_literal' : 'edge.recipient_invalid', {
    about: text,
  });
}

function replaced(policy: EdgePolicy): string[] {
  if (policy.recipients.length === 0)
    throw new RelayError('edge.recipient_refused', { internal: 'replace without a list' });
  return dropDuplicates(policy.recipients);
}

function mayReach(
  policy: EdgePolicy,
  addresses: readonly string[],
  together: readonly string[],
  mayWait: boolean,
): boolean {
  if (policy.recipientsMode === 'allow') return isListed(policy, addresses);
  if (policy.recipientsMode === 'domains') return addresses.every((address) => isAtDomain(policy, address));
  return isLearnable(policy, together, mayWait);
}

/** Both sides are in their one form: the domain behind the last `@`, in lower case and Punycode. */
const isAtDomain = (policy: EdgePolicy, address: string): boolean =>
  policy.recipientDomains.includes(address.slice(address.lastIndexOf('@') + 1));

function isListed(policy: EdgePolicy, addresses: readonly string[]): boolean {
  const listed = new Set(policy.recipients.map(mailboxKey));
  return addresses.every((address) => listed.has(address.toLowerCase()));
}

/** Nobody is refused while there is room to learn or to ask the owner: many programs that get a 550 for one recipient send to nobody. */
function isLearnable(policy: EdgePolicy, addresses: readonly string[], mayWait: boolean): boolean {
  const strangers = strangersOf(policy, addresses).length;
  if (mayWait) return strangers <= roomForRecipients(policy.known);
  const { learnt, unconfirmed } = policy.known;
  if (addresses.some((address) => unconfirmed.includes(address.toLowerCase()))) return false;
  return strangers === 0 || learnt.length + strangers <= MAX_LEARNT;
}

/** Those of `addresses` that the device has not written to before, each once, in lower case. */
export function strangersOf({ known }: EdgePolicy, addresses: readonly string[]): string[] {
  const { learnt, unconfirmed, refused } = known;
  const isNew = (address: string) =>
    !learnt.includes(address) && !unconfirmed.includes(address) && !refused.includes(address);
  return [...new Set(addresses.map((address) => address.toLowerCase()))].filter(isNew);
}
