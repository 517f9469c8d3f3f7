import { type Clock, type MailTransport, systemClock } from '@hikyaku/core';
import type { UpstreamPool } from '../http/upstream-pool.ts';
import { createOAuthTransport } from '../sending/create-transport.ts';
import { createTokenKeeper } from '../sending/token-keeper.ts';
import { uploadMail } from './client.ts';
import { GMAIL_MAX_MAIL_BYTES, GMAIL_MAX_RECIPIENTS, type GoogleConfig } from './config.ts';
import { toSendResult } from './send-answers.ts';
import { openGoogleSession } from './session.ts';
import { readTokenError } from './token-answers.ts';

/** Mail by the Gmail API's media upload. */
export function createGoogleTransport(options: {
  config: GoogleConfig;
  pool: UpstreamPool;
  clock?: Clock;
}): MailTransport {
  const { config, pool, clock = systemClock } = options;
  return createOAuthTransport({
    provider: 'google',
    environment: config.environment,
    maxSizeBytes: GMAIL_MAX_MAIL_BYTES,
    maxRecipients: GMAIL_MAX_RECIPIENTS,
    tokens: createTokenKeeper((secret) => openGoogleSession(config, pool, secret)),
    post: ({ accessToken, request: { mail, signal }, body }) =>
      uploadMail(pool, config, { accessToken, sizeBytes: mail.sizeBytes, bytes: body.bytes(), signal }),
    toSendResult: (answer) => toSendResult(answer, clock.now()),
    tokenFailure: (error) => readTokenError(error, clock.now()),
  });
}
