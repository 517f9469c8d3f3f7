import type { EnvironmentName } from '@hikyaku/core';

/** Where Google is, and who we are there. */
export interface GoogleConfig {
  environment: EnvironmentName;
  clientId: string;
  clientSecret: string;
  /** Undefined: the ones that google-auth-library knows. */
  endpoints?: {
    oauth2AuthBaseUrl: string;
    oauth2TokenUrl: string;
    oauth2RevokeUrl: string;
    tokenInfoUrl: string;
  };
  /** With a slash at the end. */
  gmailUrl: string;
}

export const LIVE_GMAIL = 'https://gmail.googleapis.com/';

export const GMAIL_SEND_SCOPE = 'https://www.googleapis.com/auth/gmail.send';
/** `gmail.send` is sensitive, not restricted: no yearly assessment (facts 1.2). */
export const GOOGLE_SCOPES = ['openid', 'email', GMAIL_SEND_SCOPE];

/** `mediaUpload.maxSize` of the discovery document (facts 2.2). */
export const GMAIL_MAX_MAIL_BYTES = 36_700_160;
/** More are refused, through SMTP and the API alike (facts 3). */
export const GMAIL_MAX_RECIPIENTS = 100;

export function sandboxGoogle(origin: string, client: { clientId: string; clientSecret: string }): GoogleConfig {
  return {
    environment: 'sandbox',
    ...client,
    endpoints: {
      oauth2AuthBaseUrl: `${origin}/google/o/oauth2/v2/auth`,
      oauth2TokenUrl: `${origin}/google/token`,
      oauth2RevokeUrl: `${origin}/google/revoke`,
      tokenInfoUrl: `${origin}/google/tokeninfo`,
    },
    gmailUrl: `${origin}/google/`,
  };
}
