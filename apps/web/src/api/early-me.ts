import type { Me } from '@hikyaku/contracts';
import { readAnswer } from './read-answer.ts';
import { request } from './request.ts';

const PATH = '/api/v1/me';

/**
 * Asks who is signed in before the page's scripts are there, which cannot show anything without it: on a slow line a round trip less. A script as a text of HTML, without
 * quotes and signs that are escaped there.
 */
export const ASK_EARLY = `window.earlyMe=fetch(\`${PATH}\`,{cache:\`no-store\`,signal:AbortSignal.timeout(20000)});earlyMe.catch(function(){})`;

/** Who is signed in: what was asked early, once, where it is an answer. @throws ApiProblem */
export async function askMe(signal: AbortSignal): Promise<Me> {
  const page = globalThis as { earlyMe?: Promise<Response> | undefined };
  const early = page.earlyMe;
  page.earlyMe = undefined;
  try {
    const answer = await early;
    if (answer?.ok) return readAnswer(await answer.text()) as Me;
  } catch {
    // A line that was away a moment ago may be there again.
  }
  return request<Me>('GET', PATH, undefined, signal);
}
