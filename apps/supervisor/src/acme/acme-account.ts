import { RelayError } from '@hikyaku/core';
import type { AccountKey } from './account-key.ts';
import { type AcmeProblem, acmeError } from './acme-problem.ts';
import type { AskAuthority, AuthorityAnswer } from './ask-authority.ts';

/** A resource of the authority's, as it is now. */
export interface AcmeResource {
  url: string;
  body: Record<string, unknown>;
  text: string;
  /** When it wants to be asked again. */
  retryAfterMs: number | undefined;
}

export interface AcmeAccount {
  newOrderUrl: string;
  /** Asks for a resource, or changes it by `payload`. @throws RelayError of the authority's problem */
  post(url: string, payload?: unknown): Promise<AcmeResource>;
}

/** Authorities throw a nonce away when they like (RFC 8555, 6.5); more often than that it is not the nonce. */
const NONCE_TRIES = 8;

/** Signs in at an authority, whose account it makes at the first time; asking again with the same key gives the same account. */
export async function openAccount(options: {
  ask: AskAuthority;
  directoryUrl: string;
  key: AccountKey;
  email: string | undefined;
}): Promise<AcmeAccount> {
  const { ask, key } = options;
  const directory = readResource(options.directoryUrl, await ask(options.directoryUrl)).body;
  const [newNonce, newAccount, newOrderUrl] = ['newNonce', 'newAccount', 'newOrder'].map((name) =>
    urlIn(directory, name),
  ) as [string, string, string];
  let nonce: string | undefined;

  const send = async (url: string, who: Record<string, unknown>, payload: unknown): Promise<AuthorityAnswer> => {
    for (let tries = 1; ; tries++) {
      nonce ??= String((await ask(newNonce)).headers['replay-nonce'] ?? '');
      const answer = await ask(url, key.sign({ ...who, nonce, url }, payload));
      nonce = answer.headers['replay-nonce']?.toString();
      if (answer.status < 400 || tries >= NONCE_TRIES || !/"urn:ietf:params:acme:error:badNonce"/.test(answer.text))
        return answer;
    }
  };

  const contact = options.email ? { contact: [`mailto:${options.email}`] } : {};
  const account = await send(newAccount, { jwk: key.jwk }, { termsOfServiceAgreed: true, ...contact });
  const kid = readResource(newAccount, account).url;
  return { newOrderUrl, post: async (url, payload) => readResource(url, await send(url, { kid }, payload)) };
}

function readResource(askedUrl: string, { status, headers, text }: AuthorityAnswer): AcmeResource {
  const isJson = /json/.test(headers['content-type'] ?? '');
  const body = isJson ? parseObject(text) : {};
  const seconds = Number(headers['retry-after']);
  const retryAfterMs = seconds > 0 ? seconds * 1000 : undefined;
  if (status >= 400 || status < 200) {
    const error = acmeError(body as AcmeProblem, status);
    throw new RelayError(error.code, { internal: error.internal!, ...(retryAfterMs ? { retryAfterMs } : {}) });
  }
  return { url: headers.location ?? askedUrl, body, text, retryAfterMs };
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new RelayError('certificate.authority', { internal: 'its answer is no JSON object' });
}

/** @throws RelayError `certificate.authority` when it is not there, or no https */
export function urlIn(body: Record<string, unknown>, name: string): string {
  const value = body[name];
  if (typeof value === 'string' && value.startsWith('https://')) return value;
  throw new RelayError('certificate.authority', { internal: `its answer has no address "${name}"` });
}
