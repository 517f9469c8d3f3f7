import { createTransport } from 'nodemailer';

/** Mail of the instance itself: verification, password reset. Never a device's mail. */
export interface SystemMailer {
  /** @throws Error with the SMTP server's words */
  send(mail: { to: string; subject: string; text: string }): Promise<void>;
  close(): void;
}

/** A person waits for the page that sends this: shorter than any browser's patience. */
const TIMEOUT_MS = 15_000;

/**
 * `url` is SYSTEM_SMTP_URL: `smtp://user:password@host:587?from=relay@example.org`, or `smtps://` for TLS from the first byte. Without
 * `from` the user name is the sender where it is an address, else `fallbackFrom`. TLS is used wherever the server offers it, and
 * required as soon as there is a password.
 */
export function createSystemMailer(options: { url: string; fallbackFrom: string }): SystemMailer {
  const url = new URL(options.url);
  const username = decodeURIComponent(url.username);
  const isImplicit = url.protocol === 'smtps:';
  const from = url.searchParams.get('from') ?? (username.includes('@') ? username : options.fallbackFrom);
  const transport = createTransport({
    host: url.hostname,
    port: Number(url.port || (isImplicit ? 465 : 587)),
    secure: isImplicit,
    requireTLS: username !== '',
    ...(username ? { auth: { user: username, pass: decodeURIComponent(url.password) } } : {}),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    send: async ({ to, subject, text }) => {
      // As an object: nodemailer would read several addresses out of one text.
      await transport.sendMail({ from, to: { name: '', address: to }, subject, text });
    },
    close: () => transport.close(),
  };
}

/** The mailer that the settings name; undefined where there is none. */
export function openSystemMailer(settings: {
  SYSTEM_SMTP_URL?: string | undefined;
  PUBLIC_URL: string;
}): SystemMailer | undefined {
  const { SYSTEM_SMTP_URL: url, PUBLIC_URL } = settings;
  return url ? createSystemMailer({ url, fallbackFrom: `hikyaku@${new URL(PUBLIC_URL).hostname}` }) : undefined;
}
