import { type HttpAnswer, httpCall, readJson } from '../http/http-call.ts';
import type { UpstreamPool } from '../http/upstream-pool.ts';
import { type Finding, ok, wrong } from './finding.ts';

/** A person waits; providers answer in well under a second. */
const TIMEOUT_MS = 15_000;

/** An answer, or why there was none. Redirects are answers, and are not followed. */
export async function ask(
  pool: UpstreamPool,
  url: string,
  form?: Record<string, string>,
): Promise<HttpAnswer | { failure: string }> {
  try {
    return await httpCall(pool, {
      method: form ? 'POST' : 'GET',
      url,
      headers: form ? { 'content-type': 'application/x-www-form-urlencoded' } : {},
      ...(form ? { body: new URLSearchParams(form).toString() } : {}),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    const { code, name } = (error ?? {}) as { code?: string; name?: string };
    return { failure: code ?? name ?? 'no answer' };
  }
}

/** Step 16: each host of a provider, asked without a permission. Any status is an answer. */
export async function checkReach(pool: UpstreamPool, urls: string[]): Promise<Finding[]> {
  return Promise.all(
    urls.map(async (url) => {
      const { host } = new URL(url);
      const answer = await ask(pool, url);
      if (!('failure' in answer)) return ok(16, `${host} answers`);
      return wrong(16, `${host} is not reached (${answer.failure}): open port 443 to it, or set HTTPS_PROXY`);
    }),
  );
}

/** The OAuth error of a token endpoint, in the provider's words. */
export function tokenError(answer: HttpAnswer): { error: string; description: string } {
  const { error, error_description: description } = (readJson(answer.text) ?? {}) as Record<string, unknown>;
  return { error: String(error ?? ''), description: String(description ?? '') };
}
