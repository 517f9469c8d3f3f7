import type { FastifyInstance } from 'fastify';
import type { gmail_v1 } from 'googleapis/build/src/apis/gmail/v1.js';
import type { SandboxContext } from '../context.ts';
import { applyFault } from '../knobs/apply-fault.ts';
import { languageOf } from '../pages/language.ts';
import { originOf, readForm, readQuery } from '../read-form.ts';
import { authorizeGoogle } from './authorize.ts';
import { openIdConfiguration } from './discovery.ts';
import { gmailAccount } from './gmail-account.ts';
import { GOOGLE_ERRORS, sendGoogleError } from './google-errors.ts';
import { isTickable, mayReadProfile } from './scopes.ts';
import { sendGoogle } from './send.ts';
import { tokenGoogle } from './token.ts';
import { revokeGoogle, tokenInfoGoogle } from './token-info.ts';

type OfUser = { Params: { userId: string } };

/** Google's sign-in and token endpoints and the Gmail API under `/google/`: what stands behind the host there stands behind it here. */
export function googleRoutes(app: FastifyInstance, context: SandboxContext): void {
  app.get('/google/o/oauth2/v2/auth', (request, reply) =>
    authorizeGoogle(context, { params: readQuery(request), language: languageOf(request) }, reply),
  );
  app.post('/google/o/oauth2/v2/auth/consent', async (request, reply) => {
    const form = await readForm(request);
    const ticked = Object.keys(form).filter((name) => isTickable(name));
    const params = Object.fromEntries(
      Object.entries(form).filter(([name]) => name !== 'decision' && !ticked.includes(name)),
    );
    const decision = form.decision === 'accept' ? 'accept' : 'cancel';
    return authorizeGoogle(context, { params, language: languageOf(request), decision, ticked }, reply);
  });
  app.post('/google/token', (request, reply) => tokenGoogle(context, request, reply));
  app.get('/google/tokeninfo', (request, reply) => tokenInfoGoogle(context, request, reply));
  app.post('/google/tokeninfo', (request, reply) => tokenInfoGoogle(context, request, reply));
  app.post('/google/revoke', async (request, reply) => {
    const form = await readForm(request);
    return revokeGoogle(context, readQuery(request).token ?? form.token ?? '', reply);
  });
  app.get('/google/.well-known/openid-configuration', (request, reply) =>
    reply.send(openIdConfiguration(originOf(request))),
  );
  app.get('/google/oauth2/v3/certs', (_request, reply) => reply.send(context.keys.jwks));

  app.post<OfUser>('/google/gmail/v1/users/:userId/messages/send', (request, reply) =>
    sendGoogle(context, 'raw', request, reply),
  );
  app.post<OfUser>('/google/upload/gmail/v1/users/:userId/messages/send', (request, reply) =>
    sendGoogle(context, 'upload', request, reply),
  );
  app.get<OfUser>('/google/gmail/v1/users/:userId/profile', async (request, reply) => {
    const account = gmailAccount(context, request, mayReadProfile);
    if ('reason' in account) return sendGoogleError(reply, account);
    if (await applyFault(context, reply, { provider: 'google', call: 'profile', mailbox: account.address })) return;
    const messagesTotal = context.mails.list(account.address, 'sent').length;
    const profile: gmail_v1.Schema$Profile = {
      emailAddress: account.address,
      messagesTotal,
      threadsTotal: messagesTotal,
      historyId: '1',
    };
    return reply.send(profile);
  });
  app.all('/google/*', (_request, reply) => sendGoogleError(reply, GOOGLE_ERRORS.notFound));
}
