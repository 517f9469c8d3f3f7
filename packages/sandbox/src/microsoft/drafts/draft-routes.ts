import type { FileAttachment, Message, UploadSession } from '@microsoft/microsoft-graph-types';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccountIdentity } from '../../accounts/account.ts';
import type { SandboxContext } from '../../context.ts';
import { applyFault } from '../../knobs/apply-fault.ts';
import type { FaultCall } from '../../knobs/fault.ts';
import { deliverMail } from '../../mailboxes/deliver.ts';
import { readBody } from '../../read-body.ts';
import { originOf } from '../../read-form.ts';
import { GRAPH_ERRORS } from '../graph-errors.ts';
import { graphHeaders, sendGraphError } from '../graph-reply.ts';
import type { ODataList, ODataResource } from '../graph-types.ts';
import { readJsonMessage } from '../json-message.ts';
import { checkHeaders, hasRoomToday, sendersOf } from '../send-mail.ts';
import { GRAPH_BODY_LIMIT, withinLimits } from '../within-limits.ts';
import { draftAccount } from './draft-account.ts';
import type { Draft, DraftStore } from './draft-store.ts';
import { hasProperty, readPropertyFilter } from './property-filter.ts';
import { readDraftMessage, readFile, readSessionItem } from './read-draft.ts';
import { takePiece } from './take-piece.ts';

/** Under 3 MB a file is attached in one request, and a session is refused (facts 2.1). */
const SESSION_FROM_BYTES = 3 * 1024 * 1024;
/** Of a session: of which none is heard any more some day. */
const SESSION_DAYS = 7;

/** Under `/me` nobody is named. */
type OfMailbox = { Params: { user?: string } };
type OfDraft = { Params: { id: string; user?: string } };

const BASES = ['/microsoft/v1.0/me', '/microsoft/v1.0/users/:user'];

/**
 * Drafts and upload sessions (facts 2.1, large attachments): under `/me/messages`, and found again under `/me/mailFolders/drafts`, with `Mail.ReadWrite`; the same under
 * `/users/{address}`.
 */
