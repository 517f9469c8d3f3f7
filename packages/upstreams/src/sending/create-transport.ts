import {
  type ConnectedMailbox,
  type EnvironmentName,
  type FailedSend,
  type MailTransport,
  type PreparedMail,
  type ProviderName,
  type RefreshResult,
  type SendRequest,
  type SendResult,
  untilAborted,
} from '@hikyaku/core';
import { createBrokenWays } from './broken-ways.ts';
import { type LargeCourse, sendByCourses } from './large-course.ts';
import { createOpenedBody, type OpenedBody } from './opened-body.ts';
import { CallerFailure, type RefusedToken, type TokenKeeper } from './token-keeper.ts';
import { toResult, type Verdict } from './verdict.ts';

/** A provider's side of sending: the call and the meaning of what comes back. */
export interface ProviderCalls<Answer extends { status: number }> {
  provider: ProviderName;
  environment: EnvironmentName;
  maxSizeBytes: number;
  maxRecipients: number;
  tokens: TokenKeeper;
  /** Another form in which a mail over `maxSizeBytes` may still leave; null when it is too large for that too. */
  widerForm?(mail: PreparedMail): Promise<Pick<PreparedMail, 'sizeBytes' | 'open'> | null>;
  /** Posts the mail once, `request.mail` being the wider form's bytes where it goes so. Throws only when no status came. */
  post(call: { accessToken: string; request: SendRequest; body: OpenedBody; isWiderForm: boolean }): Promise<Answer>;
  /** Ways for a mail that is too large for every form, in the order in which they are tried; none where the mailbox has none. */
  largeCourses?(request: SendRequest): LargeCourse[];
  toSendResult(answer: Answer, mailbox: ConnectedMailbox): SendResult;
  /** What the provider wants to see in the next token, where its refusal says so. */
  claimsWanted?(answer: Answer): string | undefined;
  /** What a failed refresh means. */
  tokenFailure(error: unknown, mailbox: ConnectedMailbox): { verdict: Verdict; text?: string; retryAfterMs?: number };
}

/**
 * The one course of a send over HTTP with OAuth: token, first byte, answer; a refused token is refreshed and tried once more. Before
 * the first byte everything is `deferred`; behind it, no answer is `in_doubt`.
 */
export function createOAuthTransport<Answer extends { status: number }>(calls: ProviderCalls<Answer>): MailTransport {
  const { provider, environment, maxSizeBytes, maxRecipients } = calls;

  const send = async (asked: SendRequest): Promise<SendResult> => {
    const { mailbox, mail, signal } = asked;
    // A live token must never reach the sandbox, nor the other way round.
    if (mailbox.environment !== environment) return toResult({ code: 'upstream.environment' });
    const isWiderForm = mail.sizeBytes > maxSizeBytes;
    const wider = isWiderForm ? await calls.widerForm?.(mail) : undefined;
    if (isWiderForm && !wider) return sendLarge(asked);
    const request = wider ? { ...asked, mail: { ...mail, ...wider } } : asked;
    const body = createOpenedBody(request);
    let refused: RefusedToken | undefined;
    for (;;) {
      if (signal.aborted) return unreached('no time left');
      body.begin();
      const token = await tokenFor(request, refused);
      if (typeof token !== 'string') return token;
      const answer = await post({ accessToken: token, request, body, isWiderForm });
      if ('outcome' in answer) return answer;
      const claims = calls.claimsWanted?.(answer);
      // 401 is known to come for a good token too (facts 2.1): once more with a fresh one, then it is what the answer says.
      if ((answer.status !== 401 && claims === undefined) || refused)
        return told(calls.toSendResult(answer, mailbox), isWiderForm);
      refused = { token, ...(claims === undefined ? {} : { claims }) };
    }
  };

  const broken = createBrokenWays();
  const sendLarge = (request: SendRequest): Promise<SendResult> =>
    sendByCourses(
      calls.largeCourses?.(request) ?? [],
      request,
      maxSizeBytes,
      (refused, tokens) => tokenFor(request, refused, tokens),
      broken,
    );

  const refresh = async (request: Pick<SendRequest, 'mailbox' | 'signal'>): Promise<RefreshResult> => {
    if (request.mailbox.environment !== environment) return toResult({ code: 'upstream.environment' });
    // A token lives for an hour: whoever has one still was renewed within it.
    const token = await tokenFor(request, undefined);
    return typeof token === 'string' ? { outcome: 'refreshed' } : token;
  };

  const tokenFor = async (
    request: Pick<SendRequest, 'mailbox' | 'signal'>,
    refused: RefusedToken | undefined,
    tokens: TokenKeeper = calls.tokens,
  ): Promise<string | FailedSend> => {
    const { mailbox, signal } = request;
    try {
      // The token call goes on behind an aborted wait: its result must not be lost, the provider may have rotated the secret.
      return await untilAborted(tokens.accessToken(mailbox, refused), signal);
    } catch (error) {
      if (error instanceof CallerFailure) throw error.cause;
      if (signal.aborted) return unreached('no token before the deadline');
      const { verdict, ...answer } = calls.tokenFailure(error, mailbox);
      return toResult(verdict, answer);
    }
  };

  const post = async (call: Parameters<typeof calls.post>[0]): Promise<Answer | SendResult> => {
    const { request, body } = call;
    try {
      return await calls.post(call);
    } catch (error) {
      if (body.ownFailure) throw body.ownFailure.error;
      const text = request.signal.aborted ? 'no answer before the deadline' : connectionText(error);
      return body.hasLeft ? toResult({ code: 'upstream.in_doubt' }, { text }) : unreached(text);
    }
  };

  return { provider, maxSizeBytes, maxRecipients, send, refresh };
}

const told = (result: SendResult, isWiderForm: boolean): SendResult =>
  result.outcome === 'accepted' && isWiderForm ? { ...result, largeBy: 'wider_form' } : result;

const unreached = (text: string): FailedSend => toResult({ code: 'upstream.unavailable' }, { text });

/** The name of a connection's failure; libraries' messages may quote whole requests. */
function connectionText(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { code?: unknown };
    if (typeof code === 'string' && /^[A-Z][A-Z_]+$/.test(code)) return `connection failed: ${code}`;
  }
  return 'connection failed';
}
