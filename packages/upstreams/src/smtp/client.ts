import { isIP } from 'node:net';
import type { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Dialler } from '../dialler/dialler.ts';
import type { SmtpAccount, SmtpTokenAccount } from './session.ts';
import { readRefusal, SmtpFailure, type SmtpStep } from './smtp-failure.ts';

/** Servers that look a client up before they greet take some seconds; the send's own deadline is the longer bound. */
const GREETING_TIMEOUT_MS = 20_000;
/** A server that is silent that long inside a dialogue is gone; some scan a mail before they answer its end. */
const SILENCE_TIMEOUT_MS = 90_000;
/** Replies are a few lines; nodemailer's own bound of a megabyte is a gift to a hostile server. */
const MAX_REPLY_BYTES = 16 * 1024;

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
  const { host, port, security } = account;
  const { socket, isPublic } = await tools.dialler.dial(host, port, signal);
  if (security === 'none' && isPublic) {
    socket.destroy();
    throw new SmtpFailure('tls', { code: 'ENOTLS' });
  }
  const connection = new SMTPConnection({
    connection: socket,
    host,
    name: tools.helloName,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    // A name is asked for and checked; an address is checked alone, as there is no SNI for it.
    tls: { ...(isIP(host) ? { host } : { servername: host }), rejectUnauthorized: true },
    greetingTimeout: GREETING_TIMEOUT_MS,
    connectionTimeout: GREETING_TIMEOUT_MS,
    socketTimeout: SILENCE_TIMEOUT_MS,
    // A mail that is given up in the middle must not be ended politely.
    socketCloseTimeout: 0,
    maxResponseSize: MAX_REPLY_BYTES,
  });
  let isOpen = true;
  let fail: (error: unknown) => void = () => {};
  const end = (): void => {
    isOpen = false;
    connection.close();
  };
  connection.on('error', (error) => {
    isOpen = false;
    fail(error);
  });
  connection.on('end', () => {
    isOpen = false;
    fail({ code: 'ECONNECTION' });
  });

  /** One step of the dialogue, bounded by the deadline and by the line's own end. */
  const step = async <T>(
    name: SmtpStep,
    signal: AbortSignal,
    work: (done: (error: unknown, value?: T) => void) => void,
  ): Promise<T> => {
    const stop = () => fail({ code: 'ETIMEDOUT' });
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await new Promise<T>((resolve, reject) => {
        fail = reject;
        if (signal.aborted) return stop();
        work((error, value) => (error ? reject(error) : resolve(value as T)));
      });
    } catch (error) {
      end();
      throw SmtpFailure.from(name, error);
    } finally {
      fail = () => {};
      signal.removeEventListener('abort', stop);
    }
  };

  await step<void>('connect', signal, (done) => connection.connect((error) => done(error)));
  // Still the answer to EHLO. Without the extension nodemailer would send such bytes all the same.
  const greeting = String(connection.lastServerResponse);
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
      return isOpen;
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
    close: end,
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
