import { RelayError } from '@hikyaku/core';
import { argumentAfter, asksForTls, readDeclaredSize, readSender } from '../path.ts';
import { type Reply, refusal } from '../reply.ts';
import type { SmtpServices } from '../services.ts';
import type { Session } from '../session.ts';
import { sizeLimit } from '../size-limit.ts';

/** MAIL FROM: any sender, even none (E5); it is kept as metadata and never decides who sends (E6). A second one begins anew (E10). */
export function mail(session: Session, services: SmtpServices, rest: string): Reply {
  if (!session.identity) return refusal(new RelayError('edge.auth_required'));
  const argument = argumentAfter('from', rest);
  if (argument === null) return { code: 501, text: '5.5.4 Syntax: MAIL FROM:<address>' };
  const policy = services.policies.find(session.identity.deviceId);
  // The device went away while its session was open.
  if (!policy) return refusal(new RelayError('edge.auth_required'));
  if (policy.isDisabled) return refusal(new RelayError('edge.device_disabled'));
  // Not offered, and never to be ignored: what providers do behind us is not ours to promise.
  if (asksForTls(argument)) return { code: 555, text: '5.5.4 Error: unsupported option' };
  const declared = readDeclaredSize(argument);
  if (declared !== null && declared > sizeLimit(session, services)) return refusal(new RelayError('edge.too_large'));
  session.envelope = { mailFrom: readSender(argument), recipients: [] };
  return { code: 250, text: '2.1.0 Ok' };
}
