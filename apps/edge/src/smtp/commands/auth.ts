import type { LoginRefusal } from '@hikyaku/core';
import { checkLogin, checkUsername } from '../../login/check-login.ts';
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
      refused(session, mechanism.toUpperCase().slice(0, 20), 'mechanism');
      return { code: 504, text: '5.5.4 Unrecognized authentication type' };
  }
}

async function takeUsername(session: Session, services: SmtpServices, line: string): Promise<Reply> {
  if (isCancelled(line)) return cancelled(session, 'LOGIN');
  const username = readAnswer(line);
  const error = await checkUsername(session, services, 'LOGIN', username);
  if (error) return refusal(error);
  return {
    code: 334,
    text: PASSWORD_PROMPT,
    next: (answer) =>
      isCancelled(answer)
        ? cancelled(session, 'LOGIN')
        : check(session, services, 'LOGIN', { username, password: readAnswer(answer) }),
  };
}

async function takePlain(session: Session, services: SmtpServices, line: string): Promise<Reply> {
  if (isCancelled(line)) return cancelled(session, 'PLAIN');
  const login = readPlainAnswer(line);
  if (login) return check(session, services, 'PLAIN', login);
  refused(session, 'PLAIN', 'malformed');
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

/** A login that was given up or could not be read, before any name counts. */
function refused(session: Session, mechanism: string, refusal: LoginRefusal): void {
  session.log.login(
    { mechanism, username: null, refusal, oddities: [], passwordLength: null, oldUntil: null },
    null,
    null,
  );
}

function cancelled(session: Session, mechanism: string): Reply {
  refused(session, mechanism, 'cancelled');
  return CANCELLED;
}
