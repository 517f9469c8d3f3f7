import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { gmail_v1 } from 'googleapis/build/src/apis/gmail/v1.js';
import type { AccountIdentity } from '../accounts/account.ts';
import type { SandboxContext } from '../context.ts';
import { applyFault } from '../knobs/apply-fault.ts';
import { deliverMail } from '../mailboxes/deliver.ts';
import { type HeaderView, readHeaders } from '../mime/recipients.ts';
import { readBody } from '../read-body.ts';
import { readQuery } from '../read-form.ts';
import { gmailAccount } from './gmail-account.ts';
import { dailyLimitError, GOOGLE_ERRORS, type GoogleError, sendGoogleError } from './google-errors.ts';
import { rewriteForGmail } from './rewrite.ts';
import { maySend } from './scopes.ts';
import { readRawJson, readUpload } from './upload.ts';

/** `mediaUpload.maxSize` of the discovery document: 35 MiB (facts 2.2). */
export const GMAIL_BODY_LIMIT = 36_700_160;
/** Through SMTP or the API (facts 3). */
const MAX_RECIPIENTS = 100;

type SendRequest = FastifyRequest<{ Params: { userId: string } }>;

/** `users.messages.send`, as JSON with `raw` or as an upload. */
export async function sendGoogle(
  context: SandboxContext,
  form: 'raw' | 'upload',
  request: SendRequest,
  reply: FastifyReply,
): Promise<unknown> {
  // The JSON form carries the same mail a third larger, and some bytes of JSON.
  const limit = form === 'raw' ? Math.ceil(GMAIL_BODY_LIMIT / 3) * 4 + 4096 : GMAIL_BODY_LIMIT;
  const body = await readBody(request.raw, limit);
  const account = gmailAccount(context, request, maySend);
  if ('reason' in account) return sendGoogleError(reply, account);
  const call = { provider: 'google', call: 'send', mailbox: account.address } as const;
  if (await applyFault(context, reply, call)) return;
  if (context.knobs.account(account.address).hasMailbox === false)
    return sendGoogleError(reply, GOOGLE_ERRORS.noMailbox);
  if (body.isTooLarge) return sendGoogleError(reply, GOOGLE_ERRORS.tooLarge);

  const given =
    form === 'raw' ? readRawJson(body.bytes) : readUpload(request, readQuery(request).uploadType, body.bytes);
  if ('reason' in given) return sendGoogleError(reply, given);
  const mail = checkMail(given, account, context.knobs.account(account.address).aliases ?? [], context.clock.now());
  if ('reason' in mail) return sendGoogleError(reply, mail);
  const verdict = context.limits.countGmail(account.address, account.kind === 'work');
  if (verdict.kind === 'rate') return sendGoogleError(reply, GOOGLE_ERRORS.userRate);
  if (verdict.kind === 'daily') return sendGoogleError(reply, dailyLimitError(verdict.until));
  await deliverMail(context, { account, ...mail, isSaved: true, isDropped: verdict.kind === 'dropped' });
  if (await applyFault(context, reply, { ...call, after: 'accepting' })) return;
  const id = randomBytes(8).toString('hex');
  return reply.send({ id, threadId: id, labelIds: ['SENT'] } satisfies gmail_v1.Schema$Message);
}

function checkMail(
  given: Buffer,
  account: AccountIdentity,
  aliases: string[],
  now: number,
): { raw: Buffer; headers: HeaderView } | GoogleError {
  const raw = rewriteForGmail(given, account, aliases, now);
  const headers = readHeaders(raw);
  if (headers.hasInvalidRecipient) return GOOGLE_ERRORS.badRecipient;
  if (!headers.recipients.length) return GOOGLE_ERRORS.noRecipient;
  if (headers.recipients.length > MAX_RECIPIENTS) return GOOGLE_ERRORS.tooManyRecipients;
  return { raw, headers };
}
