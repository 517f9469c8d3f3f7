import type { LoginRefusal, LoginTry } from '@hikyaku/core';
import { checkLogin, checkUsername } from '../../login/check-login.ts';
import { isMechanismName } from '../read-command.ts';
import { type Reply, refusal } from '../reply.ts';
import {
  isCancelled,
  type Login,
  misreadOf,
  PASSWORD_PROMPT,
  readAnswer,
  readPlainAnswer,
  USERNAME_PROMPT,
} from '../sasl.ts';
import type { SmtpServices } from '../services.ts';
import type { Session } from '../session.ts';
import { unknown } from './others.ts';

const CANCELLED: Reply = { code: 501, text: '5.7.0 Authentication aborted' };
const MALFORMED: Reply = { code: 501, text: '5.5.2 Cannot decode response' };

/** AUTH LOGIN and PLAIN, with or without the first answer in the command (A2). Nothing else is offered: it would need recoverable secrets. */
export function auth(session: Session, services: SmtpServices, rest: string): Reply | Promise<Reply> {
  const [named = '', ...behind] = rest.split(/\s+/);
  // Some firmware says back the list that it was offered; five letters are no base64.
  const initial = behind.find((word) => !/^(?:LOGIN|PLAIN)$/i.test(word));
  // As written in quotes, or with a colon behind it.
  const mechanism = /^["'<([]?(LOGIN|PLAIN)["'>)\]:,;]?$/i.exec(named)?.[1] ?? named;
  const name = isMechanismName(mechanism) ? mechanism.toUpperCase() : '';
  switch (name) {
    case 'LOGIN':
      begun(session, 'LOGIN');
      if (initial !== undefined) return takeUsername(session, services, initial);
      return { code: 334, text: USERNAME_PROMPT, next: (line) => takeUsername(session, services, line) };
    case 'PLAIN':
      begun(session, 'PLAIN');
      if (initial !== undefined) return takePlain(session, services, initial);
      return { code: 334, text: '', next: (line) => takePlain(session, services, line) };
    case '':
      refused(session, 'AUTH', 'malformed');
      return { code: 501, text: '5.5.4 Syntax: AUTH mechanism' };
    default:
      refused(session, name, 'mechanism');
      return { code: 504, text: '5.5.4 Unrecognized authentication type' };
  }
}

/** A word of other protocols that begins with AUTH: a way to sign in that is not ours. */
export const otherAuth =
  (verb: string) =>
  (session: Session): Reply => {
    // A line of a mail whose DATA was refused may begin so.
    if (!session.identity) refused(session, verb.slice(0, 20), 'mechanism');
    return unknown(session);
  };

async function takeUsername(session: Session, services: SmtpServices, line: string): Promise<Reply> {
  if (isCancelled(line)) return cancelled(session);
  const username = readAnswer(line);
  const misread = misreadOf(line);
  const error = await checkUsername(session, services, 'LOGIN', { username, misread });
  if (error) return refusal(error);
  return {
    code: 334,
    text: PASSWORD_PROMPT,
    next: (answer) =>
      isCancelled(answer)
        ? cancelled(session)
        : check(session, services, 'LOGIN', {
            username,
            password: readAnswer(answer),
            misread: misread ?? misreadOf(answer),
          }),
  };
}

async function takePlain(session: Session, services: SmtpServices, line: string): Promise<Reply> {
  if (isCancelled(line)) return cancelled(session);
  const login = readPlainAnswer(line);
  if (login) return check(session, services, 'PLAIN', login);
  // The name may stand before whatever is there in place of a NUL.
  const [username = ''] = readAnswer(line).split(/[:\s]/, 1);
  const { owner, stranger, ...explained } = services.explainLogin({
    username,
    password: null,
    isSecure: true,
    misread: line,
  });
  session.log.login({ ...explained, mechanism: 'PLAIN' }, owner, stranger);
  return MALFORMED;
}

async function check(session: Session, services: SmtpServices, mechanism: string, login: Login): Promise<Reply> {
  const outcome = await checkLogin(session, services, mechanism, login);
  switch (outcome.kind) {
    case 'in':
      return { code: 235, text: '2.7.0 Authentication successful' };
    case 'other':
      return { code: 503, text: '5.5.1 Error: already authenticated' };
    case 'refused':
      return outcome.error.code === 'edge.busy'
        ? { ...refusal(outcome.error), after: () => session.close() }
        : refusal(outcome.error);
  }
}

/** A login that could not be read, before any name counts. */
function refused(session: Session, mechanism: string, refusal: LoginRefusal): void {
  session.log.login(nameless(mechanism, refusal), null, null);
}

/** A client that leaves instead of its answer has given up. */
function begun(session: Session, mechanism: string): void {
  const stranger = { refusal: 'cancelled', typedName: null } as const;
  session.log.loginBegun(nameless(mechanism, 'cancelled'), null, stranger);
}

const nameless = (mechanism: string, refusal: LoginRefusal): LoginTry => ({
  mechanism,
  username: null,
  refusal,
  oddities: [],
  passwordLength: null,
  oldUntil: null,
});

function cancelled(session: Session): Reply {
  session.log.loginGivenUp();
  return CANCELLED;
}
