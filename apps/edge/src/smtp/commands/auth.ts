import { normalizeUsername, RelayError } from '@hikyaku/core';
import { type Reply, refusal } from '../reply.ts';
import { isCancelled, type Login, PASSWORD_PROMPT, readAnswer, readPlainAnswer, USERNAME_PROMPT } from '../sasl.ts';
import type { SmtpServices } from '../services.ts';
import type { Session } from '../session.ts';

const CANCELLED: Reply = { code: 501, text: '5.7.0 Authentication aborted' };
const MALFORMED: Reply = { code: 501, text: '5.5.2 Cannot decode response' };

/** AUTH LOGIN and PLAIN, with or without the first answer in the command (A2). Nothing else is offered: it would need recoverable secrets. */
export function auth(session: Session, services: SmtpServices, rest: string): Reply | Promise<Reply> {
  const [mechanism = '', initial] = rest.split(/\s+/);
  switch (mechanism.toUpperCase()) {
    case 'LOGIN':
      return initial === undefined
        ? { code: 334, text: USERNAME_PROMPT, next: (line) => takeUsername(session, services, line) }
        : takeUsername(session, services, initial);
    case 'PLAIN':
      return initial === undefined
        ? { code: 334, text: '', next: (line) => takePlain(session, services, line) }
        : takePlain(session, services, initial);
    case '':
      return { code: 501, text: '5.5.4 Syntax: AUTH mechanism' };
    default:
      return { code: 504, text: '5.5.4 Unrecognized authentication type' };
  }
}

/** Without TLS a login is refused here where the device does not allow it, before its password crosses the line. */
async function takeUsername(session: Session, services: SmtpServices, line: string): Promise<Reply> {
  if (isCancelled(line)) return CANCELLED;
  const startedAt = services.clock.now();
  const username = readAnswer(line);
  if (!session.isSecure && !(await services.authenticator.allowsPlain(username))) {
    return refuse(session, services, username, startedAt);
  }
  return {
    code: 334,
    text: PASSWORD_PROMPT,
    next: (answer) =>
      isCancelled(answer) ? CANCELLED : check(session, services, { username, password: readAnswer(answer) }),
  };
}

async function takePlain(session: Session, services: SmtpServices, line: string): Promise<Reply> {
  if (isCancelled(line)) return CANCELLED;
  const login = readPlainAnswer(line);
  return login ? check(session, services, login) : MALFORMED;
}

async function check(session: Session, services: SmtpServices, login: Login): Promise<Reply> {
  const startedAt = services.clock.now();
  const found = await services.authenticator.check(login);
  const isAllowed = found && (session.isSecure || (await services.authenticator.allowsPlain(login.username)));
  if (!found || !isAllowed) return refuse(session, services, login.username, startedAt);
  if (session.identity && session.identity.deviceId !== found.deviceId) {
    return { code: 503, text: '5.5.1 Error: already authenticated' };
  }
  services.authDelay.succeed(session.clientAddress, found.username);
  session.identity = found;
  return { code: 235, text: '2.7.0 Authentication successful' };
}

/** The same words after the same time, whatever was wrong. */
async function refuse(session: Session, services: SmtpServices, typed: string, startedAt: number): Promise<Reply> {
  const waitMs = services.authDelay.fail(session.clientAddress, normalizeUsername(typed).slice(0, 64));
  await services.clock.sleep(Math.max(0, startedAt + waitMs - services.clock.now()));
  services.metrics.authFailed(session.door.name);
  return refusal(new RelayError('edge.auth_failed'));
}
