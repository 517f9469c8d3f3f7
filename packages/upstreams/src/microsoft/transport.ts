import { type Clock, type MailTransport, systemClock } from '@hikyaku/core';
import type { UpstreamPool } from '../http/upstream-pool.ts';
import { createOAuthTransport } from '../sending/create-transport.ts';
import { createTokenKeeper } from '../sending/token-keeper.ts';
import { isAppOnly } from './app-only/account.ts';
import { asAppOnly, readAppTokenError } from './app-only/answers.ts';
import { byKindOfAccess, createAppTokens } from './app-only/tokens.ts';
import { readClaimsChallenge } from './claims-challenge.ts';
import { sendJsonForm, sendMime } from './client.ts';
import { GRAPH_MAX_MAIL_BYTES, GRAPH_MAX_RECIPIENTS, type MicrosoftConfig } from './config.ts';
import { openJsonForm } from './json-form.ts';
import { largeCoursesOf } from './large-courses.ts';
import { namedMailbox } from './named-mailbox.ts';
import { toSendResult } from './send-answers.ts';
import { openMicrosoftSession } from './session.ts';
import type { LinesInUse } from './smtp/send-by-smtp.ts';
import { readTokenError } from './token-answers.ts';

/**
 * Mail by Graph's sendMail in the MIME form, or, where it is too large for that, in the JSON form, or, each where it was permitted, by Microsoft's SMTP server or by an upload
 * session.
 */
export function createMicrosoftTransport(options: {
  config: MicrosoftConfig;
  pool: UpstreamPool;
  clock?: Clock;
}): MailTransport {
  const { config, pool, clock = systemClock } = options;
  const lines: LinesInUse = new Map();
  const smtpTokens = createTokenKeeper((secret) => openMicrosoftSession(config, pool, secret, 'smtp'));
  return createOAuthTransport({
    provider: 'microsoft',
    environment: config.environment,
    maxSizeBytes: GRAPH_MAX_MAIL_BYTES,
    maxRecipients: GRAPH_MAX_RECIPIENTS,
    tokens: byKindOfAccess(
      createAppTokens({ config, pool, clock }),
      createTokenKeeper((secret) => openMicrosoftSession(config, pool, secret)),
    ),
    widerForm: openJsonForm,
    post: ({ accessToken, request: { mailbox, mail, sender, signal }, body, isWiderForm }) =>
      (isWiderForm ? sendJsonForm : sendMime)(pool, config, {
        ...{ accessToken, signal },
        address: namedMailbox(mailbox, sender),
        sizeBytes: mail.sizeBytes,
        bytes: body.bytes(),
      }),
    largeCourses: (request) => largeCoursesOf(request, { config, pool, clock, smtpTokens, lines }),
    toSendResult: (answer, { accountKey }) => {
      const result = toSendResult(answer, clock.now());
      return isAppOnly(accountKey) ? asAppOnly(result) : result;
    },
    claimsWanted: readClaimsChallenge,
    tokenFailure: (error, { accountKey }) => (isAppOnly(accountKey) ? readAppTokenError(error) : readTokenError(error)),
  });
}
