import { createHash } from 'node:crypto';
import type { SendRequest, SendResult } from '@hikyaku/core';
import { eachPart, type MailOutline, outlineMail, sliceFiles } from '@hikyaku/mail';
import { type HttpAnswer, readJson } from '../../http/http-call.ts';
import type { UpstreamPool } from '../../http/upstream-pool.ts';
import { tooLarge, toResult } from '../../sending/verdict.ts';
import { GRAPH_MAX_MAIL_BYTES, type MicrosoftConfig } from '../config.ts';
import { attachmentOf, messageOf } from '../json-form.ts';
import { toSendResult } from '../send-answers.ts';
import { type UploadAccess, type UploadCalls, uploadCalls } from './upload-calls.ts';

/** What an attachment of one request may have: base64 of it, and its name, in Graph's 4 MiB. Larger ones need a session, which takes none under 3 MB. */
const ONE_REQUEST_BYTES = 3_145_000;
/** Below 4 MB, in multiples of 320 KiB as Microsoft's other upload sessions want it. */
const PIECE_BYTES = 10 * 327_680;

/** Of our own namespace; a draft is found again by it. */
const MARK = 'String {2f6a1c1e-6f0b-4d55-9a5e-3a7d5e0c9b41} Name RelayMail';
/** Of a mail, in letters that need no quoting. */
const markOf = (messageId: string) => ({
  id: MARK,
  value: createHash('sha256').update(messageId).digest('hex'),
});

/** An answer before the commit point that is not the one that was hoped for. */
class Refused extends Error {
  readonly answer: HttpAnswer;
  constructor(answer: HttpAnswer) {
    super(`status ${answer.status}`);
    this.answer = answer;
  }
}

/** A call that brought no answer. */
class Unanswered extends Error {}

/** The token was refused before anything was sent: the caller comes again with another. */
export type UploadResult = SendResult | 'token_refused';

/**
 * A mail by a draft, its files attached one by one, and the draft's sending at the end: the one step from which on Microsoft may have it. Before it every failure is one of
 * a mail that did not leave; the draft is taken away again, and so is one that an attempt before it left behind. Null: the mail has no outline to write it by.
 * @throws what the marks and the mail's own bytes throw
 */
export async function sendByUpload(
  tools: { pool: UpstreamPool; config: MicrosoftConfig; now(): number },
  request: SendRequest,
  access: Pick<UploadAccess, 'accessToken' | 'address'>,
): Promise<UploadResult> {
  const { mail, signal } = request;
  const outline = await outlineMail(mail);
  if (!outline.isWhole) return tooLarge(mail.sizeBytes, GRAPH_MAX_MAIL_BYTES);
  const calls = uploadCalls(tools.pool, tools.config, { ...access, signal });
  let draftId: string | undefined;
  try {
    await request.beforeFirstByte();
    const mark = markOf(mail.messageId);
    // The lease is this attempt's: what an earlier one left behind is nobody's any more.
    for (const id of await calls.findDrafts(mark)) await calls.removeDraft(id);
    draftId = await createDraft(calls, { ...messageOf(mail, outline), singleValueExtendedProperties: [mark] });
    await attachFiles(calls, draftId, request, outline, tools.config);
    await request.beforeCommit();
    signal.throwIfAborted();
  } catch (error) {
    if (draftId !== undefined) await calls.removeDraft(draftId);
    if (error instanceof Refused) return beforeCommit(error.answer, mail.sizeBytes, tools.now());
    if (error instanceof Unanswered || signal.aborted) {
      return toResult({ code: 'upstream.unavailable' }, { text: 'no answer while the mail was uploaded' });
    }
    throw error;
  }
  const answer = await calls.sendDraft(draftId).catch(() => undefined);
  if (!answer) return toResult({ code: 'upstream.in_doubt' }, { text: 'no answer to the sending of the draft' });
  const result = toSendResult(answer, tools.now());
  if (result.outcome !== 'accepted' && result.outcome !== 'in_doubt') await calls.removeDraft(draftId);
  return answer.status === 401 ? 'token_refused' : result;
}

/** A refusal while nothing was sent. What the way itself is refused for is no word on the mail: it is fitted for the other ways. */
function beforeCommit(answer: HttpAnswer, sizeBytes: number, now: number): UploadResult {
  if (answer.status === 401) return 'token_refused';
  const result = toSendResult(answer, now);
  const isWay =
    result.outcome === 'accepted' ||
    result.outcome === 'rejected' ||
    (result.outcome === 'auth_lost' && result.code === 'upstream.scope_missing');
  if (isWay) return tooLarge(sizeBytes, GRAPH_MAX_MAIL_BYTES);
  if (result.outcome !== 'in_doubt') return result;
  return toResult({ code: 'upstream.unavailable' }, { status: answer.status });
}

/** @throws Unanswered, Refused */
async function expect(call: Promise<HttpAnswer>, ...statuses: number[]): Promise<HttpAnswer> {
  const answer = await call.catch(() => {
    throw new Unanswered();
  });
  if (!statuses.includes(answer.status)) throw new Refused(answer);
  return answer;
}

async function createDraft(calls: UploadCalls, message: object): Promise<string> {
  const answer = await expect(calls.createDraft(message), 201);
  const { id } = (readJson(answer.text) ?? {}) as { id?: unknown };
  if (typeof id !== 'string' || id === '') throw new Refused(answer);
  return id;
}

async function attachFiles(
  calls: UploadCalls,
  draftId: string,
  { mail }: SendRequest,
  outline: MailOutline,
  config: MicrosoftConfig,
): Promise<void> {
  const files = new Map(sliceFiles(outline).map((file) => [file.index, file]));
  for await (const { index, bytes } of eachPart(mail, (part) => files.has(part))) {
    const { fields, content } = attachmentOf(outline, files.get(index)!, bytes);
    if (content.length <= ONE_REQUEST_BYTES) {
      await expect(calls.attach(draftId, { ...fields, contentBytes: content.toString('base64') }), 201);
      continue;
    }
    const { name, contentType, isInline, contentId } = fields;
    const item = { attachmentType: 'file', name, contentType, size: content.length };
    const session = await expect(
      calls.createSession(draftId, isInline ? { ...item, isInline, contentId } : item),
      200,
      201,
    );
    const { uploadUrl } = (readJson(session.text) ?? {}) as { uploadUrl?: unknown };
    if (typeof uploadUrl !== 'string' || !mayUploadTo(uploadUrl, config)) throw new Refused(session);
    for (let at = 0; at < content.length; at += PIECE_BYTES) {
      const piece = { bytes: content.subarray(at, at + PIECE_BYTES), at, of: content.length };
      const isLast = at + PIECE_BYTES >= content.length;
      await expect(calls.putPiece(uploadUrl, piece), ...(isLast ? [200, 201] : [200, 202]));
    }
  }
}

/** Pictures never leave in plain; the sandbox's own address is on this machine. */
function mayUploadTo(url: string, { environment, graphUrl }: MicrosoftConfig): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, origin } = new URL(url);
  return environment === 'sandbox' ? origin === new URL(graphUrl).origin : protocol === 'https:';
}
