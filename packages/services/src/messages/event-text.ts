import { isOldTls } from '@hikyaku/core';

/** English for scripts and logs; web has its own words, in the reader's language, by the same kinds. */
const TEXTS: Record<string, string> = {
  accepted: 'Accepted from the device',
  sent: 'Handed to the provider',
  deferred: 'The provider asked to wait',
  rejected: 'The provider refused the mail',
  recovered: 'Recovered from the spool after its record was lost; the recipient may have it already',
  held: 'Held until the mailbox works again',
  released: 'Released: the mailbox works again',
  rerouted: 'Leaves by the device’s other mailbox',
  in_doubt: 'Handed over, but no answer came',
  interrupted: 'Interrupted on our side; it is tried again',
  expired: 'Not delivered in time',
  cancelled: 'Cancelled',
  retried: 'Sent on its way again by hand',
  digested: 'Put into a digest',
  folded: 'Put into a digest: its mailbox held more than it may; of the pictures the first and the last are kept',
  digest_sent: 'Handed to the provider in a digest',
  digest_failed: 'The digest that it was in was not delivered',
  digest_expired: 'The digest that it was in was not delivered in time',
  digest_cancelled: 'The digest that it was in was cancelled',
  quiet_hours: 'It came in quiet hours: it leaves at their end',
  rule_applied: 'A rule of the owner was followed',
  suppressed: 'Left out by a rule of the owner',
  recipients_unconfirmed: 'Some recipients wait for the owner’s word',
  recipients_allowed: 'The owner allowed recipients',
  recipients_refused: 'The owner refused recipients: left out',
  recipients_unanswered: 'No word came about recipients: not sent to them',
  in_parts: 'Too large for one mail: it leaves in several',
  bounced: 'A report came: a recipient’s server did not take it',
  quarantined: 'Set aside: the content could not be read',
  content_destroyed: 'Content destroyed',
};

/** One line for an event. An error code in its data is named. */
export function eventText(kind: string, data: Record<string, unknown> | null): string {
  const { tls } = data ?? {};
  const isOld = kind === 'accepted' && typeof tls === 'string' && isOldTls(tls);
  const text = isOld
    ? `Accepted from the device, over an old encryption (${tls})`
    : (TEXTS[kind] ?? kind.replaceAll('_', ' '));
  return typeof data?.code === 'string' ? `${text} (${data.code})` : text;
}
