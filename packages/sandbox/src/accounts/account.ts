import { createHash } from 'node:crypto';

export type SandboxProvider = 'microsoft' | 'google';
/** Whose mailbox sent a mail: also an account of an SMTP server that is nobody's of the two. */
export type MailProvider = SandboxProvider | 'smtp';
export type AccountKind = 'personal' | 'work';

/** Tenant of every personal Microsoft account (facts 1.1). */
export const PERSONAL_TENANT = '9188040d-6c67-4c5b-b112-36a304b66dad';

const PERSONAL_DOMAIN = /^(outlook|hotmail|live|msn|gmail|googlemail)\./;

/** Who somebody is at a provider. Everything follows from the address, so a reset or a second sandbox gives the same ids. */
export interface AccountIdentity {
  provider: SandboxProvider;
  /** Lower case. */
  address: string;
  kind: AccountKind;
  name: string;
  /** Entra's `oid`, Google's `sub`. */
  subject: string;
  /** Entra's `tid`; for Google the Workspace domain, or ''. */
  tenant: string;
}

/** `kind` overrides what the domain says. */
export function identityOf(provider: SandboxProvider, typed: string, wantedKind?: AccountKind): AccountIdentity {
  const address = typed.trim().toLowerCase();
  const [local = '', domain = ''] = address.split('@');
  const kind = wantedKind ?? (PERSONAL_DOMAIN.test(domain) ? 'personal' : 'work');
  const name = local.replace(/[._-]+/g, ' ').replace(/(^| )\p{L}/gu, (letter) => letter.toUpperCase());
  const hash = (text: string) => createHash('sha256').update(`${provider}/${text}`).digest('hex');
  if (provider === 'google') {
    const subject = BigInt(`0x${hash(address)}`)
      .toString()
      .slice(0, 20);
    return { provider, address, kind, name, subject: `1${subject}`, tenant: kind === 'work' ? domain : '' };
  }
  const own = uuidOf(hash(address));
  return {
    provider,
    address,
    kind,
    name,
    subject: kind === 'personal' ? `00000000-0000-0000-${own.slice(19)}` : own,
    tenant: kind === 'personal' ? PERSONAL_TENANT : uuidOf(hash(domain)),
  };
}

/** The Entra directory that a domain belongs to, or the id itself; undefined for those of personal accounts, which no organization has. */
export function directoryOf(tenant: string): string | undefined {
  const named = tenant.toLowerCase();
  if (UUID.test(named)) return named;
  const { kind, tenant: directory } = identityOf('microsoft', `somebody@${named}`);
  return kind === 'work' && named.includes('.') ? directory : undefined;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function uuidOf(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
