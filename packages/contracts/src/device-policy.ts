import { z } from 'zod';
import { recipient, recipientDomain } from './recipient.ts';

export const recipientsMode = z.enum(['device', 'domains', 'allow', 'replace']);
export type RecipientsMode = z.infer<typeof recipientsMode>;

// One line, no control characters, nor signs that turn the direction of what stands behind them: these texts end up in mail headers, and in sentences of ours.
export const line = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .regex(/^[^\p{Cc}\u2028-\u202e\u2066-\u2069]*$/u, 'must be one line without control characters');

export const deviceName = line(80).min(1);
export const legacyTls = z.enum(['allow', 'refuse']);
export type LegacyTls = z.infer<typeof legacyTls>;
export const hour = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must look like 22:30');
export const quietHours = z.object({ start: hour, end: hour }).meta({ id: 'QuietHours' });

/** An IANA name. Not an offset, which Postgres reads the other way round (POSIX), nor three letters: BST is Bangladesh to one program and Britain to the next. */
export const isTimeZone = (name: string): boolean => {
  if (!/^[A-Za-z]/.test(name) || (/^[A-Z]{3}$/i.test(name) && !/^(?:UTC|GMT)$/i.test(name))) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};
const isCharset = (label: string): boolean => {
  try {
    new TextDecoder(label);
    return true;
  } catch {
    return false;
  }
};

const PRIVATE_NET = /^(?:10\.|127\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|f[cd]|fe80:|::1)/i;
/** Of public addresses no more than one owner may have: 256, or a /48. */
function isOneOwners(network: string): boolean {
  const [address = '', bits] = network.split('/');
  return bits === undefined || PRIVATE_NET.test(address) || Number(bits) >= (address.includes(':') ? 48 : 24);
}

/** A plain address or a network, IPv4 or IPv6. */
const network = z
  .union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])
  .refine(isOneOwners, 'is too wide: of public addresses a /24 or a /48 at most');

/**
 * The owner's policy for a device. Fields marked "kept for later" are stored and returned, and not acted on yet.
 */
export const devicePolicyFields = {
  family: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    .max(60)
    .nullable()
    .describe('What kind of device it is, as the dashboard has it: the labels and the order of its settings card'),
  recipientsMode: recipientsMode.describe(
    '`device`: to whom the device writes; `domains`: to anyone at `recipientDomains`; `allow`: only to those of `recipients`; `replace`: to `recipients` instead',
  ),
  recipients: z.array(recipient).max(50),
  recipientDomains: z.array(recipientDomain).max(20).describe('In mode `domains`; a subdomain is another domain'),
  allowPlainAuth: z.boolean().describe('The device may sign in without TLS'),
  legacyTls: z
    .union([legacyTls, z.boolean()])
    .describe(
      'Whether the device may sign in over TLS 1.0 and 1.1. Answers have the word; `true` and `false`, of an earlier release, are taken for `allow` and `refuse`',
    ),
  popBeforeSmtp: z
    .boolean()
    .describe(
      'A POP login from the same address, at most half an hour ago, stands for a login. Needs a list of recipients',
    ),
  allowedAddresses: z
    .array(network)
    .max(50)
    .describe(
      'Addresses and networks from which the device sends without a login, its user name being the local part of its sender. Needs a list of recipients',
    ),
  ratePerMinute: z
    .number()
    .int()
    .min(1)
    .max(600)
    .nullable()
    .describe(
      'Mails that leave by themselves in a minute at most; what is beyond is gathered for one mail, and never left out',
    ),
  ratePerHour: z
    .number()
    .int()
    .min(1)
    .max(100_000)
    .nullable()
    .describe('The same for an hour; one mail every ten minutes has what is beyond'),
  digestMinutes: z
    .number()
    .int()
    .min(1)
    .max(1440)
    .nullable()
    .describe(
      'A first mail leaves at once; what comes in the minutes after it is gathered for one mail with the first and the last picture. Null: every mail by itself. A new camera or recorder has 1',
    ),
  quietHours: quietHours
    .nullable()
    .describe(
      'In the device’s `timeZone`: mail that comes in them leaves at their end, several as one mail. Not tests, and not what a rule sends at once',
    ),
  maxSizeBytes: z
    .number()
    .int()
    .min(10_000)
    .max(150 * 1024 * 1024)
    .nullable()
    .describe("Null: the instance's limit"),
  subjectPrefix: line(60).nullable(),
  timeZone: z.string().max(64).refine(isTimeZone, 'is not a time zone').nullable(),
  charset: z.string().max(40).refine(isCharset, 'is not a character set').nullable(),
  smallerPictures: z
    .boolean()
    .describe(
      'JPEG pictures of more than 300 KB leave with 1,600 pixels on their longer side at most. Other files, smaller pictures and what is signed leave as they came',
    ),
  silenceAfterHours: z
    .number()
    .int()
    .min(1)
    .max(24 * 90)
    .nullable()
    .describe(
      'Its owner is told when no mail has come for that long. Null: for three times its usual gap, once that is known',
    ),
  fallbackMailboxId: z
    .uuid()
    .nullable()
    .describe(
      'Another mailbox of yours by which its mail leaves while its own cannot send, or has used up its day. Null: it waits',
    ),
};

export const DEVICE_POLICY_DEFAULTS = {
  family: null as string | null,
  recipientsMode: 'device' as RecipientsMode,
  recipients: [] as string[],
  recipientDomains: [] as string[],
  allowPlainAuth: false,
  legacyTls: 'allow' as LegacyTls,
  popBeforeSmtp: false,
  allowedAddresses: [] as string[],
  ratePerMinute: null as number | null,
  ratePerHour: null as number | null,
  digestMinutes: null as number | null,
  quietHours: null as z.infer<typeof quietHours> | null,
  maxSizeBytes: null as number | null,
  subjectPrefix: null as string | null,
  timeZone: null as string | null,
  charset: null as string | null,
  smallerPictures: false,
  silenceAfterHours: null as number | null,
  fallbackMailboxId: null as string | null,
};
export type DevicePolicyShape = typeof DEVICE_POLICY_DEFAULTS;

/** The word for what a request says of `legacyTls`. */
export function readLegacyTls(given: LegacyTls | boolean): LegacyTls {
  return typeof given === 'boolean' ? (given ? 'allow' : 'refuse') : given;
}

/**
 * What a whole policy must fulfil, by field; empty when it is fine. A device that signs in by address or POP alone may
 * only reach recipients that its owner wrote down (design, section 4).
 */
export function policyConflicts(
  policy: Pick<
    DevicePolicyShape,
    'recipientsMode' | 'recipients' | 'recipientDomains' | 'popBeforeSmtp' | 'allowedAddresses'
  > &
    Partial<Pick<DevicePolicyShape, 'quietHours' | 'timeZone'>>,
): Record<string, string> {
  if (policy.quietHours && policy.timeZone === null) return { timeZone: 'is needed for quiet hours' };
  if (policy.recipientsMode === 'allow' || policy.recipientsMode === 'replace') {
    return policy.recipients.length ? {} : { recipients: 'needs at least one address in this mode' };
  }
  if (policy.recipientsMode === 'domains' && policy.recipientDomains.length === 0) {
    return { recipientDomains: 'needs at least one domain in this mode' };
  }
  if (policy.popBeforeSmtp) return { popBeforeSmtp: 'needs recipientsMode allow or replace' };
  if (policy.allowedAddresses.length) return { allowedAddresses: 'needs recipientsMode allow or replace' };
  return {};
}
