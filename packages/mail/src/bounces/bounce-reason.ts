import type { BounceReason } from '@hikyaku/core';

/** By enhanced code without its class; Microsoft's own three-digit details are in its list of non-delivery codes. */
const BY_CODE: Record<string, BounceReason> = {
  '1.0': 'unknown_recipient',
  '1.1': 'unknown_recipient',
  '1.2': 'unknown_domain',
  '1.3': 'unknown_recipient',
  '1.4': 'unknown_recipient',
  '1.6': 'recipient_closed',
  '1.7': 'sender_refused',
  '1.8': 'sender_refused',
  '1.10': 'unknown_recipient',
  '1.90': 'sender_limit',
  '2.0': 'recipient_closed',
  '2.1': 'recipient_closed',
  '2.2': 'mailbox_full',
  '2.3': 'too_large',
  '3.4': 'too_large',
  '4.4': 'unknown_domain',
  '4.310': 'unknown_domain',
  '7.8': 'sender_refused',
  '7.9': 'sender_refused',
  '7.20': 'sender_refused',
  '7.21': 'sender_refused',
  '7.22': 'sender_refused',
  '7.23': 'sender_refused',
  '7.24': 'sender_refused',
  '7.25': 'sender_refused',
  '7.26': 'sender_refused',
  '7.27': 'sender_refused',
  '7.60': 'sender_refused',
  '7.236': 'sender_limit',
  '7.501': 'sender_limit',
  '7.502': 'sender_limit',
  '7.503': 'sender_limit',
  '7.703': 'sender_limit',
  '7.705': 'sender_limit',
  '7.708': 'sender_limit',
  '7.750': 'sender_limit',
};
/** By the code's subject (RFC 3463, 2.2), where the detail is not in the list. */
const BY_SUBJECT: Record<string, BounceReason> = { '4': 'unreachable', '6': 'policy', '7': 'policy' };

/** Words of servers that send no enhanced code: the first that is found counts. */
const WORDS: [BounceReason, string[]][] = [
  ['mailbox_full', ['mailbox full', 'mailbox is full', 'over quota', 'quota exceeded', 'exceeded storage']],
  ['too_large', ['too large', 'too big', 'size limit', 'maximum size', 'message size']],
  [
    'unknown_domain',
    ['host not found', 'domain not found', 'no such domain', 'host unknown', 'name service error', 'no mx record'],
  ],
  [
    'unknown_recipient',
    [
      ...['user unknown', 'unknown user', 'no such user', 'does not exist', "doesn't exist", 'unknown recipient'],
      ...[
        'not found',
        'no mailbox',
        'invalid recipient',
        'recipient unknown',
        'address rejected',
        'unknown address',
        "doesn't have a",
      ],
    ],
  ],
  ['recipient_closed', ['disabled', 'inactive', 'suspended', 'deactivated']],
  ['sender_refused', ['spf', 'dkim', 'dmarc', 'reverse dns', 'sender address']],
  ['policy', ['spam', 'blocked', 'blacklist', 'blocklist', 'policy', 'denied', 'reputation']],
  [
    'unreachable',
    [
      ...['timed out', 'timeout', 'connection refused', 'no route to host', 'retry time', 'multiple retries'],
      ...['did not accept our requests to connect'],
    ],
  ],
];

/** Why it came back: by the code where it says something, by the server's words where there is none or it says nothing (5.0.0). */
export function bounceReason(status: string | null, text: string | null): BounceReason {
  const [, subject = '', detail = ''] = status?.split('.') ?? [];
  const coded = BY_CODE[`${subject}.${detail}`] ?? BY_SUBJECT[subject];
  if (coded) return coded;
  const said = text?.toLowerCase() ?? '';
  return WORDS.find(([, words]) => words.some((word) => said.includes(word)))?.[0] ?? 'other';
}
