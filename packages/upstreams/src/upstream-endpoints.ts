import { type EnvironmentName, SANDBOX_CLIENTS } from '@hikyaku/core';
import { ORIGINS, type Origins } from './channels/origins.ts';
import { createDialler, type Dialler, type DialRules } from './dialler/dialler.ts';
import { type GoogleConfig, LIVE_GMAIL, sandboxGoogle } from './google/config.ts';
import type { EgressProxy } from './http/upstream-pool.ts';
import { liveMicrosoft, type MicrosoftConfig, type MicrosoftSmtp, sandboxMicrosoft } from './microsoft/config.ts';
import type { SmtpConfig } from './smtp/config.ts';
import type { SmtpServer } from './smtp/session.ts';

/** The settings that decide where mail goes; the names are those of packages/config. */
export interface UpstreamSettings {
  OPERATOR_EMAIL?: string | undefined;
  PUBLIC_URL?: string;
  isSandbox: boolean;
  /** Origin of the sandbox; by default SANDBOX_PORT on loopback. */
  sandboxOrigin?: string;
  SANDBOX_PORT?: number;
  SANDBOX_SMTP_PORT?: number;
  MICROSOFT_CLIENT_ID?: string | undefined;
  MICROSOFT_CLIENT_SECRET?: string | undefined;
  MICROSOFT_AUTHORITY?: string | undefined;
  MICROSOFT_GRAPH_URL?: string | undefined;
  MICROSOFT_SCOPES?: string[] | undefined;
  HTTPS_PROXY?: string | undefined;
  NO_PROXY?: string | undefined;
  GOOGLE_CLIENT_ID?: string | undefined;
  GOOGLE_CLIENT_SECRET?: string | undefined;
  /** Of the providers that are set up, those that people sign in to the dashboard by; undefined: all. */
  SIGN_IN_WITH?: string[] | undefined;
  ALLOW_PRIVATE_UPSTREAMS?: boolean;
  /** Our name, and the ports of our doors: no mailbox may be one of them. */
  SMTP_HOST?: string;
  ownPorts?: number[];
}

/** Providers of this instance; null: not set up. */
export interface UpstreamEndpoints {
  environment: EnvironmentName;
  microsoft: MicrosoftConfig | null;
  google: GoogleConfig | null;
  /** Null in sandbox mode, where nothing may leave this machine, unless private upstreams are allowed: then loopback alone is dialled. */
  smtp: SmtpConfig | null;
  /** To what tenants have their alerts told by; null as `smtp` is. */
  channelDialler: Dialler | null;
  /** To their MQTT brokers. */
  brokerDialler: Dialler | null;
  /** Chats with one address for everybody; in sandbox mode the sandbox stands in for them. */
  chatOrigins: Origins;
  /** The way to Microsoft and Google where there is no other; the sandbox is on this machine. */
  proxy: EgressProxy | undefined;
}

/** Sandbox mode has both providers, with the sandbox's own clients; else each one whose client id and secret are set. */
export function upstreamEndpoints(settings: UpstreamSettings): UpstreamEndpoints {
  const { ALLOW_PRIVATE_UPSTREAMS: allowPrivate = false, SMTP_HOST: ownHost = 'localhost', ownPorts = [] } = settings;
  const smtpBy = (environment: EnvironmentName, reach: DialRules['reach']): SmtpConfig => ({
    environment,
    dialler: createDialler({ reach, ownHost, ownPorts }),
    helloName: ownHost,
  });
  const channelsBy = (reach: DialRules['reach']) => ({
    channelDialler: createDialler({ reach, ownHost, ownPorts, ports: [443] }),
    brokerDialler: createDialler({ reach, ownHost, ownPorts, ports: [8883, 443] }),
  });
  /** In plain, on this machine alone. */
  const sandboxSmtp = (): MicrosoftSmtp => {
    const server: SmtpServer = { host: '127.0.0.1', port: settings.SANDBOX_SMTP_PORT ?? 3025, security: 'none' };
    return { ...smtpBy('sandbox', 'this-machine'), personal: server, work: server };
  };
  if (settings.isSandbox) {
    const origin = settings.sandboxOrigin ?? `http://127.0.0.1:${settings.SANDBOX_PORT ?? 3002}`;
    return {
      environment: 'sandbox',
      microsoft: sandboxMicrosoft(origin, SANDBOX_CLIENTS.microsoft, settings.MICROSOFT_SCOPES, sandboxSmtp()),
      google: sandboxGoogle(origin, SANDBOX_CLIENTS.google),
      smtp: allowPrivate ? smtpBy('sandbox', 'this-machine') : null,
      ...(allowPrivate ? channelsBy('this-machine') : { channelDialler: null, brokerDialler: null }),
      chatOrigins: { telegram: `${origin}/telegram`, line: `${origin}/line`, slack: `${origin}/slack` },
      proxy: undefined,
    };
  }
  const { MICROSOFT_CLIENT_ID, MICROSOFT_CLIENT_SECRET, GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET } = settings;
  return {
    environment: 'live',
    microsoft:
      MICROSOFT_CLIENT_ID && MICROSOFT_CLIENT_SECRET
        ? liveMicrosoft({
            clientId: MICROSOFT_CLIENT_ID,
            clientSecret: MICROSOFT_CLIENT_SECRET,
            authority: settings.MICROSOFT_AUTHORITY,
            graphUrl: settings.MICROSOFT_GRAPH_URL,
            scopes: settings.MICROSOFT_SCOPES,
            line: smtpBy('live', 'public'),
          })
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
    smtp: smtpBy('live', allowPrivate ? 'any' : 'public'),
    ...channelsBy(allowPrivate ? 'any' : 'public'),
    chatOrigins: ORIGINS,
    proxy: settings.HTTPS_PROXY ? { url: settings.HTTPS_PROXY, except: settings.NO_PROXY } : undefined,
  };
}
