import type { FastifyReply, FastifyRequest } from 'fastify';
import { type AccountIdentity, identityOf } from '../accounts/account.ts';
import type { SandboxContext } from '../context.ts';
import { applyFault } from '../knobs/apply-fault.ts';
import { deliverMail } from '../mailboxes/deliver.ts';
import { withField } from '../mime/header.ts';
import { type HeaderView, readHeaders } from '../mime/recipients.ts';
import { bearerOf } from '../read-form.ts';
import { accountOf } from './authorize.ts';
import { graphAccount } from './graph-account.ts';
import { GRAPH_ERRORS, type GraphError } from './graph-errors.ts';
import { graphHeaders, sendGraphError } from './graph-reply.ts';
import { readJsonMessage } from './json-message.ts';
import { withinLimits } from './within-limits.ts';

/** `POST /v1.0/me/sendMail` and, as the mailbox of `user`, `/v1.0/users/{user}/sendMail`: MIME (text/plain, base64) or JSON. */
export async function sendMailMicrosoft(
  context: SandboxContext,
  request: FastifyRequest,
  reply: FastifyReply,
  user?: string,
): Promise<unknown> {
  return withinLimits(context, request, reply, senderOf(context, request, user), (account, body) =>
    takeMail(context, account, body, request, reply),
  );
}

async function takeMail(
  context: SandboxContext,
  account: AccountIdentity,
  body: { bytes: Buffer; isTooLarge: boolean },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const call = { provider: 'microsoft', call: 'send', mailbox: account.address } as const;
  if (await applyFault(context, reply, call)) return;
  if (context.knobs.account(account.address).hasMailbox === false) {
    return sendGraphError(request, reply, GRAPH_ERRORS.noMailbox);
  }
  if (body.isTooLarge) {
    if (context.knobs.values().oversize === 413) return sendGraphError(request, reply, GRAPH_ERRORS.tooLarge);
    graphHeaders(request, reply);
    return reply.code(200).send();
  }
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  const senders = sendersOf(context, account);
  const mail = readMail(type, body.bytes, { account, senders }, context.clock.now());
  if ('code' in mail) return sendGraphError(request, reply, mail);
  if (!hasRoomToday(context, account, mail.headers))
    return sendGraphError(request, reply, GRAPH_ERRORS.recipientsOfDay);
  await deliverMail(context, { account, ...mail });
  if (await applyFault(context, reply, { ...call, after: 'accepting' })) return;
  graphHeaders(request, reply);
  return reply.code(202).send();
}

/** Counts the mail's recipients in the mailbox's day; false where they are too many. */
export const hasRoomToday = (
  context: SandboxContext,
  { address, kind }: AccountIdentity,
  { recipients }: HeaderView,
): boolean => context.limits.countExchange(address, kind === 'work', recipients.length);

function readMail(
  type: string,
  body: Buffer,
  { account, senders }: { account: AccountIdentity; senders: [string, ...string[]] },
  now: number,
): { raw: Buffer; headers: HeaderView; isSaved: boolean } | GraphError {
  if (type === 'application/json') {
    const message = readJsonMessage(body, { ...account, address: senders[0] }, now);
    if ('code' in message) return message;
    return checkHeaders(message.raw, senders, message.isSaved);
  }
  if (type !== 'text/plain') return GRAPH_ERRORS.badContentType;
  const raw = decodeBase64(body);
  // The MIME form is always saved to Sent Items; there is no way to turn it off (facts 2.1).
  return raw ? checkHeaders(raw, senders, true) : GRAPH_ERRORS.badBase64;
}

/** The mailbox of `/users/{user}` that the call may send from, and whether by the relay's own token; or the refusal. */
export function mailboxOfCall(
  context: SandboxContext,
  request: FastifyRequest,
  user: string,
): { account: AccountIdentity; isApps: boolean } | GraphError {
  const isApps = context.tokens.checkAccess(bearerOf(request)).state === 'app';
  const account = senderOf(context, request, user);
  return 'code' in account ? account : { account, isApps };
}

