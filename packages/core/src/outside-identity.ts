/** Who somebody is at a provider that he signs in by. */
export interface OutsideIdentity {
  /** Names the account for ever, within its provider: never an address, which can be changed, given on and, in some directories, written at will. */
  subject: string;
  /** As the provider shows it; null: it showed none. */
  address: string | null;
  /** The provider answers for it that the address is this person's now. */
  vouchesAddress: boolean;
  name: string | null;
}

/** Signing in by a provider: OpenID Connect's code flow with PKCE (S256) and a nonce. */
export interface IdentityProvider {
  /** @throws RelayError `upstream.unavailable` */
  authorizationUrl(request: {
    state: string;
    nonce: string;
    codeChallenge: string;
    redirectUri: string;
  }): Promise<string>;
  /**
   * Redeems a code, once.
   * @throws RelayError `oauth.code_refused`, `upstream.unavailable`, `upstream.client_secret`
   */
  redeem(request: { code: string; codeVerifier: string; nonce: string; redirectUri: string }): Promise<OutsideIdentity>;
}
