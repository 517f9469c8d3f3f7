import { RelayError } from '@hikyaku/core';
import { reportMail } from '../../bounces/report-commands.ts';
import { argumentAfter, asksForTls, readDeclaredSize, readSender } from '../path.ts';
import { type Reply, refusal } from '../reply.ts';
import type { SmtpServices } from '../services.ts';
import type { Session } from '../session.ts';
import { sizeLimit } from '../size-limit.ts';

const SYNTAX: Reply = { code: 501, text: '5.5.4 Syntax: MAIL FROM:<address>' };

/** MAIL FROM: any sender, even none (E5); it is kept as metadata and never decides who sends (E6). A second one begins anew (E10). */
export function mail(session: Session, services: SmtpServices, rest: string): Reply {
  const argument = argumentAfter('from', rest);
  if (argument === null) return session.identity ? SYNTAX : refusal(new RelayError('edge.auth_required'));
  if (session.identity?.by !== 'login') {
    try {
      recogniseSender(session, services, readSender(argument));
    } catch (error) {
      return reportMail(session, services, argument, error);
    }
  }
  if (!session.identity) return refusal(new RelayError('edge.auth_required'));
  const policy = services.policies.find(session.identity.deviceId);
  // The device went away while its session was open.
  if (!policy) return refusal(new RelayError('edge.device_gone'));
  if (policy.isDisabled) return refusal(new RelayError('edge.device_disabled'));
  // Not offered, and never to be ignored: what providers do behind us is not ours to promise.
  if (asksForTls(argument)) return { code: 555, text: '5.5.4 Error: unsupported option' };
  const declared = readDeclaredSize(argument);
  if (declared !== null && declared > sizeLimit(session, services)) return refusal(new RelayError('edge.too_large'));
  session.envelope = { mailFrom: readSender(argument), recipients: [] };
  session.log.mailBegun(0);
  return { code: 250, text: '2.1.0 Ok' };
}

/** Who has not signed in may be known by his address and the sender that he names. @throws RelayError why not, the same for a stranger whatever it is */
function recogniseSender(session: Session, { identifySender }: SmtpServices, mailFrom: string): void {
  session.identity = null;
  session.envelope = null;
  const found = identifySender(session.clientAddress, mailFrom);
  // A session is one device's: its owner reads all of it.
  const { owner: before } = session.log;
  if (before && found.owner && before.deviceId !== found.owner.deviceId) throw new RelayError('edge.auth_required');
  if (found.kind === 'unknown') {
    if (found.owner) session.log.namedBySender(found.owner, found.username);
    throw new RelayError(found.code);
  }
  const { identity, owner } = found;
  session.log.recognised(identity.by === 'pop' ? 'POP before SMTP' : 'address', identity.username, owner);
  if (!session.admit(owner.tenantId)) throw new RelayError('edge.busy');
  session.identity = identity;
}
