import { OK, type Reply } from '../reply.ts';
import type { SmtpServices } from '../services.ts';
import type { Session } from '../session.ts';

/** STARTTLS; what came in plain behind it is thrown away by the connection (H11). */
export function startTls(session: Session, _services: SmtpServices, rest: string): Reply {
  if (session.isSecure) return { code: 503, text: '5.5.1 Error: TLS already active' };
  // RFC 3207, 4: a parameter is a mistake, and what it meant is unknown.
  if (rest) {
    session.log.tlsFailed('not_tls', 'a word stood behind STARTTLS');
    return { code: 501, text: '5.5.4 Syntax: STARTTLS' };
  }
  return { code: 220, text: '2.0.0 Ready to start TLS', after: () => session.startTls() };
}

export function rset(session: Session): Reply {
  session.envelope = null;
  return OK;
}

export function noop(): Reply {
  return OK;
}

export function vrfy(): Reply {
  return { code: 252, text: '2.0.0 Cannot VRFY user' };
}

export function help(_session: Session, services: SmtpServices): Reply {
  return { code: 214, text: `2.0.0 ${services.hostName} takes mail of registered devices` };
}

export function quit(session: Session): Reply {
  return { code: 221, text: '2.0.0 Bye', after: () => session.close() };
}

export function unknown(session: Session): Reply {
  session.log.notUnderstood();
  return { code: 502, text: '5.5.2 Error: command not recognized' };
}

/**
 * CHUNKING is not offered (RFC 3030). Who sends the bytes of a mail with this command all the same is left: none of them may be read as commands. Who
 * waits for the answer goes on with DATA.
 */
export function bdat(session: Session): Reply {
  session.log.notUnderstood();
  const { hasMore } = session;
  return {
    code: 502,
    text: '5.5.1 Error: BDAT is not offered, use DATA',
    ...(hasMore ? { after: () => session.close() } : {}),
  };
}

/** A browser was sent here by a malicious page: nothing of its body may be read as commands. */
export function http(session: Session): Reply {
  session.log.notUnderstood();
  return { code: 421, text: '4.7.0 HTTP requests are not taken' };
}
