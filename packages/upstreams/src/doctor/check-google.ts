import type { GoogleConfig } from '../google/config.ts';
import { GOOGLE_SCOPES } from '../google/config.ts';
import type { UpstreamPool } from '../http/upstream-pool.ts';
import { ask, checkReach, tokenError } from './ask.ts';
import { type Finding, ok, unknown, wrong } from './finding.ts';

const CLIENT = 13;
const LIVE = {
  oauth2AuthBaseUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
  oauth2TokenUrl: 'https://oauth2.googleapis.com/token',
};

/** What Google says of our client, asked without anybody signing in, as in `checkMicrosoft`. */
export async function checkGoogle(
  config: GoogleConfig,
  tools: { pool: UpstreamPool; redirectUri: string },
): Promise<Finding[]> {
  const { pool, redirectUri } = tools;
  const { oauth2AuthBaseUrl, oauth2TokenUrl } = config.endpoints ?? LIVE;
  const reach = await checkReach(pool, [oauth2TokenUrl, `${config.gmailUrl}gmail/v1/users/me/profile`]);
  if (reach.some(({ state }) => state === 'wrong')) return reach;
  const [redirect, secret] = await Promise.all([
    checkRedirect(config, pool, oauth2AuthBaseUrl, redirectUri),
    checkSecret(config, pool, oauth2TokenUrl, redirectUri),
  ]);
  return [...reach, redirect, secret];
}

async function checkRedirect(
  config: GoogleConfig,
  pool: UpstreamPool,
  authorizeUrl: string,
  redirectUri: string,
): Promise<Finding> {
  const query = new URLSearchParams({
    client_id: config.clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: GOOGLE_SCOPES.join(' '),
    prompt: 'none',
    state: 'doctor',
  });
  const answer = await ask(pool, `${authorizeUrl}?${query}`);
  if ('failure' in answer) return unknown(CLIENT, `no answer to the sign-in (${answer.failure})`);
  const location = answer.headers.location ?? '';
  if (location.startsWith(`${redirectUri}?`)) return ok(CLIENT, `${redirectUri} is registered`);
  // Google's error page carries its reason in base64.
  const reason = URL.parse(location)?.searchParams.get('authError') ?? '';
  const words = `${answer.text} ${Buffer.from(reason, 'base64').toString('utf8')}`;
  if (words.includes('redirect_uri_mismatch')) {
    return wrong(CLIENT, `the redirect address is not registered: add ${redirectUri} to the client`);
  }
  if (/invalid_client|deleted_client/.test(words)) {
    return wrong(CLIENT, 'Google does not know the client (deleted after six months without use?): copy its id anew');
  }
  return unknown(CLIENT, `Google neither sent back nor said why (status ${answer.status})`);
}

async function checkSecret(
  config: GoogleConfig,
  pool: UpstreamPool,
  tokenUrl: string,
  redirectUri: string,
): Promise<Finding> {
  const answer = await ask(pool, tokenUrl, {
    client_id: config.clientId,
    client_secret: config.clientSecret,
    grant_type: 'authorization_code',
    code: 'none',
    redirect_uri: redirectUri,
  });
  if ('failure' in answer) return unknown(CLIENT, `no answer to the token call (${answer.failure})`);
  const { error } = tokenError(answer);
  if (error === 'invalid_grant' || error === 'redirect_uri_mismatch') return ok(CLIENT, 'the client secret is taken');
  if (/_client$/.test(error)) return wrong(CLIENT, `client id and secret do not fit (${error}): copy both anew`);
  return unknown(CLIENT, `the token call was refused with ${error || `status ${answer.status}`}`);
}
