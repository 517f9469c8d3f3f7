import {
  adminConsent,
  connectedMailbox,
  connectParams,
  connectQuery,
  connectSmtpBody,
  idParams,
  mailboxPage,
  pageQuery,
  senderRecords,
  senderRecordsQuery,
  smtpAccess,
  testMailAnswer,
} from '@hikyaku/contracts';
import { asRelayError, RelayError } from '@hikyaku/core';
import { countAttempt, countMailboxesOfAccount } from '@hikyaku/db';
import {
  adminConsentLink,
  connectSmtp,
  describeSmtp,
  disconnectMailbox,
  getSenderRecords,
  listMailboxes,
  resumeMailbox,
  sendMailboxTest,
  startConnect,
} from '@hikyaku/services';
import { z } from 'zod';
import { browserOf } from '../auth/resolve-viewer.ts';
import { type RouteTools, refusals, refusalsOfOne, type V1App } from '../http/v1.ts';
import { connectErrorPage } from './connect-page.ts';
import { ownMailTools } from './own-mail-tools.ts';

const tags = ['mailboxes'];
/** A person clicks a few times; each click keeps a row for ten minutes. */
const CONNECTS_PER_MINUTE = 20;

export function mailboxRoutes(app: V1App, { options, run, viewerOf }: RouteTools): void {
  const { database, publicUrl } = options;
  const disconnectTools = {
    ...options,
    countMailboxesOfAccount: (accountKey: string) => countMailboxesOfAccount(database, accountKey),
  };

  const countConnect = async (userId: string): Promise<void> => {
    const retryAfterMs = await countAttempt(database, {
      key: `connect|${userId}`,
      max: CONNECTS_PER_MINUTE,
      windowMs: 60_000,
      now: Date.now(),
    });
    if (retryAfterMs) throw new RelayError('api.rate_limited', { retryAfterMs });
  };

  app.get(
    '/mailboxes',
    {
      config: { permission: 'mailboxes.read' },
      schema: {
        tags,
        operationId: 'listMailboxes',
        querystring: pageQuery,
        response: { 200: mailboxPage, ...refusals },
      },
    },
    (request) => run(request, (context) => listMailboxes(context, options, request.query)),
  );
  app.get(
    '/mailboxes/connect/:provider',
    {
      config: { permission: 'mailboxes.change' },
      schema: {
        tags,
        operationId: 'connectMailbox',
        summary: 'To the provider, and back to the dashboard when it is done',
        params: connectParams,
        querystring: connectQuery,
        response: { 302: z.null().describe('To the provider'), ...refusalsOfOne },
      },
      // A person is sent here: an answer in JSON would be all that he sees.
      errorHandler: (thrown, request, reply) => {
        if (!request.headers.accept?.includes('text/html')) throw thrown;
        return reply.redirect(connectErrorPage(publicUrl, asRelayError(thrown)), 302);
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(request);
      await countConnect(viewer.userId);
      const { login_hint: loginHint, mailboxId, shared, large } = request.query;
      const [wantsShared, wantsLarge] = [shared === 'true', large === 'true'];
      const session = browserOf(viewer);
      const url = await run(request, (context) =>
        startConnect(context, options, session, {
          provider: request.params.provider,
          loginHint,
          mailboxId,
          wantsShared,
          wantsLarge,
        }),
      );
      return reply.redirect(url, 302);
    },
  );
  app.get(
    '/mailboxes/admin-consent',
    {
      config: { permission: 'mailboxes.change' },
      schema: {
        tags,
        operationId: 'getAdminConsent',
        summary: 'The link with which a Microsoft 365 administrator approves the relay',
        response: { 200: adminConsent, ...refusalsOfOne },
      },
    },
    (request) => run(request, async (context) => ({ url: adminConsentLink(context, options) })),
  );
  app.post(
    '/mailboxes/smtp',
    {
      config: { permission: 'mailboxes.change' },
      schema: {
        tags,
        operationId: 'connectSmtpMailbox',
        summary: 'Signs in to an SMTP account, and connects it when the server takes the password',
        body: connectSmtpBody,
        response: { 201: connectedMailbox, ...refusalsOfOne },
      },
    },
    async (request, reply) => {
      await countConnect(viewerOf(request).userId);
      const id = await connectSmtp((work) => run(request, work), options, request.body);
      return reply.status(201).send({ id });
    },
  );
  app.get(
    '/mailboxes/:id/smtp',
    {
      config: { permission: 'mailboxes.change' },
      schema: {
        tags,
        operationId: 'getSmtpAccess',
        summary: 'Where an SMTP mailbox signs in, for entering its password anew',
        params: idParams,
        response: { 200: smtpAccess, ...refusalsOfOne },
      },
    },
    (request) => run(request, (context) => describeSmtp(context, options, request.params.id)),
  );
  app.get(
    '/mailboxes/:id/sender-records',
    {
      config: { permission: 'mailboxes.change' },
      schema: {
        tags,
        operationId: 'getSenderRecords',
        summary: 'What the DNS says of the domain of a mailbox that sends by a server of its owner’s: SPF, DKIM, DMARC',
        params: idParams,
        querystring: senderRecordsQuery,
        response: { 200: senderRecords, ...refusalsOfOne },
      },
    },
    async (request) => {
      // Each asks some forty questions of the DNS.
      await countConnect(viewerOf(request).userId);
      const { selector } = request.query;
      return getSenderRecords((work) => run(request, work), options, request.params.id, selector);
    },
  );
  app.post(
    '/mailboxes/:id/resume',
    {
      config: { permission: 'mailboxes.change' },
      schema: {
        tags,
        operationId: 'resumeMailbox',
        summary: 'Tries again with a mailbox that was closed for something to be mended at its provider',
        params: idParams,
        response: { 204: z.null().describe('In use'), ...refusalsOfOne },
      },
    },
    async (request, reply) => {
      await countConnect(viewerOf(request).userId);
      await run(request, (context) => resumeMailbox(context, options, request.params.id));
      return reply.status(204).send(null);
    },
  );
  app.post(
    '/mailboxes/:id/test',
    {
      config: { permission: 'mailboxes.change' },
      schema: {
        tags,
        operationId: 'sendMailboxTest',
        summary: 'A test mail from this mailbox to itself; a mail of no device',
        params: idParams,
        response: { 202: testMailAnswer, ...refusalsOfOne },
      },
    },
    async (request, reply) => {
      const answer = await sendMailboxTest((work) => run(request, work), ownMailTools(options), request.params.id);
      return reply.status(202).send(answer);
    },
  );
  app.delete(
    '/mailboxes/:id',
    {
      config: { permission: 'mailboxes.change' },
      schema: {
        tags,
        operationId: 'disconnectMailbox',
        summary: 'Forgets the mailbox; mail that arrives for it is held',
        params: idParams,
        response: { 204: z.null().describe('Disconnected'), ...refusalsOfOne },
      },
    },
    async (request, reply) => {
      await run(request, (context) => disconnectMailbox(context, disconnectTools, request.params.id));
      return reply.status(204).send(null);
    },
  );
}
