/** What one tenant may use. Data: a plan is a row here, and a tenant's own row may say otherwise. */
export interface PlanLimits {
  devices: number;
  /** Names to put devices under: one page shows them all. */
  deviceGroups: number;
  /** Addresses in the list of one device. */
  recipientsPerDevice: number;
  /** Bytes of that list: every edge keeps it in memory. With `devices` it bounds what a tenant takes of a snapshot. */
  recipientBytesPerDevice: number;
  /** Addresses that a tenant never had: put into lists, or learnt from its devices' mail. */
  newRecipientsPerDay: number;
  /** Mails of all its devices in the last 24 hours: beyond it the doors answer 452. */
  mailsPerDay: number;
  /** Mail that waits for one mailbox, connected or not, and its bytes: beyond it the doors answer 452. */
  waitingMails: number;
  waitingBytes: number;
  testMailsPerHour: number;
  /** Of those, addresses that are neither the device's, nor the mailbox's, nor the verified address of who asks. */
  strangerTestMailsPerHour: number;
}

export type PlanName = 'self-hosted' | 'open';

export const PLANS: Record<PlanName, PlanLimits> = {
  /** Everybody is known: the limits only keep a script gone wrong from filling the machine. 2,000 × 4 kB are 8 MB in each edge. */
  'self-hosted': {
    devices: 2000,
    deviceGroups: 500,
    recipientsPerDevice: 50,
    recipientBytesPerDevice: 4000,
    newRecipientsPerDay: 2000,
    // Every one of the devices may tell of something each three minutes, day and night.
    mailsPerDay: 1_000_000,
    waitingMails: 20_000,
    waitingBytes: 10_000_000_000,
    testMailsPerHour: 120,
    strangerTestMailsPerHour: 20,
  },
  /** Anybody can sign up: enough for a house or a shop with all its equipment, and worth nothing to who wants to write to strangers. */
  open: {
    devices: 100,
    deviceGroups: 50,
    recipientsPerDevice: 20,
    recipientBytesPerDevice: 1600,
    newRecipientsPerDay: 100,
    // Ten times what a Gmail account may send: a storm that a digest would gather fits, a bulk sender does not.
    mailsPerDay: 5000,
    waitingMails: 2000,
    waitingBytes: 500_000_000,
    testMailsPerHour: 20,
    strangerTestMailsPerHour: 3,
  },
};

/**
 * What a mailbox that cannot send may hold whole: beyond it, storms are folded into digests (ADR 0047). Half of what closes its doors, so that an alert of tomorrow is taken still.
 */
export function holdBudget({ waitingMails, waitingBytes }: PlanLimits): { mails: number; bytes: number } {
  return { mails: Math.min(2_000, waitingMails / 2), bytes: Math.min(500_000_000, waitingBytes / 2) };
}

/** The plan's numbers, with those that the tenant's row names instead; what is no number of ours there counts for nothing. */
export function limitsOf(plan: PlanLimits, ownLimits: unknown): PlanLimits {
  const own = (ownLimits ?? {}) as Record<string, unknown>;
  const entries = Object.entries(plan).map(([name, value]) => {
    const given = own[name];
    return [name, typeof given === 'number' && Number.isSafeInteger(given) && given >= 0 ? given : value];
  });
  return Object.fromEntries(entries) as PlanLimits;
}
