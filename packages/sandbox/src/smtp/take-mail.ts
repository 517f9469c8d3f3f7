import type { SandboxContext } from '../context.ts';
import type { FaultCall } from '../knobs/fault.ts';
import { deliverMail } from '../mailboxes/deliver.ts';
import { accountOf } from '../microsoft/authorize.ts';
import { hasRoomToday } from '../microsoft/send-mail.ts';
import { readHeaders } from '../mime/recipients.ts';
import { SERVICE_RULES, type SmtpLogin } from './services.ts';

const OVER_THE_DAY =
  "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; The message can't be submitted because the sender's submission quota was exceeded.";

/** The mail of one DATA, by its envelope; null: the line is closed without a word. */
export async function takeMail(
  context: SandboxContext,
  login: SmtpLogin,
  recipients: string[],
  raw: Buffer,
): Promise<string | null> {
  const struck = await strikeSmtp(context, login, 'smtp_data');
  if (struck !== undefined) return struck;
  const headers = readHeaders(raw);
  const rules = SERVICE_RULES[login.service];
  const foreign = headers.from.find(({ address }) => !login.senders.includes(address.toLowerCase()));
  if (rules.checksFrom && foreign) return rules.notOwnSender(foreign.address, login.address);
  if (
    login.service === 'outlook' &&
    !hasRoomToday(context, accountOf(context, login.address), { ...headers, recipients })
  )
    return OVER_THE_DAY;
  const shown = new Set([...headers.to, ...headers.cc].map((address) => address.toLowerCase()));
  const bcc = recipients.filter((address) => !shown.has(address));
  await deliverMail(context, {
    account: login,
    raw,
    headers: { ...headers, bcc, recipients },
    // Microsoft always keeps a copy (facts 6); others leave that to the client.
    isSaved: login.service === 'outlook',
  });
  const after = await strikeSmtp(context, login, 'smtp_data', 'accepting');
  return after === undefined ? '250 2.0.0 OK: queued in the sandbox' : after;
}

/** A waiting fault's reply; null: it closes the line; undefined: none waits. A fault's body is the reply where it is one. */
export async function strikeSmtp(
  context: SandboxContext,
  { provider, address }: SmtpLogin,
  call: FaultCall,
  after?: 'accepting',
): Promise<string | null | undefined> {
  const effect = await context.faults.strike({ provider, call, mailbox: address, ...(after ? { after } : {}) });
  if (effect.kind === 'none') return undefined;
  if (effect.kind === 'drop') return null;
  const { status, body } = effect.answer;
  return /^\d{3}[ -]/.test(body) ? body : `${status} sandbox fault`;
}
