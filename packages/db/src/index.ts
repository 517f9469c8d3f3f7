export { beginDayAlerts, readDayUses } from './alerts/day-uses.ts';
export { followOutbox } from './alerts/follow-outbox.ts';
export * from './alerts/look-at-tables.ts';
export { moveStrandedNotes } from './alerts/move-stranded-notes.ts';
export { keepRhythms, silentAfterHoursOf } from './alerts/rhythms.ts';
export * from './alerts/tell-alerts.ts';
export { findTellingMailbox } from './alerts/telling-mailbox.ts';
export { canPass } from './can-pass.ts';
export { type ConnectionOptions, connectionConfig, type DatabaseRole } from './connection.ts';
export { type Database, type DatabaseOptions, openDatabase, pingDatabase } from './database.ts';
export { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded/start-embedded-postgres.ts';
export { type InstanceKeyPurpose, type InstanceKeyRow, type KeyStore, keyStore } from './key-store.ts';
export { listen } from './listen.ts';
export { applyOwnersWords } from './message-writer/apply-words.ts';
export type { Claim } from './message-writer/claim.ts';
export * from './message-writer/claim-due-messages.ts';
export { readDigestLine } from './message-writer/digest-line.ts';
export {
  type DigestMail,
  type DueDigest,
  findDueDigests,
  followDigests,
  insertDigest,
  keepGathered,
  letGathered,
  letOnly,
  readDigestMails,
} from './message-writer/digests.ts';
export {
  type DueFold,
  findFolds,
  findHeldBacklogs,
  growFold,
  insertFold,
  readFoldFacts,
} from './message-writer/folds.ts';
export {
  type InsertedMessage,
  insertMessages,
  insertRecovered,
} from './message-writer/insert-messages.ts';
export * from './message-writer/mark-sends.ts';
export * from './message-writer/move-own-message.ts';
export type { NewMessage } from './message-writer/new-message.ts';
export { isSimplySent, recordSent } from './message-writer/record-sent.ts';
export { redirectFromChannels } from './message-writer/redirect.ts';
export * from './message-writer/renew-leases.ts';
export { findReroutes, type ReroutePair, rerouteMessages } from './message-writer/reroute-messages.ts';
export { splitPart } from './message-writer/split-part.ts';
export {
  isOutcomeWritten,
  isPlain,
  type OutcomeRecord,
  recordOutcome,
  recordOutcomes,
} from './message-writer/write-outcomes.ts';
export { migrate, PRISMA_FOLDER } from './migrate.ts';
export * from './outbox/count-moves.ts';
export {
  ANY_ACCOUNT,
  arrivalsIn,
  OUTBOX_WRITTEN,
  type OutboxKind,
  type OutboxPlace,
  type OutboxRow,
  outboxEnd,
  pruneOutbox,
  readOutbox,
  wakeForArrivals,
  wakeOutboxReaders,
} from './outbox/read-outbox.ts';
export { recountStates } from './outbox/recount-states.ts';
export * from './system/attempt-counts.ts';
export * from './system/auth/address-changes.ts';
export * from './system/auth/api-keys.ts';
export * from './system/auth/audit.ts';
export * from './system/auth/members.ts';
export * from './system/auth/operator.ts';
export * from './system/auth/outside.ts';
export * from './system/auth/passkeys.ts';
export * from './system/auth/second-step.ts';
export * from './system/auth/secret.ts';
export * from './system/auth/sign-ups.ts';
export * from './system/auth/tenant.ts';
export * from './system/auth/viewer.ts';
export { confirmArrival, pruneArrivals } from './system/confirm-arrival.ts';
export { type BounceMail, findBounceTenant, recordBounceMail } from './system/edge/bounces.ts';
export * from './system/edge/handoff.ts';
export { type Backlog, readBacklogs } from './system/edge/mailbox-backlog.ts';
export * from './system/edge/refused-devices.ts';
export * from './system/edge/sessions.ts';
export * from './system/edge/snapshot.ts';
export * from './system/operator-tenants.ts';
export * from './system/worker/erase-tenant.ts';
export { followClock } from './system/worker/follow-clock.ts';
export * from './system/worker/forgotten-accounts.ts';
export * from './system/worker/leases.ts';
export * from './system/worker/mailboxes.ts';
export * from './system/worker/message-history.ts';
export * from './system/worker/oauth-upkeep.ts';
export {
  closeQuietMailbox,
  findQuietMailboxes,
  postponeRefresh,
  readQuietMailbox,
} from './system/worker/quiet-mailboxes.ts';
export * from './system/worker/retention.ts';
export { type SenderResult, writeSenderResult } from './system/worker/sender-results.ts';
export * from './system/worker/spool-content.ts';
export * from './system/worker/turns.ts';
export { isClockTrusted } from './system/worker/unseen-time.ts';
export { readAccountPaces, readPlaceInLine } from './system/worker/waiting-line.ts';
export * from './tenant/alerts.ts';
export * from './tenant/api-keys.ts';
export * from './tenant/arrivals.ts';
export * from './tenant/audit.ts';
export { type BounceAddressRow, findBounceAddress, renewBounceAddress } from './tenant/bounce-address.ts';
export * from './tenant/connect-mailbox.ts';
export * from './tenant/content-channels.ts';
export * from './tenant/credentials.ts';
export * from './tenant/device-groups.ts';
export * from './tenant/device-hours.ts';
export * from './tenant/devices.ts';
export * from './tenant/mail-rules.ts';
export * from './tenant/mailbox-senders.ts';
export { type MailboxWaiting, readMailboxWaiting } from './tenant/mailbox-waiting.ts';
export * from './tenant/mailboxes.ts';
export {
  acceptanceOf,
  type MessageFilter,
  type MessagePage,
  pageMessages,
  STATE_NUMBERS,
} from './tenant/message-pages.ts';
export * from './tenant/message-story.ts';
export * from './tenant/messages.ts';
export * from './tenant/oauth-states.ts';
export * from './tenant/overview.ts';
export { pageRefusals, type RefusalRow } from './tenant/refusals.ts';
export * from './tenant/scope.ts';
export * from './tenant/seen-problems.ts';
export * from './tenant/sessions.ts';
export * from './tenant/tenants.ts';
export * from './tenant/uses.ts';
export { openTenantDb, type TenantDb, type TenantTx } from './tenant-db.ts';
