import type { Clock, EnvironmentName, MailTransport, OAuthConnector, ProviderName } from '@hikyaku/core';
import { createGoogleConnector } from './google/connector.ts';
import { createGoogleTransport } from './google/transport.ts';
import { openUpstreamPool } from './http/upstream-pool.ts';
import { createMicrosoftConnector } from './microsoft/connector.ts';
import { createMicrosoftTransport } from './microsoft/transport.ts';
import { type UpstreamSettings, upstreamEndpoints } from './upstream-endpoints.ts';

/** Everything towards the providers that a process needs, over one pool of connections. */
export interface Upstreams {
  environment: EnvironmentName;
  transports: Partial<Record<ProviderName, MailTransport>>;
  connectors: Partial<Record<'microsoft' | 'google', OAuthConnector>>;
  close(): Promise<void>;
}

/** Adapters of the providers that the settings set up. Close it at the process's end. */
export function openUpstreams(settings: UpstreamSettings, options: { clock?: Clock } = {}): Upstreams {
  const { environment, microsoft, google } = upstreamEndpoints(settings);
  const pool = openUpstreamPool();
  const withClock = options.clock ? { clock: options.clock } : {};
  return {
    environment,
    transports: {
      ...(microsoft ? { microsoft: createMicrosoftTransport({ config: microsoft, pool, ...withClock }) } : {}),
      ...(google ? { google: createGoogleTransport({ config: google, pool, ...withClock }) } : {}),
    },
    connectors: {
      ...(microsoft ? { microsoft: createMicrosoftConnector({ config: microsoft, pool }) } : {}),
      ...(google ? { google: createGoogleConnector({ config: google, pool }) } : {}),
    },
    close: pool.close,
  };
}
