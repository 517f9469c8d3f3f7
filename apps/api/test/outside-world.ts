import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SANDBOX_CLIENTS } from '@hikyaku/core';
import { freePorts, programOf, sandboxClient } from '@hikyaku/testing';
import { openUpstreams } from '@hikyaku/upstreams';
import type { Person } from './api-under-test.ts';
import { spawnApp } from './spawn-app.ts';

export type Provider = 'microsoft' | 'google';
export type Claims = Record<string, unknown>;
type Form = { state: string; nonce: string; redirect_uri: string };

/** The stand-ins of Microsoft and Google as a process, the adapters that ask them, and what forges their answers. */
export async function openOutsideWorld() {
  const dir = mkdtempSync(join(tmpdir(), 'hikyaku-outside-'));
  const ports = await freePorts();
  const sandbox = await spawnApp(programOf('packages/sandbox'), {
    ...ports,
    HIKYAKU_DATA_DIR: dir,
    HIKYAKU_SANDBOX: 'on',
    NODE_ENV: 'production',
  });
  const origin = `http://127.0.0.1:${ports.HIKYAKU_SANDBOX_PORT}`;
  const client = sandboxClient(origin);
  await client.knobs({ consent: 'auto' });
  const upstreams = openUpstreams({ isSandbox: true, sandboxOrigin: origin });
  const { kid, rsa } = JSON.parse(readFileSync(join(dir, 'sandbox/keys.json'), 'utf8')) as { kid: string; rsa: string };
  const key = createPrivateKey(rsa);
  const others = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

  const jwt = (head: object, claims: Claims, by: KeyObject | null): string => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = `${part(head)}.${part(claims)}`;
    return `${text}.${by ? sign('sha256', Buffer.from(text), by).toString('base64url') : ''}`;
  };

  /** Where the provider would send this person's browser after he signed in there as `address`. */
  async function allowed(authorizeUrl: URL, address: string): Promise<URL> {
    const url = new URL(authorizeUrl);
    url.searchParams.set('login_hint', address);
    url.searchParams.delete('prompt');
    const answer = await fetch(url, { redirect: 'manual' });
    const back = answer.headers.get('location');
    if (!back) throw new Error(`${answer.status} ${await answer.text()}`);
    return new URL(back);
  }
  const begin = async (person: Person, provider: Provider, query = ''): Promise<URL> => {
    const answer = await person.request(`/api/auth/sign-in-with/${provider}${query}`);
    return new URL(answer.headers.get('location') ?? '');
  };
  /** The page on which he ends, with its query. */
  const comeBack = async (person: Person, url: URL): Promise<string> => {
    const answer = await person.request(url.pathname + url.search);
    const to = new URL(answer.headers.get('location') ?? '');
    return to.pathname + to.search;
  };
  return {
    identities: upstreams.identities,
    knobs: client.knobs,
    begin,
    allowed,
    comeBack,
    /** The whole way. */
    signInWith: async (person: Person, provider: Provider, address: string, query = ''): Promise<string> =>
      comeBack(person, await allowed(await begin(person, provider, query), address)),
    /** The provider's next token answer is this one. `sign`: by its own key, by another, or not at all. */
    answerWith: async (
      provider: Provider,
      authorizeUrl: URL,
      claims: Claims,
      how: { sign?: 'own' | 'other' | 'none' | 'symmetric' } = {},
    ): Promise<void> => {
      const asked = Object.fromEntries(authorizeUrl.searchParams) as unknown as Form;
      const now = Math.floor(Date.now() / 1000);
      const all = { iat: now, exp: now + 3600, aud: SANDBOX_CLIENTS[provider].clientId, nonce: asked.nonce, ...claims };
      const heads = { own: 'RS256', other: 'RS256', none: 'none', symmetric: 'HS256' };
      const by = how.sign ?? 'own';
      const id_token = jwt({ alg: heads[by], kid }, all, by === 'own' ? key : by === 'other' ? others : null);
      await client.knobs({
        faults: [
          { provider, call: 'token', status: 200, body: { access_token: randomBytes(9).toString('hex'), id_token } },
        ],
      });
    },
    /** What a right id_token says of who issued it. */
    issuerOf: (provider: Provider, tid: string) =>
      provider === 'google' ? 'https://accounts.google.com' : `${origin}/microsoft/${tid}/v2.0`,
    close: async () => {
      await upstreams.close();
      await sandbox.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export type OutsideWorld = Awaited<ReturnType<typeof openOutsideWorld>>;
