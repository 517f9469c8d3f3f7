export {
  type ApiAnswer,
  DashboardClient,
  type MessageView,
  type SandboxMail,
  sandboxClient,
} from './dashboard-client.ts';
export * from './device-mail-session.ts';
export * from './factories/make-device.ts';
export * from './factories/make-keys.ts';
export * from './factories/make-mailbox.ts';
export * from './factories/make-message.ts';
export * from './factories/make-tenant.ts';
export * from './mime-parts.ts';
export { type DumpedRow, dumpDatabase } from './postgres/dump-database.ts';
export { startTestPostgres } from './postgres/start-test-postgres.ts';
export { type TestDatabase, useDatabase } from './postgres/use-database.ts';
export { type TestRedis, useRedis } from './redis/use-redis.ts';
export { type LineOptions, SmtpLine } from './smtp-line.ts';
export * from './start-hikyaku.ts';
