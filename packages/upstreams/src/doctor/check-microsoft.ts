import type { UpstreamPool } from '../http/upstream-pool.ts';
import type { MicrosoftConfig } from '../microsoft/config.ts';
import { ask, checkReach, tokenError } from './ask.ts';
import { type Finding, ok, unknown, wrong } from './finding.ts';

const REGISTERED = 2;
const REDIRECT = 4;
const SECRET = 6;

/** AADSTS number → the step where it is mended, and how. */
const MENDED: Record<number, [step: number, text: string]> = {
  700016: [REGISTERED, 'Microsoft does not know the application: copy its "Application (client) ID" anew'],
  50194: [
    REGISTERED,
    'the application is registered for one organization: allow all account types, or put its id into MICROSOFT_AUTHORITY',
  ],
  90002: [REGISTERED, 'MICROSOFT_AUTHORITY names no organization'],
  50011: [REDIRECT, 'the redirect address is not registered'],
  7000215: [SECRET, 'the client secret is wrong: copy its value, not its id'],
  7000222: [SECRET, 'the client secret has ended: make a new one'],
  7000218: [SECRET, 'the registration is for a public client: add a client secret'],
};

const numberIn = (text: string): number => Number(/AADSTS(\d+)/.exec(text)?.[1]);

/**
 * What Microsoft says of our registration, asked without anybody signing in: authorize with `prompt=none`, which sends back to a registered address
 * only, and a refresh token that does not exist, which is refused after the client.
 */
export async function checkMicrosoft(
  config: MicrosoftConfig,
  tools: { pool: UpstreamPool; redirectUri: string },
): Promise<Finding[]> {
  const { pool, redirectUri } = tools;
  const { authorizeUrl, tokenUrl } = endpointsOf(config);
  const reach = await checkReach(pool, [tokenUrl, `${config.graphUrl}/v1.0/me`]);
  if (reach.some(({ state }) => state === 'wrong')) return reach;
  const [redirect, secret] = await Promise.all([
    checkRedirect(config, pool, authorizeUrl, redirectUri),
    checkSecret(config, pool, tokenUrl),
  ]);
  return [...reach, redirect, secret];
}

async function checkRedirect(
  config: MicrosoftConfig,
  pool: UpstreamPool,
  authorizeUrl: string,
  redirectUri: string,
): Promise<Finding> {
  const query = new URLSearchParams({
    client_id: config.clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: ['openid', ...config.scopes].join(' '),
    prompt: 'none',
    state: 'doctor',
  });
  const answer = await ask(pool, `${authorizeUrl}?${query}`);
  if ('failure' in answer) return unknown(REDIRECT, `no answer to the sign-in (${answer.failure})`);
  if ((answer.headers.location ?? '').startsWith(`${redirectUri}?`))
    return ok(REDIRECT, `${redirectUri} is registered`);
  const number = numberIn(answer.text);
  const [step, text] = MENDED[number] ?? [];
  if (!step) return unknown(REDIRECT, `Microsoft neither sent back nor said why (status ${answer.status})`);
  return wrong(step, step === REDIRECT ? `${text}: add ${redirectUri}, platform Web` : `${text} (AADSTS${number})`);
}

async function checkSecret(config: MicrosoftConfig, pool: UpstreamPool, tokenUrl: string): Promise<Finding> {
  const answer = await ask(pool, tokenUrl, {
    client_id: config.clientId,
    client_secret: config.clientSecret,
    grant_type: 'refresh_token',
    refresh_token: 'none',
    scope: config.scopes.join(' '),
  });
  if ('failure' in answer) return unknown(SECRET, `no answer to the token call (${answer.failure})`);
  const { error, description } = tokenError(answer);
  const number = numberIn(description);
  const [step, text] = MENDED[number] ?? [];
  if (step && text) return wrong(step, `${text} (AADSTS${number})`);
  if (error === 'invalid_grant') return ok(SECRET, 'the client secret is taken');
  return unknown(SECRET, `the token call was refused with ${error || `status ${answer.status}`}`);
}

/** Where MSAL would go. */
function endpointsOf(config: MicrosoftConfig): { authorizeUrl: string; tokenUrl: string } {
  const authority = config.authority.replace(/\/$/, '');
  if (!config.endpoints) {
    return { authorizeUrl: `${authority}/oauth2/v2.0/authorize`, tokenUrl: `${authority}/oauth2/v2.0/token` };
  }
  const known = JSON.parse(config.endpoints.metadata) as Record<string, string>;
  const fill = (name: string): string => known[name]!.replace('{tenantid}', new URL(authority).pathname.slice(1));
  return { authorizeUrl: fill('authorization_endpoint'), tokenUrl: fill('token_endpoint') };
}
