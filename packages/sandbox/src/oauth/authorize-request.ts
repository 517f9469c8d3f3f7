import type { SandboxProvider } from '../accounts/account.ts';

/** The parameters of an authorize call, once client and redirect address are known to be right. */
export interface AuthorizeRequest {
  provider: SandboxProvider;
  /** Microsoft: the path's tenant; Google: ''. */
  tenant: string;
  /** Everything as it came, for the forms of the pages. */
  params: Record<string, string>;
  redirectUri: string;
  scopes: string[];
  state: string | undefined;
  codeChallenge: string | undefined;
  loginHint: string | undefined;
  prompts: string[];
  nonce: string | undefined;
}

/** Query or form as flat text; a parameter given twice counts as not given (RFC 6749 3.1). */
export function readParams(given: URLSearchParams): Record<string, string> {
  const params: Record<string, string> = {};
  for (const name of new Set(given.keys())) {
    const values = given.getAll(name);
    if (values.length === 1) params[name] = values[0]!;
  }
  return params;
}

export function toAuthorizeRequest(
  provider: SandboxProvider,
  tenant: string,
  params: Record<string, string>,
): AuthorizeRequest {
  return {
    provider,
    tenant,
    params,
    redirectUri: params.redirect_uri ?? '',
    scopes: splitScopes(params.scope),
    state: params.state,
    codeChallenge: params.code_challenge,
    loginHint: params.login_hint?.trim() || undefined,
    prompts: splitScopes(params.prompt),
    nonce: params.nonce,
  };
}

/** Space-separated words. */
export function splitScopes(text: string | undefined): string[] {
  return (text ?? '').split(/\s+/).filter(Boolean);
}

/** Where the browser goes with the answer. */
export function redirectWith(request: AuthorizeRequest, answer: Record<string, string>): string {
  const url = new URL(request.redirectUri);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  if (request.state !== undefined) url.searchParams.set('state', request.state);
  return url.href;
}
