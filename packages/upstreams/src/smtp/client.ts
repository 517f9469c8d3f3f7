import type { Readable } from 'node:stream';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Dialler } from '../dialler/dialler.ts';
import { openSmtpLine } from './line.ts';
import type { SmtpAccount, SmtpTokenAccount } from './session.ts';
import { readRefusal } from './smtp-failure.ts';

/** Recipients as the server took them, with its words for those that it did not. */
export interface SmtpAnswer {
  response: string;
  refused: { recipient: string; response: string }[];
}

/** A signed-in dialogue with a server. One mail at a time. */
export interface SmtpSession {
  /** Mails sent so far. */
  readonly sent: number;
  readonly isOpen: boolean;
  /** Takes bytes over 127 (8BITMIME). */
  readonly takesEightBit: boolean;
  /** What it takes at most by its own word (SIZE); no bound where it says none. */
  readonly maxSizeBytes: number;
  /** @throws SmtpFailure */
  send(
    mail: { from: string; to: string[]; sizeBytes: number | undefined; body: Readable },
    signal: AbortSignal,
  ): Promise<SmtpAnswer>;
  close(): void;
}

/**
 * Dials, secures the line and signs in.
 * @throws SmtpFailure; RelayError of the dialler
 */
export async function openSmtpSession(
  account: SmtpAccount | SmtpTokenAccount,
  tools: { dialler: Dialler; helloName: string },
  signal: AbortSignal,
): Promise<SmtpSession> {
  const line = await openSmtpLine(account, tools, signal);
  const { connection, greeting, step } = line;
  // Without the extension nodemailer would send such bytes all the same.
  const takesEightBit = /[ -]8BITMIME\b/i.test(greeting);
  // RFC 1870: none, or 0, is no bound.
  const maxSizeBytes = Number(/[ -]SIZE (\d{1,12})\b/i.exec(greeting)?.[1] ?? 0) || Number.POSITIVE_INFINITY;
  await step<unknown>('login', signal, (done) => connection.login(credentialsOf(account), (error) => done(error)));

  let sent = 0;
  return {
    get sent() {
      return sent;
    },
    get isOpen() {
      return line.isOpen;
    },
    takesEightBit,
    maxSizeBytes,
    async send({ from, to, sizeBytes, body }, signal) {
      const info = await step<Sent>('mail', signal, (done) =>
        connection.send(
          { from, to, ...(sizeBytes ? { size: sizeBytes } : {}), use8BitMime: true },
          body,
          (error, value) => done(error, value),
        ),
      );
      sent += 1;
      return { response: String(info.response ?? ''), refused: (info.rejectedErrors ?? []).map(readRefusal) };
    },
    close: line.close,
  };
}

type Credentials = Parameters<SMTPConnection['login']>[0];

/** PLAIN or LOGIN by nodemailer's order of what is offered, OAuth methods passed over; with a token XOAUTH2 alone. */
function credentialsOf(account: SmtpAccount | SmtpTokenAccount): Credentials {
  const { username: user } = account;
  if ('password' in account) return { user, pass: account.password };
  const { accessToken } = account;
  // In place of nodemailer's own keeper of tokens: ours has refreshed it already.
  const oauth2 = {
    getToken: (_renew: boolean, done: (error: null, token: string) => void) => done(null, accessToken),
    buildXOAuth2Token: (token: string) =>
      Buffer.from(`user=${user}\x01auth=Bearer ${token}\x01\x01`).toString('base64'),
  };
  return { user, oauth2 } as unknown as Credentials;
}

interface Sent {
  response?: unknown;
  rejectedErrors?: unknown[];
}
