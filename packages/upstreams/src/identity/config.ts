import type { OutsideIdentity } from '@hikyaku/core';
import type { GoogleConfig } from '../google/config.ts';
import type { MicrosoftConfig } from '../microsoft/config.ts';

/** What of an id_token is read. Nothing in it is believed before `readIdToken` has looked at its signature. */
export interface IdClaims {
  iss?: unknown;
  sub?: unknown;
  tid?: unknown;
  oid?: unknown;
  hd?: unknown;
  email?: unknown;
  email_verified?: unknown;
  preferred_username?: unknown;
  name?: unknown;
}

/** A provider that people sign in by: the registration that its mailboxes are connected by, too. */
export interface IdentityConfig {
  clientId: string;
  clientSecret: string;
  /** Where it says where it is (OpenID Connect Discovery). */
  discoveryUrl: string;
  /** The issuer that a token with these claims must name, by the one that was discovered; null: no token with such claims counts here. */
  issuersOf(claims: IdClaims, discovered: string): string[];
  /** Undefined where the claims name nobody. */
  identityOf(claims: IdClaims): OutsideIdentity | undefined;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Of every personal account (facts 1.1). */
const PERSONAL_TENANT = '9188040d-6c67-4c5b-b112-36a304b66dad';

const textOf = (claim: unknown): string | undefined => (typeof claim === 'string' && claim !== '' ? claim : undefined);

const addressOf = (...claims: unknown[]): string | null => {
  const address = claims.map(textOf).find((text) => text && text.length <= 254 && /^[^\s@#]+@[^\s@#]+$/.test(text));
  return address?.toLowerCase() ?? null;
};

/** One line that fits into the list of a page. */
const nameOf = (claim: unknown): string | null =>
  textOf(claim)
    ?.replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 80) || null;

/** Entra, for the accounts that the operator's authority takes. */
export function microsoftIdentity(config: MicrosoftConfig): IdentityConfig {
  const authority = new URL(config.authority).pathname.replaceAll('/', '');
  return {
    clientId: config.clientId,
    clientSecret: config.clientSecret,
    discoveryUrl: `${config.loginUrl}/${authority}/v2.0/.well-known/openid-configuration`,
    issuersOf: ({ tid }, discovered) => {
      if (typeof tid !== 'string' || !UUID.test(tid)) return [];
      if (authority === 'organizations' && tid === PERSONAL_TENANT) return [];
      return [discovered.replace('{tenantid}', tid)];
    },
    identityOf: ({ tid, oid, email, preferred_username, name }) => {
      if (!textOf(tid) || !textOf(oid)) return undefined;
      // `email` and `preferred_username` are what a directory's administrator wrote there: good for a field's first content, proof of nothing.
      return {
        subject: `${tid}:${oid}`,
        address: addressOf(email, preferred_username),
        vouchesAddress: false,
        name: nameOf(name),
      };
    },
  };
}

export function googleIdentity(config: GoogleConfig): IdentityConfig {
  const origin = config.endpoints ? config.gmailUrl : 'https://accounts.google.com/';
  return {
    clientId: config.clientId,
    clientSecret: config.clientSecret,
    discoveryUrl: `${origin}.well-known/openid-configuration`,
    // Both forms are documented (facts 1.2).
    issuersOf: () => ['https://accounts.google.com', 'accounts.google.com'],
    identityOf: ({ sub, email, email_verified, hd, name }) => {
      const subject = textOf(sub);
      if (!subject) return undefined;
      const address = addressOf(email);
      // Of any other domain Google knows only that it was this person's once, when he gave it.
      const isGoogles = /@(gmail|googlemail)\.com$/.test(address ?? '') || textOf(hd) !== undefined;
      return { subject, address, vouchesAddress: email_verified === true && isGoogles, name: nameOf(name) };
    },
  };
}
