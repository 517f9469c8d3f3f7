import { randomUUID } from 'node:crypto';
import type { INetworkModule } from '@azure/msal-node';
import { type HttpAnswer, httpCall, readJson } from '../http/http-call.ts';
import { readRetryAfter } from '../http/retry-after.ts';
import type { UpstreamPool } from '../http/upstream-pool.ts';
import { base64Length, encodeBase64 } from '../sending/base64-stream.ts';
import { isTokenAnswer } from '../sending/token-answer.ts';
import type { GraphMessage } from './api-types.ts';
import { graphPermission, type MicrosoftConfig } from './config.ts';

/** Entra answers in well under a second; a send must have most of its deadline left for the mail. */
const TOKEN_TIMEOUT_MS = 15_000;

/** A mail whose length is said beforehand (Graph may want it, 411). */
interface MailCall {
  accessToken: string;
  /** It leaves as this mailbox, not as that of the token's account; without a person's token there is no other way. */
  address?: string | undefined;
  sizeBytes: number;
  bytes: AsyncIterable<Uint8Array>;
  signal: AbortSignal;
}

function sendMailUrl({ graphUrl }: MicrosoftConfig, address: string | undefined): string {
  const who = address === undefined ? 'me' : `users/${encodeURIComponent(address)}`;
  return `${graphUrl}/v1.0/${who}/sendMail`;
}

/** `sendMail` in the MIME form, as base64. */
export function sendMime(pool: UpstreamPool, config: MicrosoftConfig, call: MailCall): Promise<HttpAnswer> {
  return httpCall(pool, {
    method: 'POST',
    url: sendMailUrl(config, call.address),
    headers: {
      authorization: `Bearer ${call.accessToken}`,
      'content-type': 'text/plain',
      'content-length': String(base64Length(call.sizeBytes)),
      // For Microsoft's support only: it makes nothing idempotent (facts 6).
      'client-request-id': randomUUID(),
    },
    body: encodeBase64(call.bytes, call.sizeBytes),
    signal: call.signal,
  });
}

/** `POST /me/sendMail` with a mail's JSON form as it was written. */
export function sendJsonForm(pool: UpstreamPool, config: MicrosoftConfig, call: MailCall): Promise<HttpAnswer> {
  return httpCall(pool, {
    method: 'POST',
    url: sendMailUrl(config, call.address),
    headers: {
      authorization: `Bearer ${call.accessToken}`,
      'content-type': 'application/json',
      'content-length': String(call.sizeBytes),
      'client-request-id': randomUUID(),
    },
    body: call.bytes,
    signal: call.signal,
  });
}

/** The same with a short message of our own, of which Sent Items gets no copy. */
export function sendJson(
  pool: UpstreamPool,
  config: MicrosoftConfig,
  call: { accessToken: string; message: GraphMessage; address?: string },
): Promise<HttpAnswer> {
  return httpCall(pool, {
    method: 'POST',
    url: sendMailUrl(config, call.address),
    headers: {
      authorization: `Bearer ${call.accessToken}`,
      'content-type': 'application/json',
      'client-request-id': randomUUID(),
    },
    body: JSON.stringify({ message: call.message, saveToSentItems: false }),
    signal: AbortSignal.timeout(TOKEN_TIMEOUT_MS),
  });
}

/** `GET /me`. */
export function readMe(pool: UpstreamPool, config: MicrosoftConfig, accessToken: string): Promise<HttpAnswer> {
  return httpCall(pool, {
    method: 'GET',
    url: `${config.graphUrl}/v1.0/me?$select=displayName,mail,userPrincipalName`,
    headers: { authorization: `Bearer ${accessToken}` },
    signal: AbortSignal.timeout(TOKEN_TIMEOUT_MS),
  });
}

/** A token of the relay itself in one directory: `grant_type=client_credentials`. */
export function postClientCredentials(
  pool: UpstreamPool,
  config: MicrosoftConfig,
  directory: string,
): Promise<HttpAnswer> {
  return httpCall(pool, {
    method: 'POST',
    url: `${config.loginUrl}/${encodeURIComponent(directory)}/oauth2/v2.0/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      client_id: config.clientId,
      client_secret: config.clientSecret,
      scope: graphPermission(config, '.default'),
      grant_type: 'client_credentials',
    }).toString(),
    signal: AbortSignal.timeout(TOKEN_TIMEOUT_MS),
  });
}

/** What a directory says of itself to everybody, by its id or one of its domains. */
export function readDirectory(pool: UpstreamPool, config: MicrosoftConfig, domain: string): Promise<HttpAnswer> {
  return httpCall(pool, {
    method: 'GET',
    url: `${config.loginUrl}/${encodeURIComponent(domain)}/v2.0/.well-known/openid-configuration`,
    signal: AbortSignal.timeout(TOKEN_TIMEOUT_MS),
  });
}

/** MSAL's calls over our pool, with a timeout, which its own client has not. `onRetryAfter` gets what MSAL does not hand on. */
export function msalNetwork(pool: UpstreamPool, onRetryAfter: (ms: number | undefined) => void): INetworkModule {
  const answer = async <T>(method: 'GET' | 'POST', url: string, options?: { headers?: unknown; body?: string }) => {
    const { status, headers, text } = await httpCall(pool, {
      method,
      url,
      headers: (options?.headers ?? {}) as Record<string, string>,
      ...(method === 'POST' ? { body: options?.body ?? '' } : {}),
      signal: AbortSignal.timeout(TOKEN_TIMEOUT_MS),
    });
    onRetryAfter(readRetryAfter(headers['retry-after'], Date.now()));
    const said = readJson(text);
    // A gateway's answer is told in the words that MSAL would read from Entra: it would take any object for tokens.
    const isEntras = method === 'POST' ? isTokenAnswer(status, said) : said !== undefined;
    const body = isEntras ? said : { error: 'temporarily_unavailable', error_description: `status ${status}` };
    return { status, headers, body: body as T };
  };
  return {
    sendGetRequestAsync: (url, options) => answer('GET', url, options),
    sendPostRequestAsync: (url, options) => answer('POST', url, options),
  };
}
