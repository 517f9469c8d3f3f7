import { connect, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';

export interface Login {
  username: string;
  password: string;
}

export interface SessionPlan {
  port: number;
  login: Login;
  /** Content and end mark are written as they are. */
  content: Buffer;
  /** Null: the session is in plain. */
  context: SecureContext | null;
}

/** A session is given up after that long without its end: something is broken. */
const GIVE_UP_MS = 60_000;
const END_MARK = '.\r\n';

/** What is said after each reply, in order, and the reply that must have come before. */
const STEPS: { expect: string; say: (plan: SessionPlan) => string }[] = [
  { expect: '220', say: () => 'EHLO camera.example\r\n' },
  { expect: '250', say: () => 'STARTTLS\r\n' },
  { expect: '220', say: () => 'EHLO camera.example\r\n' },
  { expect: '250', say: ({ login }) => `AUTH PLAIN ${plainAnswer(login)}\r\n` },
  { expect: '235', say: () => 'MAIL FROM:<camera@example.jp>\r\n' },
  { expect: '250', say: () => 'RCPT TO:<owner@example.jp>\r\n' },
  { expect: '250', say: () => 'DATA\r\n' },
];
const TLS_STEP = 2;
/** From the first EHLO on straight to AUTH. */
const FIRST_IN_PLAIN = TLS_STEP;
const DATA_STEP = STEPS.length;
const QUIT_STEP = DATA_STEP + 1;

const plainAnswer = ({ username, password }: Login): string =>
  Buffer.from(`\0${username}\0${password}`).toString('base64');

/**
 * One whole session as a device has it: connect, STARTTLS, AUTH PLAIN, one mail, QUIT; each command after the reply to the last, the TLS
 * session never resumed. Calls back with the text of the mail's 250, or an error that names the reply. A state machine on bare
 * sockets: the client's CPU bounds what can be measured.
 */
export function runSession(plan: SessionPlan, done: (error: string | null, accepted: string) => void): void {
  const raw = connect({ host: '127.0.0.1', port: plan.port, noDelay: true });
  let socket: Socket = raw;
  // The greeting of a plain session is the one that an encrypted one never gets: its 220 is STARTTLS's.
  let step = plan.context ? 0 : FIRST_IN_PLAIN;
  let received = '';
  let accepted = '';

  const finish = (error: string | null): void => {
    clearTimeout(timer);
    if (step > QUIT_STEP) return;
    step = QUIT_STEP + 1;
    if (error) raw.destroy();
    done(error, accepted);
  };
  const timer = setTimeout(finish, GIVE_UP_MS, 'no end of the session');
  const onError = (error: NodeJS.ErrnoException): void => finish(`${error.code ?? error.message} at step ${step}`);
  const onClose = (): void => finish(`closed at step ${step}`);

  const startTls = (): void => {
    raw.off('data', onData);
    const secure = connectTls({ socket: raw, secureContext: plan.context!, rejectUnauthorized: false });
    secure.on('error', onError);
    secure.on('data', onData);
    secure.once('secureConnect', () => secure.write(STEPS[TLS_STEP]!.say(plan)));
    socket = secure;
  };
  const onReply = (reply: string): void => {
    if (step < DATA_STEP) {
      const { expect, say } = STEPS[step]!;
      if (!reply.startsWith(expect)) {
        finish(`step ${step}: ${reply.trim()}`);
        return;
      }
      step += 1;
      if (plan.context && step === TLS_STEP + 1) startTls();
      else socket.write(say(plan));
    } else if (step === DATA_STEP) {
      // First the 354, then the answer to the mail.
      if (reply.startsWith('354')) {
        socket.cork();
        socket.write(plan.content);
        socket.write(END_MARK);
        socket.uncork();
      } else if (reply.startsWith('250')) {
        accepted = reply.trim();
        step = QUIT_STEP;
        socket.write('QUIT\r\n');
      } else finish(`mail: ${reply.trim()}`);
    } else {
      socket.end();
      finish(null);
    }
  };
  const onData = (chunk: Buffer): void => {
    received += chunk.toString('latin1');
    // Nothing is pipelined, so that a reply ends where the bytes end.
    if (!received.endsWith('\r\n')) return;
    const lastLine = received.lastIndexOf('\n', received.length - 2) + 1;
    if (received[lastLine + 3] !== ' ') return;
    const reply = received;
    received = '';
    onReply(reply);
  };
  raw.on('data', onData);
  raw.on('error', onError);
  raw.on('close', onClose);
}
