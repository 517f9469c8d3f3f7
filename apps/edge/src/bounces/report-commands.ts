import { asRelayError, RelayError, toSmtpReply } from '@hikyaku/core';
import { argumentAfter, readDeclaredSize, readRecipients, readSender } from '../smtp/path.ts';
import { type Reply, refusal } from '../smtp/reply.ts';
import type { SmtpServices } from '../smtp/services.ts';
import type { ReportEnvelope, Session } from '../smtp/session.ts';
import { sizeLimit } from '../smtp/size-limit.ts';
import { ReportReceiver } from './report-receiver.ts';

/**
 * MAIL of somebody who has not signed in, at the door that mail servers use: it may be a report, which RCPT shows. `thrown` is what a stranger is answered, there
 * instead of here, whoever else he writes to. @throws what was thrown, where no report can come
 */
export function reportMail(session: Session, services: SmtpServices, argument: string, thrown: unknown): Reply {
  const refusedAs = asRelayError(thrown);
  const isStranger = toSmtpReply(refusedAs).code === 530;
  if (!services.bounces || session.door.name !== 'smtp25' || !isStranger) throw refusedAs;
  const declared = readDeclaredSize(argument);
  if (declared !== null && declared > sizeLimit(session, services)) return refusal(new RelayError('edge.too_large'));
  session.envelope = { mailFrom: readSender(argument), recipients: [], report: { refusedAs, tenantId: null } };
  return { code: 250, text: '2.1.0 Ok' };
}

/** RCPT: one tenant's address for reports, and nothing else. */
export async function reportRecipient(
  session: Session,
  { bounces }: SmtpServices,
  { report }: ReportEnvelope,
  rest: string,
): Promise<Reply> {
  const addresses = readRecipients(argumentAfter('to', rest) ?? '');
  const token = addresses.length === 1 ? bounces?.tokenOf(addresses[0]!) : null;
  if (!token) return refusal(report.refusedAs);
  if (report.tenantId) return refusal(new RelayError('edge.too_many_recipients'));
  const tenantId = await bounces!.find(token);
  if (!tenantId) return refusal(report.refusedAs);
  report.tenantId = tenantId;
  if (session.envelope) session.envelope.recipients = addresses;
  return { code: 250, text: '2.1.5 Ok' };
}

/** DATA of a report. @throws RelayError `edge.report_later` */
export function reportData(session: Session, services: SmtpServices, { report }: ReportEnvelope): Reply {
  if (!services.bounces || !report.tenantId) return { code: 554, text: '5.5.1 Error: no valid recipients' };
  session.receive(new ReportReceiver(session, services, services.bounces, report.tenantId));
  return { code: 354, text: 'End data with <CR><LF>.<CR><LF>' };
}
