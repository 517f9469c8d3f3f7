import type { FailedSend, PassedOver, SendRequest, SendResult } from '@hikyaku/core';
import type { BrokenWays } from './broken-ways.ts';
import type { RefusedToken, TokenKeeper } from './token-keeper.ts';
import { tooLarge, toResult } from './verdict.ts';
import { TOKEN_REFUSED } from './verdict-by-status.ts';

/** A way of many requests for a mail that is too large for every form. It sets the marks itself. */
export interface LargeCourse {
  /** Of another service than the provider's usual one. */
  tokens?: TokenKeeper;
  /** `token_refused`: nothing was sent, and it may be tried once more with a new token. `PassedOver`: nothing was sent this way, and the next one is taken. */
  send(accessToken: string): Promise<SendResult | 'token_refused' | PassedOver>;
  /** What is said of a mail that left so. */
  largeBy: 'wider_form' | 'smtp';
  /** The next way is taken, with this said, where its token is not to be had or not taken; without it that is the mailbox's own trouble. */
  otherwise?: PassedOver;
}

type TokenFor = (refused: RefusedToken | undefined, tokens: TokenKeeper | undefined) => Promise<string | FailedSend>;

/** The ways for large mails one after the other, until one has taken the mail, or has a word on it. */
export async function sendByCourses(
  courses: readonly LargeCourse[],
  { mail }: SendRequest,
  maxSizeBytes: number,
  tokenFor: TokenFor,
  broken: BrokenWays,
): Promise<SendResult> {
  let passedOver: PassedOver | undefined;
  for (const course of courses) {
    if (broken.isGivenUp(mail.messageId, course.largeBy)) {
      passedOver ??= course.otherwise;
      continue;
    }
    const ended = await follow(course, tokenFor);
    if (typeof ended !== 'string') {
      // Without an answer: whoever answers that he is busy is asked again.
      const isBreak =
        ended.outcome === 'deferred' && ended.code === 'upstream.unavailable' && ended.status === undefined;
      if (isBreak) broken.broke(mail.messageId, course.largeBy);
      return ended.outcome === 'accepted' && passedOver ? { ...ended, passedOver } : ended;
    }
    passedOver ??= ended;
  }
  const refusal = tooLarge(mail.sizeBytes, maxSizeBytes);
  return passedOver ? { ...refusal, passedOver } : refusal;
}

async function follow(course: LargeCourse, tokenFor: TokenFor): Promise<SendResult | PassedOver> {
  const { otherwise, largeBy } = course;
  let refused: RefusedToken | undefined;
  for (;;) {
    const token = await tokenFor(refused, course.tokens);
    if (typeof token !== 'string') {
      if (!otherwise) return token;
      // What passes is waited for; only this mail waits, since the account's other mails go another way.
      return token.outcome === 'deferred' ? { ...token, scope: 'message' } : otherwise;
    }
    const result = await course.send(token);
    if (result !== 'token_refused') {
      return typeof result !== 'string' && result.outcome === 'accepted' ? { ...result, largeBy } : result;
    }
    if (refused) return otherwise ?? toResult(TOKEN_REFUSED);
    refused = { token };
  }
}
