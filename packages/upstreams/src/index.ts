export {
  type ChannelConfig,
  type ChannelResult,
  MAX_MAIL_CHARACTERS,
  type Note,
  type NoteItem,
  noteText,
} from './channels/channel.ts';
export { type Channels, openChannels } from './channels/open-channels.ts';
export { arePushKeys } from './channels/push/encrypt.ts';
export { writeWebhookSecret } from './channels/webhook.ts';
export { examineProviders } from './doctor/examine.ts';
export type { GoogleConfig } from './google/config.ts';
export { createGoogleConnector } from './google/connector.ts';
export { createGoogleTransport } from './google/transport.ts';
export { openUpstreamPool, type UpstreamPool } from './http/upstream-pool.ts';
export { aadstsCode } from './microsoft/aadsts.ts';
export { isAppOnly } from './microsoft/app-only/account.ts';
export type { MicrosoftConfig } from './microsoft/config.ts';
export { createMicrosoftConnector } from './microsoft/connector.ts';
export { createMicrosoftTransport } from './microsoft/transport.ts';
export { openUpstreams, type Upstreams } from './open-upstreams.ts';
export { dayCounts, type Pace, type PaceSettings, paceOf } from './pace.ts';
export { providerOf } from './provider-of.ts';
export type { SenderRecordsCheck } from './sender-records/check-sender-records.ts';
export {
  readSecret as readSmtpSecret,
  type SmtpAccount,
  smtpAccountKey,
  writeSecret as writeSmtpSecret,
} from './smtp/session.ts';
export { openSystemMailer, type SystemMailer } from './smtp/system-mailer.ts';
export type { SmtpTest } from './smtp/test-account.ts';
export { type UpstreamEndpoints, type UpstreamSettings, upstreamEndpoints } from './upstream-endpoints.ts';
