import { join } from 'node:path';
import type { Clock } from '@hikyaku/core';
import { systemClock } from '@hikyaku/core';
import type { Logger } from '@hikyaku/telemetry';
import { type FastifyInstance, fastify } from 'fastify';
import { openGrantStore } from './accounts/grant-store.ts';
import { openSigningKeys } from './accounts/signing-keys.ts';
import { createTokenIssuer } from './accounts/tokens.ts';
import { createChatLog } from './chats/chat-log.ts';
import { chatLogRoutes, chatRoutes } from './chats/routes.ts';
import type { SandboxContext } from './context.ts';
import { controlRoutes } from './controls/routes.ts';
import { googleRoutes } from './google/routes.ts';
import { guardHost } from './host-guard.ts';
import { createExchangeDrain } from './knobs/exchange-drain.ts';
import { createFaultBox } from './knobs/fault.ts';
import { createKnobs } from './knobs/knobs.ts';
import { createLimits } from './knobs/limits.ts';
import { knobRoutes } from './knobs/routes.ts';
import { openMailStore } from './mailboxes/mail-store.ts';
import { mailboxRoutes } from './mailboxes/routes.ts';
import { createDraftStore } from './microsoft/drafts/draft-store.ts';
import { microsoftRoutes } from './microsoft/routes.ts';
import { createCodeStore } from './oauth/codes.ts';
import { pageRoutes } from './pages/routes.ts';
import { openSmtpSide } from './smtp/smtp-side.ts';
import { createSmtpUsage } from './smtp/usage.ts';

export interface Sandbox {
  app: FastifyInstance;
  /** Binds 127.0.0.1; port 0 picks one, for SMTP as well where it is not given. */
  listen(port: number, smtpPort?: number): Promise<{ port: number; origin: string; smtpPort: number }>;
  /** Once; later calls wait for the first. */
  close(): Promise<void>;
}

/** Where the sandbox listens, whatever the settings say. */
const HOST = '127.0.0.1';

/**
 * The stand-ins for Microsoft and Google, and for chats, over one store under `dir`. `publicUrl` is where the relay's callback addresses live. The caller has made sure
 * that this instance runs in sandbox mode.
 */
export async function openSandbox(options: {
  dir: string;
  publicUrl: string;
  logger: Logger;
  clock?: Clock;
}): Promise<Sandbox> {
  const { dir, publicUrl, logger, clock = systemClock } = options;
  const knobs = createKnobs();
  const grants = await openGrantStore({ dir, clock });
  const keys = await openSigningKeys(dir);
  const mails = await openMailStore({ dir: join(dir, 'mails'), clock, keep: () => knobs.values().keep });
  const context: SandboxContext = {
    clock,
    logger,
    publicUrl,
    grants,
    keys,
    mails,
    knobs,
    tokens: createTokenIssuer({ macKey: keys.macKey, grants, clock }),
    codes: createCodeStore(clock),
    faults: createFaultBox(clock),
    drafts: createDraftStore(),
    chats: createChatLog(clock),
    smtpUsage: createSmtpUsage(clock),
    limits: createLimits({
      clock,
      mode: () => knobs.values().limits,
      exchangeRecipientsPerDay: () => knobs.values().exchangeRecipientsPerDay,
    }),
    drain: createExchangeDrain({ clock, perMinute: () => knobs.values().exchangePerMinute }),
  };
  const app = await buildApp(context);
  const smtp = await openSmtpSide(context, dir);
  let closing: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    await Promise.all([app.close(), smtp.close()]);
    await grants.close();
  };
  return {
    app,
    async listen(port, smtpPort = 0) {
      await app.listen({ host: HOST, port });
      const address = app.server.address();
      const bound = typeof address === 'object' && address ? address.port : port;
      return { port: bound, origin: `http://${HOST}:${bound}`, smtpPort: await smtp.listen(smtpPort) };
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}

async function buildApp(context: SandboxContext): Promise<FastifyInstance> {
  const app = fastify({
    // Addresses of requests carry codes and login hints: no request log.
    logger: false,
    forceCloseConnections: true,
    // Addresses of mailboxes stand in paths.
    routerOptions: { maxParamLength: 400 },
    ajv: { customOptions: { removeAdditional: false, allowUnionTypes: true } },
  });
  guardHost(app);
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) context.logger.error({ event: 'sandbox.failed', err: error });
    return reply.code(status).send({ error: status >= 500 ? 'internal error' : error.message });
  });
  await app.register(async (providers) => {
    // Each route reads the raw stream itself, with its provider's limit.
    providers.removeAllContentTypeParsers();
    providers.addContentTypeParser('*', (_request, _payload, done) => done(null));
    // So do the forms of the page of knobs.
    controlRoutes(providers, context);
    microsoftRoutes(providers, context);
    googleRoutes(providers, context);
    chatRoutes(providers, context);
  });
  await app.register(async (own) => {
    knobRoutes(own, context);
    mailboxRoutes(own, context);
    chatLogRoutes(own, context);
    pageRoutes(own, context);
  });
  return app;
}
