import { type HttpAnswer, readJson } from '../http/http-call.ts';
import { readRetryAfter } from '../http/retry-after.ts';
import type { UpstreamPool } from '../http/upstream-pool.ts';
import { isTokenAnswer } from '../sending/token-answer.ts';
import { createGoogleAuth, type GoogleAuthClient } from './client.ts';
import type { GoogleConfig } from './config.ts';
import { GatewayAnswer } from './token-answers.ts';

/**
 * A call of Google's token endpoint by its library, which takes any 200 for tokens, and any page for them.
 * @throws GatewayAnswer, or the library's error
 */
export async function tokenCall<T>(
  { config, pool, redirectUri }: { config: GoogleConfig; pool: UpstreamPool; redirectUri?: string },
  ask: (client: GoogleAuthClient) => Promise<T>,
): Promise<T> {
  let came: HttpAnswer | undefined;
  const client = createGoogleAuth(config, pool, {
    ...(redirectUri ? { redirectUri } : {}),
    onAnswer: (answer) => {
      came = answer;
    },
  });
  const asked = await ask(client).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (came && !isTokenAnswer(came.status, readJson(came.text))) {
    throw new GatewayAnswer(came.status, readRetryAfter(came.headers['retry-after'], Date.now()));
  }
  if ('error' in asked) throw asked.error;
  return asked.value;
}
