/** How the line to the server is protected: TLS from the first byte, STARTTLS (required), or not at all. */
export type SmtpSecurity = 'tls' | 'starttls' | 'none';

export interface SmtpServer {
  host: string;
  port: number;
  security: SmtpSecurity;
}

/** An account at an SMTP server; also what is kept, sealed, as the mailbox's secret. */
export interface SmtpAccount extends SmtpServer {
  username: string;
  password: string;
}

/** Signing in by an OAuth token (`AUTH XOAUTH2`). */
export interface SmtpTokenAccount extends SmtpServer {
  username: string;
  accessToken: string;
}

export function writeSecret(account: SmtpAccount): string {
  const { host, port, security, username, password } = account;
  return JSON.stringify({ v: 1, host, port, security, username, password });
}

/** Undefined for a secret that cannot be read: the mailbox must be connected again. */
export function readSecret(text: string): SmtpAccount | undefined {
  try {
    const secret = JSON.parse(text) as Partial<SmtpAccount> & { v?: number };
    return secret.v === 1 && secret.host && secret.port && secret.username ? (secret as SmtpAccount) : undefined;
  } catch {
    return undefined;
  }
}

/** The same account in every tenant. Host names know no case; user names may. */
export const smtpAccountKey = ({ host, username }: Pick<SmtpAccount, 'host' | 'username'>): string =>
  `smtp:${host.toLowerCase()}:${username}`;
