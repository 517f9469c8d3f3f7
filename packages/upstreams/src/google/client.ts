import { auth } from 'googleapis/build/src/apis/gmail/index.js';
import { type HttpAnswer, httpCall } from '../http/http-call.ts';
import type { UpstreamPool } from '../http/upstream-pool.ts';
import type { GoogleConfig } from './config.ts';

/** Google answers in well under a second; a send must have most of its deadline left for the mail. */
const TOKEN_TIMEOUT_MS = 15_000;

export type GoogleAuthClient = InstanceType<typeof auth.OAuth2>;

/** google-auth-library's client over our pool. It would repeat token calls by itself: a transport does not. */
export function createGoogleAuth(
  config: GoogleConfig,
  pool: UpstreamPool,
  options: { redirectUri?: string; onAnswer?: (answer: HttpAnswer) => void } = {},
): GoogleAuthClient {
  const { redirectUri, onAnswer = () => {} } = options;
  const client = new auth.OAuth2({
    clientId: config.clientId,
    clientSecret: config.clientSecret,
    ...(redirectUri ? { redirectUri } : {}),
    ...(config.endpoints ? { endpoints: config.endpoints } : {}),
    transporterOptions: { fetchImplementation: pooledFetch(pool, onAnswer) },
  });
  client.transporter.interceptors.request.add({
    resolved: async (request) => Object.assign(request, { retry: false, retryConfig: undefined }),
  });
  return client;
}

/** `users.messages.send` as a media upload: the bytes as they are, with their length said beforehand; not by the library's client (docs/adr/0058-gmail-uploads-by-one-request.md). */
export function uploadMail(
  pool: UpstreamPool,
  config: GoogleConfig,
  call: { accessToken: string; sizeBytes: number; bytes: AsyncIterable<Uint8Array>; signal: AbortSignal },
): Promise<HttpAnswer> {
  return httpCall(pool, {
    method: 'POST',
    url: `${config.gmailUrl}upload/gmail/v1/users/me/messages/send?uploadType=media`,
    headers: {
      authorization: `Bearer ${call.accessToken}`,
      accept: 'application/json',
      'content-type': 'message/rfc822',
      'content-length': String(call.sizeBytes),
    },
    body: call.bytes,
    signal: call.signal,
  });
}

type FetchInput = Parameters<typeof fetch>[0];
type FetchInit = Parameters<typeof fetch>[1];

/** `fetch` as gaxios calls it, done by one request of our pool. */
function pooledFetch(pool: UpstreamPool, onAnswer: (answer: HttpAnswer) => void): typeof fetch {
  return async (input: FetchInput, init: FetchInit = {}) => {
    const headers = Object.fromEntries(new Headers(init.headers));
    // Answers are short, and nothing here unpacks them.
    delete headers['accept-encoding'];
    const body = init.body instanceof URLSearchParams ? init.body.toString() : (init.body as string | null);
    if (init.body instanceof URLSearchParams) headers['content-type'] ??= 'application/x-www-form-urlencoded';
    const answer = await httpCall(pool, {
      method: init.method === 'POST' ? 'POST' : 'GET',
      url: String(input),
      headers,
      ...(body === null || body === undefined ? {} : { body }),
      signal: init.signal ?? AbortSignal.timeout(TOKEN_TIMEOUT_MS),
    });
    onAnswer(answer);
    // These statuses may have no body in a Response.
    const text = [204, 205, 304].includes(answer.status) ? null : answer.text;
    return new Response(text, { status: answer.status, headers: answer.headers });
  };
}
