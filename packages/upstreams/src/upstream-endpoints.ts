import { type EnvironmentName, SANDBOX_CLIENTS } from '@hikyaku/core';
import { type GoogleConfig, LIVE_GMAIL, sandboxGoogle } from './google/config.ts';
import { LIVE_AUTHORITY, LIVE_GRAPH, type MicrosoftConfig, sandboxMicrosoft } from './microsoft/config.ts';

/** The settings that decide where mail goes; the names are those of packages/config. */
export interface UpstreamSettings {
  isSandbox: boolean;
  /** Origin of the sandbox; by default SANDBOX_PORT on loopback. */
  sandboxOrigin?: string;
  SANDBOX_PORT?: number;
  MICROSOFT_CLIENT_ID?: string | undefined;
  MICROSOFT_CLIENT_SECRET?: string | undefined;
  GOOGLE_CLIENT_ID?: string | undefined;
  GOOGLE_CLIENT_SECRET?: string | undefined;
}

/** Providers of this instance; null: not set up. */
export interface UpstreamEndpoints {
  environment: EnvironmentName;
  microsoft: MicrosoftConfig | null;
  google: GoogleConfig | null;
}

/** Sandbox mode has both providers, with the sandbox's own clients; else each one whose client id and secret are set. */
export function upstreamEndpoints(settings: UpstreamSettings): UpstreamEndpoints {
  if (settings.isSandbox) {
    const origin = settings.sandboxOrigin ?? `http://127.0.0.1:${settings.SANDBOX_PORT ?? 3002}`;
    return {
      environment: 'sandbox',
      microsoft: sandboxMicrosoft(origin, SANDBOX_CLIENTS.microsoft),
      google: sandboxGoogle(origin, SANDBOX_CLIENTS.google),
    };
  }
  const { MICROSOFT_CLIENT_ID, MICROSOFT_CLIENT_SECRET, GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET } = settings;
  return {
    environment: 'live',
    microsoft:
      MICROSOFT_CLIENT_ID && MICROSOFT_CLIENT_SECRET
        ? {
            environment: 'live',
            clientId: MICROSOFT_CLIENT_ID,
            clientSecret: MICROSOFT_CLIENT_SECRET,
            authority: LIVE_AUTHORITY,
            graphUrl: LIVE_GRAPH,
          }
        : null,
    google:
      GOOGLE_CLIENT_ID && GOOGLE_CLIENT_SECRET
        ? {
            environment: 'live',
            clientId: GOOGLE_CLIENT_ID,
            clientSecret: GOOGLE_CLIENT_SECRET,
            gmailUrl: LIVE_GMAIL,
          }
        : null,
  };
}
