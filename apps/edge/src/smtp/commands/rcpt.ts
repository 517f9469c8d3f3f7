import { RelayError } from '@hikyaku/core';
import { reportRecipient } from '../../bounces/report-commands.ts';
import { argumentAfter, readRecipients } from '../path.ts';
import { addRecipients } from '../recipient-policy.ts';
import { type Reply, refusal } from '../reply.ts';
import type { SmtpServices } from '../services.ts';
import { isReport, type Session } from '../session.ts';

/** RCPT TO: one address or a list (E7), as far as the device's policy goes. */
export function rcpt(session: Session, services: SmtpServices, rest: string): Reply | Promise<Reply> {
  if (isReport(session.envelope)) return reportRecipient(session, services, session.envelope, rest);
  if (!session.identity) return refusal(new RelayError('edge.auth_required'));
  if (!session.envelope) return { code: 503, text: '5.5.1 Error: need MAIL command' };
  const argument = argumentAfter('to', rest);
  if (argument === null) return { code: 501, text: '5.5.4 Syntax: RCPT TO:<address>' };
  const policy = services.policies.find(session.identity.deviceId);
  if (!policy) return refusal(new RelayError('edge.device_gone'));
  const hasRoom = services.mailboxBudget.hasRoomForUnconfirmed(policy.mailboxId);
  session.envelope.recipients = addRecipients(policy, session.envelope.recipients, readRecipients(argument), hasRoom);
  session.log.mailBegun(session.envelope.recipients.length);
  return { code: 250, text: '2.1.5 Ok' };
}
