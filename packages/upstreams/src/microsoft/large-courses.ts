import type { Clock, SendRequest } from '@hikyaku/core';
import type { UpstreamPool } from '../http/upstream-pool.ts';
import type { LargeCourse } from '../sending/large-course.ts';
import type { TokenKeeper } from '../sending/token-keeper.ts';
import { isAppOnly } from './app-only/account.ts';
import { asAppOnly } from './app-only/answers.ts';
import { EXCHANGE_MAX_MAIL_BYTES, type MicrosoftConfig } from './config.ts';
import { namedMailbox } from './named-mailbox.ts';
import { mayUploadBy, smtpNameOf } from './session.ts';
import { type LinesInUse, sendBySmtp } from './smtp/send-by-smtp.ts';
import { sendByUpload } from './upload/send-by-upload.ts';

/** The ways for a mail over Graph's forms that its mailbox may have: SMTP, which keeps the mail itself, before an upload. */
export function largeCoursesOf(
  request: SendRequest,
  tools: { config: MicrosoftConfig; pool: UpstreamPool; clock: Clock; smtpTokens: TokenKeeper; lines: LinesInUse },
): LargeCourse[] {
  const { config, pool, clock, smtpTokens, lines } = tools;
  const { mailbox, mail, sender } = request;
  if (mail.sizeBytes > EXCHANGE_MAX_MAIL_BYTES) return [];
  const isShared = sender?.kind === 'shared';
  const isApps = isAppOnly(mailbox.accountKey);
  const courses: LargeCourse[] = [];
  const { smtp } = config;
  // A line is the person's own; a shared mailbox's wants more than the permission to send as it.
  const username = smtp && !isShared ? smtpNameOf(mailbox.secret) : undefined;
  if (smtp && username) {
    courses.push({
      tokens: smtpTokens,
      largeBy: 'smtp',
      otherwise: 'smtp_failed',
      send: (accessToken) => sendBySmtp(smtp, lines, request, { username, accessToken }),
    });
  }
  // What Exchange's roles let the relay itself do shows by trying.
  if (isApps || mayUploadBy(config, mailbox.secret, isShared)) {
    courses.push({
      largeBy: 'wider_form',
      async send(accessToken) {
        const access = { accessToken, address: namedMailbox(mailbox, sender) };
        const result = await sendByUpload({ pool, config, now: () => clock.now() }, request, access);
        return isApps && typeof result !== 'string' ? asAppOnly(result) : result;
      },
    });
  }
  return courses;
}
