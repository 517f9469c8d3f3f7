import { isIP } from 'node:net';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { Dialler } from '../dialler/dialler.ts';
import type { SmtpServer } from './session.ts';
import { SmtpFailure, type SmtpStep } from './smtp-failure.ts';

/** Servers that look a client up before they greet take some seconds; the send's own deadline is the longer bound. */
const GREETING_TIMEOUT_MS = 20_000;
/** A server that is silent that long inside a dialogue is gone; some scan a mail before they answer its end. */
const SILENCE_TIMEOUT_MS = 90_000;
/** Replies are a few lines; nodemailer's own bound of a megabyte is a gift to a hostile server. */
const MAX_REPLY_BYTES = 16 * 1024;

/** A line to a server that is secured and has been greeted. */
export interface SmtpLine {
  connection: SMTPConnection;
  readonly isOpen: boolean;
  /** The answer to EHLO. */
  greeting: string;
  /** One step of the dialogue, bounded by the deadline and by the line's own end. @throws SmtpFailure */
  step<T>(name: SmtpStep, signal: AbortSignal, work: (done: (error: unknown, value?: T) => void) => void): Promise<T>;
  close(): void;
}

/**
 * Dials, secures the line and greets.
 * @throws SmtpFailure; RelayError of the dialler
 */
export async function openSmtpLine(
  { host, port, security }: SmtpServer,
  tools: { dialler: Dialler; helloName: string },
  signal: AbortSignal,
): Promise<SmtpLine> {
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
  return {
    connection,
    get isOpen() {
      return isOpen;
    },
    greeting: String(connection.lastServerResponse),
    step,
    close: end,
  };
}
