import { readdirSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';

/** One session of fixtures/device-mails/sessions.json with its mail. */
export interface DeviceMailSession {
  file: string;
  listener: { port: number | string; tls: string };
  clientLines: string[];
  endOfData: string;
  after: string;
  /** The bytes between 354 and the end mark, sent verbatim. */
  content: Buffer;
  /** Envelope recipients, from the RCPT lines. */
  recipients: string[];
  /** The made-up credentials in the lines. */
  original: { username: string; password: string };
}

interface SessionsFile {
  user_local: string;
  password: string;
  sessions: {
    file: string;
    listener: { port: number | string; tls: string };
    client_lines: string[];
    end_of_data: string;
    after: string;
  }[];
}

const readSessions = (folder: string): SessionsFile =>
  JSON.parse(readFileSync(join(folder, 'sessions.json'), 'utf8')) as SessionsFile;

/** The session whose file begins with `prefix`. */
export function deviceMailSession(folder: string, prefix: string): DeviceMailSession {
  const sessions = readSessions(folder);
  const session = sessions.sessions.find((item) => item.file.startsWith(prefix));
  if (!session || !readdirSync(folder).includes(session.file)) throw new Error(`no device mail ${prefix} in ${folder}`);
  return {
    file: session.file,
    listener: session.listener,
    clientLines: session.client_lines,
    endOfData: session.end_of_data,
    after: session.after,
    content: readFileSync(join(folder, session.file)),
    recipients: session.client_lines.flatMap((line) => /^RCPT TO:\s*<([^>]+)>/i.exec(line)?.[1] ?? []),
    original: { username: sessions.user_local, password: sessions.password },
  };
}

interface Doors {
  host: string;
  submission: number;
  smtps: number;
  legacySubmission: number;
  legacySmtps: number;
}

/** The door of our instance that stands for the listener named in the fixture. */
function doorOf(listener: DeviceMailSession['listener'], doors: Doors): { port: number; isImplicit: boolean } {
  const name = String(listener.port);
  if (name.includes('LEGACY_SMTPS')) return { port: doors.legacySmtps, isImplicit: true };
  if (name.includes('LEGACY_SUBMISSION')) return { port: doors.legacySubmission, isImplicit: false };
  return name === '465' ? { port: doors.smtps, isImplicit: true } : { port: doors.submission, isImplicit: false };
}

function tlsOptions(listener: DeviceMailSession['listener']) {
  const old = /TLS 1\.([01])/.exec(listener.tls);
  const version = old ? (old[1] === '0' ? 'TLSv1' : 'TLSv1.1') : undefined;
  return {
    rejectUnauthorized: false,
    ...(version
      ? ({ minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' } as const)
      : ({ maxVersion: 'TLSv1.2' } as const)),
  };
}

/** The fixture's credentials in a line (plain, or inside base64) replaced by real ones; the form of the user name stays. */
function withCredentials(line: string, from: DeviceMailSession['original'], to: DeviceMailSession['original']): string {
  const swap = (text: string): string =>
    text.replaceAll(from.username, to.username).replaceAll(from.password, to.password);
  return line
    .split(/(\s+)/)
    .map((word) => {
      const decoded = /^[A-Za-z0-9+/]{8,}={0,2}$/.test(word) ? Buffer.from(word, 'base64').toString('latin1') : '';
      const swapped = swap(decoded);
      return swapped === decoded ? swap(word) : Buffer.from(swapped, 'latin1').toString('base64');
    })
    .join('');
}

/** Reads one whole SMTP reply at a time. */
function replyReader(socket: Socket) {
  let buffered = '';
  let waiting: { resolve(reply: string): void; reject(error: Error): void } | undefined;
  const offer = () => {
    const end = /^\d{3}(?: .*)?\r\n/m.exec(buffered);
    if (!waiting || !end) return;
    const reply = buffered.slice(0, end.index + end[0].length);
    buffered = buffered.slice(reply.length);
    const { resolve } = waiting;
    waiting = undefined;
    resolve(reply.trimEnd());
  };
  const onData = (chunk: Buffer) => {
    buffered += chunk.toString('latin1');
    offer();
  };
  socket.on('data', onData);
  socket.on('error', (error) => waiting?.reject(error));
  socket.on('close', () => waiting?.reject(new Error(`closed while waiting; got ${JSON.stringify(buffered)}`)));
  return {
    next: (): Promise<string> =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        offer();
      }),
    detach: () => void socket.off('data', onData),
  };
}

/** Plays a fixture's session verbatim against real doors. Resolves to every reply; `finalReply` is the one to the end mark. */
export async function playSession(
  session: DeviceMailSession,
  doors: Doors,
  credential: { username: string; password: string },
): Promise<{ replies: string[]; finalReply: string }> {
  const { port, isImplicit } = doorOf(session.listener, doors);
  let socket: Socket = isImplicit
    ? connectTls({ host: doors.host, port, ...tlsOptions(session.listener) })
    : connect(port, doors.host);
  let reader = replyReader(socket);
  const replies = [await reader.next()];
  for (const line of session.clientLines) {
    socket.write(withCredentials(line, session.original, credential));
    replies.push(await reader.next());
    if (!/^STARTTLS/i.test(line)) continue;
    reader.detach();
    const plain = socket;
    socket = await new Promise<Socket>((resolve, reject) => {
      const secured = connectTls({ socket: plain, ...tlsOptions(session.listener) }, () => resolve(secured));
      secured.once('error', reject);
    });
    reader = replyReader(socket);
  }
  socket.write(Buffer.concat([session.content, Buffer.from(session.endOfData)]));
  const finalReply = await reader.next();
  replies.push(finalReply);
  if (/RST/.test(session.after)) socket.resetAndDestroy();
  else socket.end('QUIT\r\n');
  return { replies, finalReply };
}
