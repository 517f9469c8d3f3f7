import { SmtpLine } from '../smtp-line.ts';

/** What a device knows of a mail after one try. */
export type Verdict =
  | { kind: 'accepted'; queueId: string }
  | { kind: 'refused'; reply: string }
  /** Broken off before the mail was whole, or before it began: it cannot have been taken. */
  | { kind: 'cut' }
  /** The mail was whole when the connection broke: it may have been taken. */
  | { kind: 'unanswered' };

export interface Sending {
  /** A door with TLS from the first byte. */
  port: number;
  credential: { username: string; password: string };
  to: string;
  /** With CRLF, no line beginning with a dot. */
  content: Buffer;
}

/** A busy machine, a disk that stalls; a device would wait for minutes. */
const REPLY_WITHIN_MS = 60_000;

/** One try of one mail, in a connection of its own; never throws. */
export async function tryMail({ port, credential, to, content }: Sending): Promise<Verdict> {
  let line: SmtpLine | undefined;
  let isWhole = false;
  try {
    line = await SmtpLine.connect({ port, tls: {} });
    const greeting = await line.reply(REPLY_WITHIN_MS);
    if (!greeting.startsWith('220')) return { kind: 'refused', reply: greeting };
    const login = Buffer.from(`\0${credential.username}\0${credential.password}`).toString('base64');
    const steps = ['EHLO camera', `AUTH PLAIN ${login}`, 'MAIL FROM:<camera@site.example>', `RCPT TO:<${to}>`, 'DATA'];
    for (const step of steps) {
      const reply = await line.say(step, REPLY_WITHIN_MS);
      if (!/^[23]/.test(reply)) return { kind: 'refused', reply };
    }
    isWhole = true;
    line.send(content);
    line.send('.\r\n');
    const reply = await line.reply(REPLY_WITHIN_MS);
    const queueId = /^250 2\.0\.0 Ok: queued as (\S+)$/.exec(reply)?.[1];
    return queueId ? { kind: 'accepted', queueId } : { kind: 'refused', reply };
  } catch {
    return { kind: isWhole ? 'unanswered' : 'cut' };
  } finally {
    line?.close();
  }
}
