import { RelayError } from '@hikyaku/core';
import { reportData } from '../../bounces/report-commands.ts';
import { MailReceiver } from '../mail-receiver.ts';
import { type Reply, refusal } from '../reply.ts';
import type { SmtpServices } from '../services.ts';
import { isReport, type Session } from '../session.ts';

/** DATA: opens a journal writer; what follows streams into it, encrypted. */
export function data(session: Session, services: SmtpServices): Reply {
  if (isReport(session.envelope)) return reportData(session, services, session.envelope);
  if (!session.identity) return refusal(new RelayError('edge.auth_required'));
  if (!session.envelope) return { code: 503, text: '5.5.1 Error: need MAIL command' };
  if (session.envelope.recipients.length === 0) return { code: 554, text: '5.5.1 Error: no valid recipients' };
  const policy = services.policies.find(session.identity.deviceId);
  if (!policy) return refusal(new RelayError('edge.device_gone'));
  session.receive(new MailReceiver(session, services, session.envelope, policy));
  return { code: 354, text: 'End data with <CR><LF>.<CR><LF>' };
}
