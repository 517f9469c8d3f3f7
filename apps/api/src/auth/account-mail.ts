import { createHash } from 'node:crypto';
import { countAttempt, type Database } from '@hikyaku/db';
import type { Logger } from '@hikyaku/telemetry';
import type { SystemMailer } from '@hikyaku/upstreams';

const HOUR_MS = 3_600_000;

/**
 * What one address is sent at most, whoever asks for it. A link of the last hour always works, so whoever is held up here has one in his box;
 * a sign-up is confirmed by any mail of its day, a reset only by its own hour's, which is why resets have no limit a day.
 */
const PER_RECIPIENT = {
  'sign-up': [
    { max: 3, windowMs: HOUR_MS },
    { max: 8, windowMs: 24 * HOUR_MS },
  ],
  // To whatever address somebody types.
  'address-change': [
    { max: 3, windowMs: HOUR_MS },
    { max: 8, windowMs: 24 * HOUR_MS },
  ],
  reset: [{ max: 3, windowMs: HOUR_MS }],
  // Each change asks for the password or a link of a mail, a lock for ten wrong codes.
  'account-change': [{ max: 10, windowMs: HOUR_MS }],
} as const;

export type AccountMailKind = keyof typeof PER_RECIPIENT;

export interface AccountMail {
  /** Takes one from what the address may still get of this kind. False: nothing is sent, and nobody is told so. */
  allows(to: string, kind: AccountMailKind): Promise<boolean>;
  /** Behind the answer: its duration would tell whether the address is known, and a slow SMTP server would hold the request. */
  deliver(to: string, mail: { subject: string; text: string }): void;
}

/** The instance's mail about accounts. */
export function createAccountMail(options: { database: Database; mailer: SystemMailer; logger: Logger }): AccountMail {
  const { database, mailer, logger } = options;
  return {
    allows: async (to, kind) => {
      // Not the address itself: counts are no list of people.
      const recipient = createHash('sha256').update(to.toLowerCase()).digest('base64url');
      for (const { max, windowMs } of PER_RECIPIENT[kind]) {
        const key = `mail|${kind}|${windowMs}|${recipient}`;
        if (await countAttempt(database, { key, max, windowMs, now: Date.now() })) return false;
      }
      return true;
    },
    deliver: (to, mail) => {
      mailer.send({ to, ...mail }).catch((error: unknown) => {
        // The server's words may repeat the address, which a stranger chose.
        const code = (error as { code?: unknown }).code;
        logger.error({ event: 'auth.mail_failed', code: typeof code === 'string' ? code : 'unknown' });
        logger.debug({ event: 'auth.mail_failed', err: error });
      });
    },
  };
}
