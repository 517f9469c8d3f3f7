import { type AccountIdentity, identityOf, type MailProvider } from '../accounts/account.ts';
import type { SandboxContext } from '../context.ts';
import type { SmtpService } from '../knobs/smtp-service.ts';
import { accountOf } from '../microsoft/authorize.ts';
import { hasScope } from '../microsoft/scopes.ts';
import { sendersOf } from '../microsoft/send-mail.ts';

/** How one of them differs from the others, in the replies that are documented or reported (facts 1.1, 3, 4). */
export interface ServiceRules {
  /** Lines of one account at a time. */
  maxSessions: number;
  tooManySessions: string;
  /** Mails of one line; then it is closed without a word. */
  mailsPerLine: number;
  maxRecipients: number;
  /** Mails of one account a minute, where the sandbox keeps all limits. */
  perMinute: number;
  tooFast: string;
  notOwnSender(sender: string, account: string): string;
  /** At the end of DATA, as Exchange does, and not at MAIL. */
  checksFrom: boolean;
}

export const SERVICE_RULES: Record<SmtpService, ServiceRules> = {
  outlook: {
    maxSessions: 3,
    tooManySessions:
      '432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending for more information.',
    mailsPerLine: Number.POSITIVE_INFINITY,
    maxRecipients: 500,
    perMinute: 30,
    tooFast: '432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded',
    notOwnSender: (sender, account) => `554 5.2.252 SendAsDenied; ${account} not allowed to send as ${sender}`,
    checksFrom: true,
  },
  yahoo: {
    maxSessions: 5,
    tooManySessions: '421 4.7.0 Too many concurrent connections',
    mailsPerLine: 20,
    maxRecipients: 100,
    perMinute: 60,
    tooFast: '421 4.7.0 [TSS04] Messages temporarily deferred',
    notOwnSender: () => '550 5.7.1 Request failed; Mailbox unavailable',
    checksFrom: false,
  },
  isp: {
    maxSessions: 5,
    tooManySessions: '421 4.7.0 Error: too many connections from 127.0.0.1',
    mailsPerLine: Number.POSITIVE_INFINITY,
    maxRecipients: 100,
    perMinute: 30,
    tooFast: '450 4.7.1 Error: too much mail from 127.0.0.1',
    notOwnSender: (sender, account) => `553 5.7.1 <${sender}>: Sender address rejected: not owned by user ${account}`,
    checksFrom: false,
  },
};

/** Who signed in. */
export interface SmtpLogin {
  service: SmtpService;
  provider: MailProvider;
  address: string;
  /** What it may send as. */
  senders: string[];
}

const UNSUCCESSFUL = '535 5.7.3 Authentication unsuccessful';
const SWITCHED_OFF =
  '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. Visit https://aka.ms/smtp_auth_disabled for more information.';
const NO_PASSWORDS = '535 5.7.139 Authentication unsuccessful, basic authentication is disabled.';

const PERSONAL_MICROSOFT = /@(?:outlook|hotmail|live|msn)\./i;
const YAHOO = /@(?:yahoo\.|ymail\.)/i;
/** What Yahoo makes: sixteen letters, shown in groups of four. */
const APP_PASSWORD = /^[a-z]{16}$/;

/** `AUTH XOAUTH2`: a person's token with the permission for SMTP, which is another resource's than Graph's. */
export function loginByToken(context: SandboxContext, user: string, token: string): SmtpLogin | string {
  const check = context.tokens.checkAccess(token);
  if (check.state !== 'valid' || check.grant.provider !== 'microsoft') return UNSUCCESSFUL;
  if (!hasScope(check.scopes, 'https://outlook.office.com/SMTP.Send')) return UNSUCCESSFUL;
  const account: AccountIdentity = accountOf(context, check.grant.address);
  const senders = sendersOf(context, account);
  if (user.toLowerCase() !== account.address && !senders.includes(user.toLowerCase())) return UNSUCCESSFUL;
  if (context.knobs.account(account.address).smtpAuth === 'off') return SWITCHED_OFF;
  return { service: 'outlook', provider: 'microsoft', address: account.address, senders };
}

/** `AUTH PLAIN` and `LOGIN`. There are no passwords here: every one is right but `wrong`, and at Yahoo those that are no app password. */
export function loginByPassword(context: SandboxContext, user: string, password: string): SmtpLogin | string {
  const knobs = context.knobs.account(user);
  const service = knobs.smtpService ?? (PERSONAL_MICROSOFT.test(user) ? 'outlook' : YAHOO.test(user) ? 'yahoo' : 'isp');
  if (service === 'outlook') return NO_PASSWORDS;
  const isRight =
    service === 'yahoo' ? APP_PASSWORD.test(password.replaceAll(' ', '')) : user.includes('@') && password !== 'wrong';
  if (!isRight || knobs.isDisabled) {
    return service === 'yahoo'
      ? '535 5.7.0 (#AUTH005) Too many bad auth attempts.'
      : '535 5.7.8 Error: authentication failed: (reason unavailable)';
  }
  const { address } = identityOf('microsoft', user);
  const aliases = (knobs.aliases ?? []).map((alias) => alias.toLowerCase());
  return { service, provider: 'smtp', address, senders: [address, ...aliases] };
}
