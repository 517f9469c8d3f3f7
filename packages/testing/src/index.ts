export {
  type ApiAnswer,
  DashboardClient,
  type MessageView,
  type SandboxMail,
  sandboxClient,
} from './dashboard-client.ts';
export * from './device-mail-session.ts';
export * from './durability/audit-mail.ts';
export * from './durability/child-processes.ts';
export { probeDoor, probeWhile } from './durability/door-prober.ts';
export * from './durability/fleet.ts';
export * from './durability/left-files.ts';
export * from './durability/mail-ledger.ts';
export * from './durability/message-facts.ts';
export * from './durability/settle.ts';
export * from './durability/short-times.ts';
export * from './durability/until.ts';
export * from './factories/make-alert.ts';
export * from './factories/make-device.ts';
export * from './factories/make-keys.ts';
export * from './factories/make-mailbox.ts';
export * from './factories/make-message.ts';
export * from './factories/make-sender.ts';
export * from './factories/make-session.ts';
export * from './factories/make-tenant.ts';
export * from './factories/sent-outcome.ts';
export * from './hostile/assert-linear.ts';
export * from './log-lines.ts';
export * from './mail-sink.ts';
export * from './mime-parts.ts';
export * from './mqtt-broker.ts';
export * from './one-time-code.ts';
export * from './ports/reserve-ports.ts';
export { type DumpedRow, dumpDatabase } from './postgres/dump-database.ts';
export * from './postgres/outbox-readable.ts';
export { startTestPostgres } from './postgres/start-test-postgres.ts';
export { type ClockedPostgres, useClockedPostgres } from './postgres/use-clocked-postgres.ts';
export { type TestDatabase, useDatabase } from './postgres/use-database.ts';
export { type OwnPostgres, useOwnPostgres } from './postgres/use-own-postgres.ts';
export * from './program-of.ts';
export * from './push-browser.ts';
export { type TestRedis, useRedis } from './redis/use-redis.ts';
export { type LineOptions, SmtpLine } from './smtp-line.ts';
export * from './start-authority.ts';
export * from './start-hikyaku.ts';
export * from './torture/edge-kills.ts';
export { seededRandom } from './torture/random.ts';
export * from './torture/run-torture.ts';
