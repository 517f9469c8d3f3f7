import { appOnlySetup, connectAppOnlyBody, connectedMailbox, mailboxProof, mailboxProofSent } from '@hikyaku/contracts';
import { asRelayError, RelayError } from '@hikyaku/core';
import { countAttempt } from '@hikyaku/db';
import { connectAppOnly, describeAppOnly, sendMailboxProof, startAppApproval } from '@hikyaku/services';
import { z } from 'zod';
import { browserOf } from '../auth/resolve-viewer.ts';
import { type RouteTools, refusalsOfOne, type V1App } from '../http/v1.ts';
import { approvalErrorPage } from './connect-page.ts';

const tags = ['mailboxes'];
/** Codes to one mailbox an hour, from whoever asks: nobody's inbox is to be filled by us. */
const PROOFS_PER_HOUR = 5;
/** Codes asked for by one person an hour: each is a mail. */
const ASKED_PER_HOUR = 30;
/** Codes tried in ten minutes, of forty bits each. */
const TRIES = 10;
const MINUTE_MS = 60_000;

/** Mailboxes of a Microsoft 365 organization that nobody signs in for. */
export function appOnlyRoutes(app: V1App, { options, run, viewerOf }: RouteTools): void {
  const { database, publicUrl } = options;
  const count = async (key: string, max: number, windowMs: number): Promise<void> => {
    const retryAfterMs = await countAttempt(database, { key, max, windowMs, now: Date.now() });
    if (retryAfterMs) throw new RelayError('api.rate_limited', { retryAfterMs });
  };
  const sessionOf = (request: Parameters<typeof viewerOf>[0]) => {
    return browserOf(viewerOf(request));
  };

  app.get(
    '/mailboxes/app-only',
    {
      config: { permission: 'mailboxes.change' },
      schema: {
        tags,
        operationId: 'getAppOnlySetup',
        summary: 'What a Microsoft 365 administrator needs to let the relay send from mailboxes of his organization',
        response: { 200: appOnlySetup, ...refusalsOfOne },
      },
    },
    (request) => run(request, async (context) => describeAppOnly(context, options)),
  );
  app.get(
    '/mailboxes/app-only/approve',
    {
      config: { permission: 'mailboxes.change' },
      schema: {
        tags,
        operationId: 'approveAppOnly',
        summary: 'To the page on which an administrator lets the relay in, and back to the dashboard',
        response: { 302: z.null().describe('To Microsoft'), ...refusalsOfOne },
      },
      // A person is sent here: an answer in JSON would be all that he sees.
      errorHandler: (thrown, request, reply) => {
        if (!request.headers.accept?.includes('text/html')) throw thrown;
        return reply.redirect(approvalErrorPage(publicUrl, asRelayError(thrown)), 302);
      },
    },
    async (request, reply) => {
      const session = sessionOf(request);
      // As many as sign-ins: each click keeps a row for ten minutes.
      await count(`connect|${session.userId}`, 20, MINUTE_MS);
      return reply.redirect(await run(request, (context) => startAppApproval(context, options, session)), 302);
    },
  );
  app.post(
    '/mailboxes/app-only/proofs',
    {
      config: { permission: 'mailboxes.change' },
      schema: {
        tags,
        operationId: 'sendMailboxProof',
        summary: 'Sends a code from a mailbox of the organization to itself',
        body: mailboxProof,
        response: { 202: mailboxProofSent, ...refusalsOfOne },
      },
    },
    async (request, reply) => {
      const { address } = request.body;
      const session = sessionOf(request);
      await count(`app-proof|${session.userId}`, ASKED_PER_HOUR, 60 * MINUTE_MS);
      await count(`app-proof-to|${address.toLowerCase()}`, PROOFS_PER_HOUR, 60 * MINUTE_MS);
      const expiresAt = await sendMailboxProof((work) => run(request, work), options, session, address);
      return reply.status(202).send({ expiresAt: expiresAt.toISOString() });
    },
  );
  app.post(
    '/mailboxes/app-only',
    {
      config: { permission: 'mailboxes.change' },
      schema: {
        tags,
        operationId: 'connectAppOnly',
        summary: 'Connects a mailbox of the organization by the code that was sent to it',
        body: connectAppOnlyBody,
        response: { 201: connectedMailbox, ...refusalsOfOne },
      },
    },
    async (request, reply) => {
      const session = sessionOf(request);
      await count(`app-code|${session.userId}`, TRIES, 10 * MINUTE_MS);
      const id = await run(request, (context) => connectAppOnly(context, options, session, request.body));
      return reply.status(201).send({ id });
    },
  );
}
