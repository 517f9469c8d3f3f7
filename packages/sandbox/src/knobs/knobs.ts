import type { AccountKind, SandboxProvider } from '../accounts/account.ts';
import type { SmtpService } from './smtp-service.ts';

export type ConsentMode = 'ask' | 'auto';

/** How one account differs from the plain case. */
export interface AccountKnobs {
  consent?: ConsentMode;
  /** Microsoft decides it by the domain otherwise. */
  kind?: AccountKind;
  /** Microsoft: `mail` of GET /me; personal accounts have null, others their address. */
  mail?: string | null;
  /** Microsoft: the id_token has no `email` claim. Google: it is there, but not verified. */
  hidesEmail?: boolean;
  /** False: the account has no mailbox that can send. */
  hasMailbox?: boolean;
  /** The organization wants its administrator's consent: AADSTS90094, admin_policy_enforced. */
  needsAdmin?: boolean;
  isDisabled?: boolean;
  /** Microsoft: the address that the mailbox really sends from; another From is refused. A personal account may be named after a foreign address. */
  sendsAs?: string;
  /** Further addresses of this mailbox: proxy addresses at Microsoft, send-as addresses at Gmail. */
  aliases?: string[];
  /** Microsoft: mailboxes that this account may send as, by `/users/{address}/sendMail` and `Mail.Send.Shared`. */
  shared?: string[];
  /** Microsoft: no role of Exchange's lets the relay send from it without a person's sign-in. */
  isOutOfScope?: boolean;
  /** Microsoft: a role of Exchange's lets the relay keep drafts in it without a sign-in (`Application Mail.ReadWrite`). */
  hasDraftRole?: boolean;
  /** Microsoft: `off`: SMTP AUTH is disabled for this mailbox, whatever permission its token has. */
  smtpAuth?: 'on' | 'off';
  /** Whose SMTP server a password signs in to; by the domain otherwise. */
  smtpService?: SmtpService;
  /** Scopes that this person never ticks (Google's granular consent), as asked. */
  untickedScopes?: string[];
}

/** Which of the providers' limits are kept. `concurrency`: 4 requests at once per mailbox (Graph). `all`: the rates and daily limits too. */
export type LimitMode = 'none' | 'concurrency' | 'all';

export interface KnobValues {
  consent: ConsentMode;
  tokenLifetimeSeconds: number;
  /** The state of the relay's client secret at the provider. */
  clientSecret: 'valid' | 'expired';
  /** Publishing status of the relay's Google project: in `testing` every link dies after seven days (facts 1.2). */
  googleProject: 'production' | 'testing';
  /** What Graph answers to a body over its limit: 413, or the reported 200 with nothing sent (facts 2.1). */
  oversize: 413 | 200;
  limits: LimitMode;
  /** Mails of a mailbox that Exchange hands on each minute once Graph or Microsoft's SMTP server has taken them; more wait for the next (facts 3). 0: at once. */
  exchangePerMinute: number;
  /** Recipients of a Microsoft mailbox in 24 hours; more are refused. 0: the 10,000 of organizations' mailboxes, where `limits` is `all`. */
  exchangeRecipientsPerDay: number;
  /** Addresses whose mail bounces: a report lands in the sender's inbox. */
  bounces: string[];
  /** What the store keeps. */
  keep: { mailsPerBox: number; totalBytes: number };
}

export const DEFAULT_KNOBS: KnobValues = {
  consent: 'ask',
  // What both providers hand out today (facts 1.1, 1.2).
  tokenLifetimeSeconds: 3599,
  clientSecret: 'valid',
  googleProject: 'production',
  oversize: 413,
  limits: 'concurrency',
  exchangePerMinute: 0,
  exchangeRecipientsPerDay: 0,
  bounces: [],
  keep: { mailsPerBox: 500, totalBytes: 500_000_000 },
};

/** Accounts with knobs of their own; more is a test gone wrong. */
const MAX_ACCOUNT_KNOBS = 10_000;

export interface Knobs {
  values(): KnobValues;
  set(change: Partial<KnobValues>): void;
  account(address: string): AccountKnobs;
  setAccount(address: string, change: AccountKnobs): void;
  accounts(): Record<string, AccountKnobs>;
  consentOf(address: string): ConsentMode;
  clear(): void;
}

/** Knobs live in memory: a restarted sandbox behaves plainly again. */
export function createKnobs(): Knobs {
  let values = structuredClone(DEFAULT_KNOBS);
  const accounts = new Map<string, AccountKnobs>();
  const account = (address: string): AccountKnobs => accounts.get(address.toLowerCase()) ?? {};
  return {
    values: () => values,
    set(change) {
      values = { ...values, ...change };
    },
    account,
    setAccount(address, change) {
      accounts.set(address.toLowerCase(), { ...account(address), ...change });
      for (const old of [...accounts.keys()].slice(0, Math.max(0, accounts.size - MAX_ACCOUNT_KNOBS))) {
        accounts.delete(old);
      }
    },
    accounts: () => Object.fromEntries(accounts),
    consentOf: (address) => account(address).consent ?? values.consent,
    clear() {
      values = structuredClone(DEFAULT_KNOBS);
      accounts.clear();
    },
  };
}

/** What can happen to an account from outside. */
export const ACCOUNT_EVENTS = ['password_changed', 'access_revoked', 'consent_withdrawn', 'tokens_expired'] as const;
export type AccountEvent = (typeof ACCOUNT_EVENTS)[number];

export interface Happening {
  provider: SandboxProvider;
  account: string;
  event: AccountEvent;
}
