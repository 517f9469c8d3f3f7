import { type Clock, type MailTransport, systemClock } from '@hikyaku/core';
import type { UpstreamPool } from '../http/upstream-pool.ts';
import { createOAuthTransport } from '../sending/create-transport.ts';
import { createTokenKeeper } from '../sending/token-keeper.ts';
import { isAppOnly } from './app-only/account.ts';
import { asAppOnly, readAppTokenError } from './app-only/answers.ts';
import { byKindOfAccess, createAppTokens } from './app-only/tokens.ts';
import { readClaimsChallenge } from './claims-challenge.ts';
import { sendJsonForm, sendMime } from './client.ts';
import {
  GRAPH_MAX_MAIL_BYTES,
  GRAPH_MAX_RECIPIENTS,
  GRAPH_MAX_UPLOADED_BYTES,
  type MicrosoftConfig,
} from './config.ts';
import { openJsonForm } from './json-form.ts';
import { toSendResult } from './send-answers.ts';
import { mayUploadBy, openMicrosoftSession } from './session.ts';
import { readTokenError } from './token-answers.ts';
import { sendByUpload } from './upload/send-by-upload.ts';

/** Mail by Graph's sendMail in the MIME form, or, where it is too large for that, in the JSON form, or by an upload session where that was permitted. */
export function createMicrosoftTransport(options: {
  config: MicrosoftConfig;
  pool: UpstreamPool;
  clock?: Clock;
}): MailTransport {
  const { config, pool, clock = systemClock } = options;
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
        // An alias is the mailbox itself, by another From in the mail. Without a person the mailbox is named, and never another one: nobody showed that he may use that.
        address: isAppOnly(mailbox.accountKey)
          ? mailbox.address
          : sender?.kind === 'shared'
            ? sender.address
            : undefined,
        sizeBytes: mail.sizeBytes,
        bytes: body.bytes(),
      }),
    largeCourse(request) {
      const { mailbox, mail, sender } = request;
      // Another mailbox's drafts are another permission's.
      const isOwn = !isAppOnly(mailbox.accountKey) && sender?.kind !== 'shared';
      if (!isOwn || mail.sizeBytes > GRAPH_MAX_UPLOADED_BYTES || !mayUploadBy(config, mailbox.secret)) return undefined;
      return (accessToken) => sendByUpload({ pool, config, now: () => clock.now() }, request, accessToken);
    },
    toSendResult: (answer, { accountKey }) => {
      const result = toSendResult(answer, clock.now());
      return isAppOnly(accountKey) ? asAppOnly(result) : result;
    },
    claimsWanted: readClaimsChallenge,
    tokenFailure: (error, { accountKey }) => (isAppOnly(accountKey) ? readAppTokenError(error) : readTokenError(error)),
  });
}
