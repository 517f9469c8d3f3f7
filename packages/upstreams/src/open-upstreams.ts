import type {
  Clock,
  EnvironmentName,
  IdentityProvider,
  MailTransport,
  OAuthConnector,
  ProviderName,
} from '@hikyaku/core';
import { createChannelTransport } from './channels/content/transport.ts';
import { type Channels, openChannels } from './channels/open-channels.ts';
import type { PushIdentity } from './channels/push/web-push.ts';
import { createGoogleConnector } from './google/connector.ts';
import { createGoogleTransport } from './google/transport.ts';
import { openUpstreamPool } from './http/upstream-pool.ts';
import { googleIdentity, microsoftIdentity } from './identity/config.ts';
import { createIdentityProvider } from './identity/identity-provider.ts';
import { createMicrosoftConnector } from './microsoft/connector.ts';
import { createMicrosoftTransport } from './microsoft/transport.ts';
import { type SenderRecordsCheck, senderRecordsCheck } from './sender-records/check-sender-records.ts';
import { systemDns } from './sender-records/sender-dns.ts';
import type { SystemMailer } from './smtp/system-mailer.ts';
import { type SmtpTest, testSmtpAccount } from './smtp/test-account.ts';
import { createSmtpTransport } from './smtp/transport.ts';
import { type UpstreamSettings, upstreamEndpoints } from './upstream-endpoints.ts';

/** Everything towards the providers that a process needs, over one pool of connections. */
export interface Upstreams {
  environment: EnvironmentName;
  transports: Partial<Record<ProviderName, MailTransport>>;
  connectors: Partial<Record<'microsoft' | 'google', OAuthConnector>>;
  /** What people sign in to the dashboard by. */
  identities: Partial<Record<'microsoft' | 'google', IdentityProvider>>;
  /** Signs in to an SMTP account; undefined where none can be connected. */
  testSmtp: SmtpTest | undefined;
  /** Looks for what a sending server of one's own needs in the DNS; undefined as above. */
  checkSenderRecords: SenderRecordsCheck | undefined;
  /** The ways of telling alerts that this instance has; mail by `mailer`, browsers by `signer`. */
  channelsBy(mailer: SystemMailer | undefined, signer: Omit<PushIdentity, 'contact'> | null): Channels;
  close(): Promise<void>;
}

/** Adapters of the providers that the settings set up. Close it at the process's end. */
export function openUpstreams(settings: UpstreamSettings, options: { clock?: Clock } = {}): Upstreams {
  const { environment, microsoft, google, smtp, channelDialler, brokerDialler, chatOrigins, proxy } =
    upstreamEndpoints(settings);
  const pool = openUpstreamPool(proxy);
  const withClock = options.clock ? { clock: options.clock } : {};
  const signsInBy = (provider: 'microsoft' | 'google') => settings.SIGN_IN_WITH?.includes(provider) ?? true;
  const smtpTransport = smtp ? createSmtpTransport(smtp) : undefined;
  return {
    environment,
    transports: {
      ...(microsoft ? { microsoft: createMicrosoftTransport({ config: microsoft, pool, ...withClock }) } : {}),
      ...(google ? { google: createGoogleTransport({ config: google, pool, ...withClock }) } : {}),
      ...(smtpTransport ? { smtp: smtpTransport } : {}),
      channel: createChannelTransport({ environment, dialler: channelDialler, brokerDialler, origins: chatOrigins }),
    },
    connectors: {
      ...(microsoft ? { microsoft: createMicrosoftConnector({ config: microsoft, pool }) } : {}),
      ...(google ? { google: createGoogleConnector({ config: google, pool }) } : {}),
    },
    identities: {
      ...(microsoft && signsInBy('microsoft')
        ? { microsoft: createIdentityProvider({ config: microsoftIdentity(microsoft), pool, ...withClock }) }
        : {}),
      ...(google && signsInBy('google')
        ? { google: createIdentityProvider({ config: googleIdentity(google), pool, ...withClock }) }
        : {}),
    },
    channelsBy: (mailer, signer) =>
      openChannels({
        dialler: channelDialler,
        brokerDialler,
        takesHttp: settings.ALLOW_PRIVATE_UPSTREAMS ?? false,
        mailer: mailer ?? null,
        origins: chatOrigins,
        push: signer && { ...signer, contact: contactOf(settings) },
      }),
    checkSenderRecords: smtp ? senderRecordsCheck(systemDns()) : undefined,
    testSmtp: smtp ? (account) => testSmtpAccount(account, smtp) : undefined,
    close: async () => {
      smtpTransport?.close();
      await pool.close();
    },
  };
}

/** Apple's push service refuses who cannot be written to. */
const contactOf = ({ OPERATOR_EMAIL, PUBLIC_URL = '' }: UpstreamSettings): string =>
  OPERATOR_EMAIL === undefined && PUBLIC_URL.startsWith('https:')
    ? PUBLIC_URL
    : `mailto:${OPERATOR_EMAIL ?? 'operator@localhost'}`;