export function draftRoutes(app: FastifyInstance, context: SandboxContext, drafts: DraftStore): void {
  /** One call by the token's owner, within Graph's limits; `work` gets its mailbox and its body. */
  const call = (
    request: FastifyRequest,
    reply: FastifyReply,
    { name, scope = 'Mail.ReadWrite' }: { name: FaultCall; scope?: string },
    work: (mailbox: AccountIdentity, body: Buffer) => Promise<unknown>,
  ): Promise<unknown> =>
    withinLimits(context, request, reply, draftAccount(context, request, scope), async (account, body) => {
      if (await applyFault(context, reply, { provider: 'microsoft', call: name, mailbox: account.address })) return;
      if (context.knobs.account(account.address).hasMailbox === false) {
        return sendGraphError(request, reply, GRAPH_ERRORS.noMailbox);
      }
      if (body.isTooLarge) return sendGraphError(request, reply, GRAPH_ERRORS.tooLarge);
      return work(account, body.bytes);
    });
  const created = (request: FastifyRequest, reply: FastifyReply, body: object) => {
    graphHeaders(request, reply);
    return reply.code(201).send(body);
  };
  /** Of a draft that is there; whoever names another one is told that there is none. */
  const ofDraft = (
    request: FastifyRequest<OfDraft>,
    reply: FastifyReply,
    asked: { name: FaultCall; scope?: string },
    work: (found: { account: AccountIdentity; draft: Draft }, body: Buffer) => Promise<unknown>,
  ) =>
    call(request, reply, asked, async (account, body) => {
      const draft = drafts.find(account.address, request.params.id);
      return draft ? work({ account, draft }, body) : sendGraphError(request, reply, GRAPH_ERRORS.noItem);
    });

  for (const mailbox of BASES) {
    const base = `${mailbox}/messages`;
    app.post<OfMailbox>(base, (request, reply) =>
      call(request, reply, { name: 'draft' }, async ({ address }, body) => {
        const message = readDraftMessage(body);
        if (!message) return sendGraphError(request, reply, GRAPH_ERRORS.badJson);
        const { id } = drafts.add(address, message);
        return created(request, reply, { id, isDraft: true } satisfies Message);
      }),
    );
    app.get<{ Params: { folder: string; user?: string }; Querystring: { $filter?: unknown } }>(
      `${mailbox}/mailFolders/:folder/messages`,
      (request, reply) =>
        call(request, reply, { name: 'find_drafts' }, async ({ address }) => {
          if (request.params.folder !== 'drafts') return sendGraphError(request, reply, GRAPH_ERRORS.noItem);
          const asked = readPropertyFilter(request.query.$filter);
          if (!asked) return sendGraphError(request, reply, GRAPH_ERRORS.badParameter);
          graphHeaders(request, reply);
          const found = drafts.list(address).filter(({ message }) => hasProperty(message, asked));
          return reply.send({ value: found.map(({ id }) => ({ id, isDraft: true })) } satisfies ODataList<Message>);
        }),
    );
    app.post<OfDraft>(`${base}/:id/attachments`, (request, reply) =>
      ofDraft(request, reply, { name: 'attachment' }, async ({ draft }, body) => {
        const file = readFile(body);
        if (!file) return sendGraphError(request, reply, GRAPH_ERRORS.badParameter);
        draft.files.push(file);
        return created(request, reply, { id: String(draft.files.length), name: file.name } satisfies FileAttachment);
      }),
    );
    app.post<OfDraft>(`${base}/:id/attachments/createUploadSession`, (request, reply) =>
      ofDraft(request, reply, { name: 'attachment' }, async ({ draft }, body) => {
        const item = readSessionItem(body);
        if (!item) return sendGraphError(request, reply, GRAPH_ERRORS.badParameter);
        if (item.size < SESSION_FROM_BYTES) return sendGraphError(request, reply, GRAPH_ERRORS.sessionTooSmall);
        const endsAt = new Date(context.clock.now() + SESSION_DAYS * 86_400_000).toISOString();
        const { token } = drafts.begin(draft, { ...item, endsAt });
        return created(request, reply, {
          uploadUrl: `${originOf(request)}/microsoft/upload/${token}`,
          expirationDateTime: endsAt,
          nextExpectedRanges: ['0-'],
        } satisfies UploadSession);
      }),
    );
    app.delete<OfDraft>(`${base}/:id`, (request, reply) =>
      ofDraft(request, reply, { name: 'draft' }, async ({ draft }) => {
        drafts.remove(draft.id);
        graphHeaders(request, reply);
        return reply.code(204).send();
      }),
    );
    app.post<OfDraft>(`${base}/:id/send`, (request, reply) =>
      ofDraft(request, reply, { name: 'send', scope: 'Mail.Send' }, async ({ account, draft }) => {
        const attachments = draft.files.map(({ name, contentType, bytes }) => ({
          ...{ '@odata.type': '#microsoft.graph.fileAttachment', name, contentType },
          contentBytes: bytes.toString('base64'),
        })) satisfies ODataResource<FileAttachment>[];
        const senders = sendersOf(context, account);
        const body = Buffer.from(JSON.stringify({ message: { ...draft.message, attachments } }));
        const written = readJsonMessage(body, { ...account, address: senders[0] }, context.clock.now());
        const mail = 'code' in written ? written : checkHeaders(written.raw, senders, true);
        if ('code' in mail) return sendGraphError(request, reply, mail);
        if (!hasRoomToday(context, account, mail.headers)) {
          return sendGraphError(request, reply, GRAPH_ERRORS.recipientsOfDay);
        }
        // From here it is no draft any more: a second send of it finds none.
        drafts.remove(draft.id);
        await deliverMail(context, { account, ...mail });
        const after = { provider: 'microsoft', call: 'send', mailbox: account.address, after: 'accepting' } as const;
        if (await applyFault(context, reply, after)) return;
        graphHeaders(request, reply);
        return reply.code(202).send();
      }),
    );
  }
  // Ours, beside `sent` and `inbox`: what a relay left behind.
  app.get<{ Params: { address: string } }>('/mailboxes/:address/drafts', (request, reply) => {
    const found = drafts.list(request.params.address.toLowerCase());
    return reply.send({
      items: found.map(({ id, message, files }) => ({ id, subject: message.subject ?? '', files: files.length })),
    });
  });
  app.put<{ Params: { token: string } }>('/microsoft/upload/:token', async (request, reply) => {
    const { bytes, isTooLarge } = await readBody(request.raw, GRAPH_BODY_LIMIT);
    if (await applyFault(context, reply, { provider: 'microsoft', call: 'upload' })) return;
    return takePiece(drafts, request, reply, isTooLarge ? undefined : bytes, context.clock.now());
  });
  app.delete<{ Params: { token: string } }>('/microsoft/upload/:token', (request, reply) => {
    drafts.end(request.params.token);
    return reply.code(204).send();
  });
}
