import type { Duplex } from 'node:stream';
import type { SandboxContext } from '../context.ts';
import { createEnvelope } from './envelope.ts';
import { readLines } from './line-reader.ts';
import { readLogin } from './read-login.ts';
import { SERVICE_RULES, type SmtpLogin } from './services.ts';
import { strikeSmtp, takeMail } from './take-mail.ts';

export interface DialogueTools {
  context: SandboxContext;
  /** Takes a line over into TLS; undefined where there is no certificate. */
  secure: ((socket: Duplex) => Duplex) | undefined;
}

/** What is said to a command; null: the line is closed without a word. `last`: and then closed. */
type Reply = string | null | { last: string };

/** Exchange's own message size (facts 2.1). */
const MAX_MAIL_BYTES = 36_700_160;
/** Commands of one line; a client that says more is a test gone wrong. */
const MAX_COMMANDS = 10_000;

const TOO_LARGE = '552 5.3.4 Message size exceeds fixed maximum message size';
const BAD_SEQUENCE = '503 5.5.1 Bad sequence of commands';

/** One connection, from the greeting to its end. */
export async function converse(plain: Duplex, { context, secure }: DialogueTools): Promise<void> {
  const usage = context.smtpUsage;
  let socket = plain;
  let reader = readLines(socket);
  let isSecured = secure === undefined;
  let login: SmtpLogin | undefined;
  let mails = 0;
  const envelope = createEnvelope();
  const say = (text: string): void => void socket.write(`${text}\r\n`);
  const isKept = (): boolean => context.knobs.values().limits !== 'none';

  const commands: Record<string, (rest: string) => Reply | Promise<Reply>> = {
    EHLO: () => {
      const extensions = [isSecured ? 'AUTH LOGIN PLAIN XOAUTH2' : 'STARTTLS', `SIZE ${MAX_MAIL_BYTES}`, '8BITMIME'];
      const lines = ['smtp.sandbox.test', ...extensions, 'ENHANCEDSTATUSCODES'];
      return lines.map((line, index) => `250${index === lines.length - 1 ? ' ' : '-'}${line}`).join('\r\n');
    },
    HELO: () => '250 smtp.sandbox.test',
    NOOP: () => '250 2.0.0 OK',
    RSET: () => {
      envelope.clear();
      return '250 2.0.0 OK';
    },
    QUIT: () => ({ last: '221 2.0.0 Service closing transmission channel' }),
    async AUTH(rest) {
      if (!isSecured) return '530 5.7.0 Must issue a STARTTLS command first';
      if (login) return BAD_SEQUENCE;
      const found = await readLogin(context, rest, { say, line: () => reader.line() });
      if (found === null || typeof found === 'string') return found;
      const struck = await strikeSmtp(context, found, 'smtp_login');
      if (struck !== undefined) return struck;
      login = found;
      const { maxSessions, tooManySessions } = SERVICE_RULES[found.service];
      if (usage.enter(found.address) > maxSessions && isKept()) return { last: tooManySessions };
      return '235 2.7.0 Authentication successful';
    },
    async MAIL(rest) {
      if (!login) return '530 5.7.57 Client not authenticated to send mail';
      const { address, service, senders } = login;
      const rules = SERVICE_RULES[service];
      // In silence, as it is known of Yahoo (facts 3).
      if (mails >= rules.mailsPerLine) return null;
      const struck = await strikeSmtp(context, login, 'smtp_mail');
      if (struck !== undefined) return struck;
      if (usage.countMail(address) > rules.perMinute && context.knobs.values().limits === 'all') return rules.tooFast;
      const from = envelope.begin(rest);
      if (from === null) return '501 5.1.7 Bad sender address syntax';
      const refusal =
        envelope.sizeBytes() > MAX_MAIL_BYTES
          ? TOO_LARGE
          : !rules.checksFrom && !senders.includes(from)
            ? rules.notOwnSender(from, address)
            : undefined;
      if (refusal) envelope.clear();
      return refusal ?? '250 2.1.0 Sender OK';
    },
    async RCPT(rest) {
      if (!login || !envelope.isBegun()) return BAD_SEQUENCE;
      const struck = await strikeSmtp(context, login, 'smtp_rcpt');
      if (struck !== undefined) return struck;
      if (envelope.recipients().length >= SERVICE_RULES[login.service].maxRecipients)
        return '452 4.5.3 Too many recipients';
      return envelope.add(rest) ? '250 2.1.5 Recipient OK' : '501 5.1.3 Bad recipient address syntax';
    },
    async DATA() {
      if (!login || envelope.recipients().length === 0) return BAD_SEQUENCE;
      say('354 Start mail input; end with <CRLF>.<CRLF>');
      const raw = await reader.mail(MAX_MAIL_BYTES);
      if (raw === undefined) return null;
      const recipients = envelope.recipients();
      envelope.clear();
      mails += 1;
      return raw === 'too_large' ? TOO_LARGE : takeMail(context, login, recipients, raw);
    },
  };

  try {
    say('220 smtp.sandbox.test ESMTP sandbox: nothing is sent');
    for (let count = 0; count < MAX_COMMANDS; count++) {
      const line = await reader.line();
      if (line === undefined) return;
      const [word = '', ...others] = line.trim().split(' ');
      const verb = word.toUpperCase();
      const rest = others.join(' ');
      if (verb === 'STARTTLS' && secure && !isSecured) {
        reader.release();
        say('220 2.0.0 SMTP server ready');
        socket = secure(socket);
        reader = readLines(socket);
        isSecured = true;
        continue;
      }
      const reply = Object.hasOwn(commands, verb) ? await commands[verb]!(rest) : '502 5.5.2 Command not recognized';
      if (reply === null) return;
      if (typeof reply !== 'string') {
        socket.end(`${reply.last}\r\n`);
        return;
      }
      say(reply);
    }
  } finally {
    if (login) usage.leave(login.address);
    socket.end();
    // Whoever goes on talking is not listened to.
    setTimeout(() => socket.destroy(), 1_000).unref();
  }
}