/** The mailbox that the call names, or that of its token, or the refusal. */
function senderOf(
  context: SandboxContext,
  request: FastifyRequest,
  user: string | undefined,
): AccountIdentity | GraphError {
  const token = context.tokens.checkAccess(bearerOf(request));
  if (user !== undefined && token.state === 'app') return appMailboxOf(context, token.directory, user);
  const signedIn = graphAccount(context, request, 'Mail.Send');
  return user === undefined || 'code' in signedIn ? signedIn : mailboxOf(context, request, signedIn, user);
}

/** A mailbox of the directory that the relay's own token is for, where the administrator's role of Exchange's covers it. */
function appMailboxOf(context: SandboxContext, directory: string, user: string): AccountIdentity | GraphError {
  const account = accountOf(context, user);
  if (account.tenant !== directory || !user.includes('@')) return GRAPH_ERRORS.noUser;
  const { isOutOfScope } = context.knobs.account(user);
  return isOutOfScope ? GRAPH_ERRORS.accessDenied : account;
}

/** Another user's mailbox: by the permission of shared ones, where that user has let this account send as him. */
function mailboxOf(
  context: SandboxContext,
  request: FastifyRequest,
  signedIn: AccountIdentity,
  user: string,
): AccountIdentity | GraphError {
  if (user === signedIn.address) return signedIn;
  const permitted = graphAccount(context, request, 'Mail.Send.Shared');
  if ('code' in permitted) return permitted;
  const shared = identityOf('microsoft', user, signedIn.kind);
  if (shared.tenant !== signedIn.tenant || !user.includes('@')) return GRAPH_ERRORS.noUser;
  const { shared: open = [] } = context.knobs.account(signedIn.address);
  return open.some((address) => address.toLowerCase() === user) ? shared : GRAPH_ERRORS.sendAsDenied;
}

/** The addresses that the mailbox may send from, its own first: `mail` of /me and the sign-in name, unless the account is named after a foreign address. */
export function sendersOf(context: SandboxContext, account: AccountIdentity): [string, ...string[]] {
  const { sendsAs, mail, aliases = [] } = context.knobs.account(account.address);
  const further = aliases.map((address) => address.toLowerCase());
  if (sendsAs) return [sendsAs.toLowerCase(), ...further];
  return mail ? [mail.toLowerCase(), account.address, ...further] : [account.address, ...further];
}

/** Recipients and sender as Exchange checks them. */
export function checkHeaders(
  given: Buffer,
  senders: [string, ...string[]],
  isSaved: boolean,
): { raw: Buffer; headers: HeaderView; isSaved: boolean } | GraphError {
  let raw = given;
  let headers = readHeaders(raw);
  if (!headers.from.length) {
    raw = withField(raw, 'From', `From: ${senders[0]}`);
    headers = readHeaders(raw);
  }
  // A display name that contains "@" is enough to be refused (facts 2.1).
  const isOwn = headers.from.every((from) => senders.includes(from.address.toLowerCase()) && !from.name.includes('@'));
  if (!isOwn) return GRAPH_ERRORS.sendAsDenied;
  if (!headers.recipients.length) return GRAPH_ERRORS.noRecipients;
  if (headers.hasInvalidRecipient) return GRAPH_ERRORS.badRecipient;
  return { raw, headers, isSaved };
}

/** Strict base64, line ends allowed; undefined when it is none. Checked by encoding again: a pattern takes ten times as long. */
function decodeBase64(body: Buffer): Buffer | undefined {
  const given = body.toString('latin1');
  const text = given.includes('\n') ? given.replace(/[\r\n]+/g, '') : given;
  const raw = Buffer.from(text, 'base64');
  return raw.length && raw.toString('base64') === text ? raw : undefined;
}
