import { type LoginRefusal, normalizeUsername, RelayError } from '@hikyaku/core';
import { type Reply, refusal } from '../reply.ts';
import { isCancelled, type Login, PASSWORD_PROMPT, readAnswer, readPlainAnswer, USERNAME_PROMPT } from '../sasl.ts';
import type { SmtpServices } from '../services.ts';
import type { Identity, Session } from '../session.ts';

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

/** Without TLS a login is refused here where the device does not allow it, before its password crosses the line. */
async function takeUsername(session: Session, services: SmtpServices, line: string): Promise<Reply> {
  if (isCancelled(line)) return cancelled(session, 'LOGIN');
  const username = readAnswer(line);
  const password: Reply = {
    code: 334,
    text: PASSWORD_PROMPT,
    next: (answer) =>
      isCancelled(answer)
        ? cancelled(session, 'LOGIN')
        : check(session, services, 'LOGIN', { username, password: readAnswer(answer) }),
  };
  if (session.isSecure) return password;
  return orRefuse(session, services, { mechanism: 'LOGIN', username, password: null }, async () =>
    (await services.authenticator.allowsPlain(username)) ? password : null,
  );
}

async function takePlain(session: Session, services: SmtpServices, line: string): Promise<Reply> {
  if (isCancelled(line)) return cancelled(session, 'PLAIN');
  const login = readPlainAnswer(line);
  if (login) return check(session, services, 'PLAIN', login);
  refused(session, 'PLAIN', 'malformed');
  return MALFORMED;
}

function check(session: Session, services: SmtpServices, mechanism: string, login: Login): Promise<Reply> {
  const { authenticator, authDelay } = services;
  return orRefuse(session, services, { mechanism, ...login }, async () => {
    const found = await authenticator.check(login);
    const isAllowed = found && (session.isSecure || (await authenticator.allowsPlain(login.username)));
    if (!found || !isAllowed) return null;
    if (session.identity && session.identity.deviceId !== found.deviceId) {
      return { code: 503, text: '5.5.1 Error: already authenticated' };
    }
    const policy = services.policies.find(found.deviceId);
    if (!policy) return null;
    if (!session.admit(policy.tenantId)) {
      session.log.refused('edge.busy', null, null);
      return { ...refusal(new RelayError('edge.busy')), after: () => session.close() };
    }
    authDelay.succeed(session.clientAddress, found.username);
    session.identity = found;
    noteLogin(session, policy.tenantId, mechanism, found);
    return { code: 235, text: '2.7.0 Authentication successful' };
  });
}

/** A login that `look` finds nothing for gets the same words after the same time, whatever was wrong. */
async function orRefuse(
  session: Session,
  { authDelay, clock, metrics, explainLogin }: SmtpServices,
  tried: { mechanism: string; username: string; password: string | null },
  look: () => Promise<Reply | null>,
): Promise<Reply> {
  const startedAt = clock.now();
  let refusedBy = new RelayError('edge.auth_failed');
  try {
    const reply = await look();
    if (reply) return reply;
  } catch (thrown) {
    if (!(thrown instanceof RelayError && thrown.code === 'edge.auth_unconfirmed')) throw thrown;
    refusedBy = thrown;
  }
  const { owner, typedName, ...explained } = explainLogin({ ...tried, isSecure: session.isSecure });
  const isOurs = refusedBy.code === 'edge.auth_unconfirmed';
  const login = { ...explained, mechanism: tried.mechanism, ...(isOurs ? { refusal: 'unavailable' as const } : {}) };
  session.log.login(login, owner, typedName);
  const waitMs = authDelay.fail(session.clientAddress, normalizeUsername(tried.username).slice(0, 64));
  await clock.sleep(Math.max(0, startedAt + waitMs - clock.now()));
  metrics.authFailed(session.door.name);
  return refusal(refusedBy);
}

function noteLogin(session: Session, tenantId: string, mechanism: string, found: Identity): void {
  const { username, deviceId, oldUntil } = found;
  session.log.login(
    { mechanism, username, refusal: null, oddities: [], passwordLength: null, oldUntil },
    { tenantId, deviceId },
    null,
  );
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
