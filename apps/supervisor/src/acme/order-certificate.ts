import { setTimeout as sleep } from 'node:timers/promises';
import { RelayError } from '@hikyaku/core';
import type { AcmeAccount, AcmeResource } from './acme-account.ts';
import { urlIn } from './acme-account.ts';
import { type AcmeProblem, acmeError } from './acme-problem.ts';
import type { Challenges } from './challenges.ts';

/** An authority asks from several places of the world and answers within seconds; one that is busy says when to ask again. */
const SETTLED_WITHIN_MS = 180_000;
const ASK_FIRST_MS = 500;
const ASK_LAST_MS = 10_000;

/**
 * A chain (PEM) for `host`, whose `request` (PKCS #10, DER) has the key. What the authority asks for meanwhile is in `challenges`.
 * @throws RelayError `certificate.…` that says what to change
 */
export async function orderCertificate(options: {
  account: AcmeAccount;
  thumbprint: string;
  challenges: Challenges;
  host: string;
  request: Buffer;
}): Promise<string> {
  const { account, host } = options;
  const order = await account.post(account.newOrderUrl, { identifiers: [{ type: 'dns', value: host }] });
  const authorizations = order.body.authorizations;
  for (const url of Array.isArray(authorizations) ? authorizations : [])
    await proveName({ ...options, url: String(url) });
  await account.post(urlIn(order.body, 'finalize'), { csr: options.request.toString('base64url') });
  const ready = await settled(account, order.url, ['pending', 'ready', 'processing']);
  return (await account.post(urlIn(ready.body, 'certificate'))).text;
}

/** One name's proof, which an authority may remember from last time. */
async function proveName({
  account,
  thumbprint,
  challenges,
  host,
  url,
}: {
  account: AcmeAccount;
  thumbprint: string;
  challenges: Challenges;
  host: string;
  url: string;
}): Promise<void> {
  const { body } = await account.post(url);
  if (body.status === 'valid') return;
  const challenge = challengesIn(body).find(({ type }) => type === 'http-01');
  const token = challenge?.token;
  // A token is a file's name at the front, and nothing else.
  if (!challenge || typeof token !== 'string' || !/^[A-Za-z0-9_-]{1,128}$/.test(token)) {
    throw new RelayError('certificate.refused', { internal: `no challenge by HTTP (http-01) for ${host}` });
  }
  challenges.set(token, `${token}.${thumbprint}`);
  try {
    await account.post(urlIn(challenge, 'url'), {});
    await settled(account, url, ['pending', 'processing']);
  } finally {
    challenges.delete(token);
  }
}

/** Asks until it is in none of the `states` that pass. @throws RelayError when it is anything but valid then */
async function settled(account: AcmeAccount, url: string, states: string[]): Promise<AcmeResource> {
  const end = Date.now() + SETTLED_WITHIN_MS;
  for (let waitMs = ASK_FIRST_MS; ; waitMs = Math.min(waitMs * 2, ASK_LAST_MS)) {
    const resource = await account.post(url);
    const { status } = resource.body;
    if (status === 'valid') return resource;
    if (!states.includes(String(status))) throw acmeError(problemIn(resource.body), 400);
    if (Date.now() > end) {
      throw new RelayError('certificate.authority', {
        internal: `still ${String(status)} after ${SETTLED_WITHIN_MS / 1000} s`,
      });
    }
    await sleep(Math.min(resource.retryAfterMs ?? waitMs, ASK_LAST_MS));
  }
}

/** Why: an order says it itself, an authorization in its challenge. */
function problemIn(body: Record<string, unknown>): AcmeProblem {
  const [first] = [body, ...challengesIn(body)].flatMap(({ error }) => (error ? [error] : []));
  return (first ?? {}) as AcmeProblem;
}

const challengesIn = (body: Record<string, unknown>): Record<string, unknown>[] =>
  Array.isArray(body.challenges) ? body.challenges : [];
