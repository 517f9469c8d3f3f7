import { createServer } from 'node:net';

export interface SunkMail {
  to: string;
  /** Body as text; the transfer encoding is undone. */
  text: string;
}

export interface MailSink {
  /** For SYSTEM_SMTP_URL. */
  url: string;
  mails: SunkMail[];
  /** Commands, and each mail as one piece, in order. */
  parts: string[];
  /** The newest link in a mail to this address. @throws Error when none came within ten seconds */
  linkTo(address: string): Promise<URL>;
  close(): void;
}

const LIMIT_MS = 30_000;
const OTHER_REPLIES: Record<string, string> = { QUIT: '221 bye\r\n', STARTTLS: '502 no\r\n' };

/**
 * An SMTP server that takes every mail of the instance itself and delivers none; it offers no TLS: the fake at the system mailer's port.
 * With `login` it offers AUTH PLAIN too, and takes that account alone: a mail server that an owner connects.
 */
export async function openMailSink(login?: { username: string; password: string }): Promise<MailSink> {
  const plain = login && `AUTH PLAIN ${Buffer.from(`\0${login.username}\0${login.password}`).toString('base64')}`;
  const replyTo = (command: string): string => {
    if (plain && command.startsWith('EHLO')) return '250-sink\r\n250 AUTH PLAIN\r\n';
    if (plain && command.startsWith('AUTH')) return command === plain ? '235 welcome\r\n' : '535 5.7.8 no\r\n';
    return OTHER_REPLIES[command] ?? '250 ok\r\n';
  };
  const mails: SunkMail[] = [];
  const parts: string[] = [];
  const server = createServer((socket) => {
    let isData = false;
    let text = '';
    let to = '';
    socket.write('220 sink\r\n');
    socket.on('data', (chunk) => {
      text += chunk.toString();
      for (;;) {
        const end = isData ? text.indexOf('\r\n.\r\n') : text.indexOf('\r\n');
        if (end < 0) return;
        const part = text.slice(0, end);
        text = text.slice(end + (isData ? 5 : 2));
        parts.push(part);
        if (isData) mails.push({ to, text: decodeBody(part) });
        const wasData = isData;
        isData = !isData && part === 'DATA';
        to = /^RCPT TO:<([^>]*)>/.exec(part)?.[1] ?? to;
        if (isData) socket.write('354 go on\r\n');
        else socket.write(wasData ? '250 ok\r\n' : replyTo(part));
      }
    });
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    parts,
    linkTo: async (address) => {
      const deadline = Date.now() + LIMIT_MS;
      for (;;) {
        const mail = mails.findLast(({ to }) => to === address);
        const link = mail && /^https?:\S+$/m.exec(mail.text);
        if (link) return new URL(link[0]);
        if (Date.now() > deadline) throw new Error(`no mail with a link came to ${address}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    close: () => void server.close(),
  };
}

/** One part, as the system mailer writes it: base64, quoted-printable or plain. */
function decodeBody(mail: string): string {
  const cut = mail.indexOf('\r\n\r\n');
  const [head, body] = [mail.slice(0, cut).toLowerCase(), mail.slice(cut + 4)];
  if (head.includes('content-transfer-encoding: base64')) return Buffer.from(body, 'base64').toString('utf8');
  if (!head.includes('content-transfer-encoding: quoted-printable')) return body.replaceAll('\r\n', '\n');
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8').replaceAll('\r\n', '\n');
}
