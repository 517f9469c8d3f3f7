import {
  type Clock,
  createGate,
  type EnvironmentName,
  elapsedClock,
  type MailTransport,
  type OutcomePlans,
  type PlanLimits,
  type ProviderName,
  systemClock,
} from '@hikyaku/core';
import {
  closeForeignMailboxes,
  type Database,
  findUncommitted,
  insertMessages,
  isOutcomeWritten,
  isPlain,
  isSimplySent,
  markSends,
  type NewMessage,
  type OutcomeRecord,
  recordOutcome,
  recordOutcomes,
  recordSent,
  type SenderResult,
  type SendMark,
  splitPart,
  writeSenderResult,
} from '@hikyaku/db';
import { JOB_CATALOGUE, openJobQueue, openJobWorker, openTurnQueue, openTurnWorker } from '@hikyaku/queue';
import type { SpoolStore } from '@hikyaku/spool';
import type { Logger } from '@hikyaku/telemetry';
import { type Channels, type PaceSettings, paceOf, providerOf } from '@hikyaku/upstreams';
import type { InstanceKeys } from '@hikyaku/vault';
import { tellChannel } from './alerts/tell-channel.ts';
import { foldHeld } from './digests/fold-held.ts';
import { makeDigests } from './digests/make-digests.ts';
import { openMailbox } from './mailbox/open-mailbox.ts';
import { refreshQuiet } from './mailbox/refresh-quiet.ts';
import type { WorkerMetrics } from './metrics.ts';
import type { ProviderTroubles } from './operator/provider-troubles.ts';
import { groupWrites } from './outcome/group-writes.ts';
import { keepDestroying } from './outcome/keep-destroying.ts';
import { createShrinker, type Shrinker } from './pictures/shrinker.ts';
import { createMemoryRoom } from './preparation/memory-room.ts';
import { createPreparation, type Preparation } from './preparation/preparation.ts';
import { attemptSend } from './send/attempt-send.ts';
import { createSender, type SendTools } from './send/send-message.ts';
import { endLostLeases } from './sweep/end-lost-leases.ts';
import { eraseTenant } from './sweep/erase-tenant.ts';
import { startSweeper } from './sweep/start-sweeper.ts';
import { createTell } from './tell.ts';
import { hearArrivals } from './turn/hear-arrivals.ts';
import { startHeartbeat } from './turn/heartbeat.ts';
import { createPlaces } from './turn/places.ts';
import { createTurnRunner } from './turn/run-turn.ts';

/** The worker's times and numbers; all from settings. Milliseconds. */
export interface WorkerLimits extends PaceSettings {
  LEASE_MS: number;
  SEND_DEADLINE_MS: number;
  TURN_LEASE_MS: number;
  TURN_SLICE_MS: number;
  QUEUE_LOCK_MS: number;
  SWEEP_EVERY_MS: number;
  SWEEP_AFTER_MS: number;
  RETRY_PLAN_MS: number[];
  IN_DOUBT_PLAN_MS: number[];
  EXPIRE_AFTER_MS: number;
  FAILED_CONTENT_MS: number;
}

export interface WorkerAppOptions {
  database: Database;
  spool: SpoolStore;
  keys: Pick<InstanceKeys, 'contentOpener' | 'contentSealer' | 'tokenBox'>;
  transports: Partial<Record<ProviderName, MailTransport>>;
  /** How owners are told of alerts. */
  channels: Channels;
  /** The dashboard's page of alerts. */
  alertsUrl: string;
  environment: EnvironmentName;
  limits: WorkerLimits;
  /** What a tenant without numbers of its own may use. */
  plan: PlanLimits;
  redisUrl?: string | undefined;
  databaseUrl: string;
  /** Our name in the Received header. */
  receivedBy: string;
  loginDomain: string;
  metrics: WorkerMetrics;
  logger: Logger;
  /** What providers say of the registration, for the operator. */
  providerTroubles?: Pick<ProviderTroubles, 'note'>;
  concurrency?: number;
  /** Tests only: mails may ask for faults in their reading. */
  obeysFaults?: boolean;
  /** How mails are prepared; closed with the worker. */
  preparation?: Preparation;
  /** How pictures are made smaller; closed with the worker. */
  shrinker?: Shrinker;
  clock?: Clock;
  random?: () => number;
}

/** At most that many connections of the pool are held by token refreshes. */
const REFRESHES_AT_ONCE = 4;
/** After a send's deadline its outcome is written for that long, while Postgres is away. */
const RECORD_MS = 30_000;
/** Smaller pictures of ten mails over Graph's limit at once, or of one over an account's 25 MB; further ones wait their turn of a retry. */
const PICTURE_ROOM_BYTES = 64 * 1024 * 1024;
/** An alert is not kept waiting for longer by pictures that would be smaller; most of a send's time is for sending. */
const WANTED_MS = 20_000;
const WANTED_SHARE = 4;
/** Places of a part are 16-bit numbers. */
const MAX_PLACES = 32_767;
/** Claims of a dead turn that are put back at once; the sweeper takes the rest. */
const PUT_BACK = 50;

/** A running worker. */
export interface WorkerApp {
  /** @throws RelayError `queue.unavailable` while the queue's store does not answer */
  pingQueue(): Promise<void>;
  /** Brings running sends to their end. */
  close(): Promise<void>;
}

/** Builds and starts a worker: turns from the queue, and the sweeper. */
export async function startWorkerApp(options: WorkerAppOptions): Promise<WorkerApp> {
  const { database, spool, environment, limits, metrics, logger } = options;
  const { clock = systemClock, random = Math.random } = options;
  const concurrency = options.concurrency ?? JOB_CATALOGUE.turn.concurrency;
  // Before anything is opened: while Postgres is away the whole of this is tried again and again, and what ran by then would stay.
  const closed = await closeForeignMailboxes(database, environment);
  if (closed.length > 0) logger.warn({ event: 'mailboxes.other_environment', environment, count: closed.length });
  const plans: OutcomePlans = {
    retryMs: limits.RETRY_PLAN_MS,
    inDoubtMs: limits.IN_DOUBT_PLAN_MS,
    expireAfterMs: limits.EXPIRE_AFTER_MS,
    failedContentMs: limits.FAILED_CONTENT_MS,
  };
  const { tell, close: closeTell } = createTell(database, logger);
  const shared = { database, spool, plans, random, tell, metrics, logger };
  const refreshGate = createGate(REFRESHES_AT_ONCE);
  const mailboxTools = { database, tokenBox: options.keys.tokenBox, refreshGate, logger };
  const maxClaimMs = limits.SEND_DEADLINE_MS + RECORD_MS;
  const destroyer = keepDestroying({ database, spool, logger });
  const recordPlain = groupWrites((outcomes: OutcomeRecord[]) => recordOutcomes(database, outcomes));
  const recordSimple = groupWrites((outcomes: OutcomeRecord[]) => recordSent(database, outcomes));
  const preparation = options.preparation ?? createPreparation({ metrics, logger, obeysFaults: options.obeysFaults });
  const shrinker = options.shrinker ?? createShrinker();
  const attemptTools = {
    mark: groupWrites((marks: SendMark[]) => markSends(database, marks)),
    keepSender: (result: SenderResult) => writeSenderResult(database, result),
    spool,
    contentOpener: options.keys.contentOpener,
    preparation,
    shrinker,
    pictureRoom: createMemoryRoom(PICTURE_ROOM_BYTES, PICTURE_ROOM_BYTES),
    wantedMs: Math.min(WANTED_MS, limits.SEND_DEADLINE_MS / WANTED_SHARE),
    split: (part: Parameters<typeof splitPart>[1]) => splitPart(database, part),
    transports: options.transports,
    receivedBy: options.receivedBy,
    loginDomain: options.loginDomain,
    logger,
    onFirstByte: (acceptedAt: Date) =>
      metrics.toFirstByteSeconds.observe(Math.max(0, clock.now() - acceptedAt.getTime()) / 1000),
  };
  const heartbeat = startHeartbeat({ database, leaseMs: limits.LEASE_MS, maxClaimMs, clock: elapsedClock, logger });
  const sendTools: SendTools = {
    ...shared,
    clock: elapsedClock,
    outcomes: {
      async record(outcome) {
        if (isSimplySent(outcome) && (await recordSimple(outcome))) return true;
        return isPlain(outcome) ? recordPlain(outcome) : recordOutcome(database, outcome);
      },
      isRecorded: (outcome) => isOutcomeWritten(database, outcome),
    },
    destroy: destroyer.add,
    maxClaimMs,
    keepLease: heartbeat.keep,
    sendDeadlineMs: limits.SEND_DEADLINE_MS,
    noteTrouble: (provider, code) => options.providerTroubles?.note(provider, code),
    openMailbox: (row, accountKey) => openMailbox(row, accountKey, mailboxTools),
    attempt: (message, mailbox, signal) => attemptSend(message, mailbox, signal, attemptTools),
  };

  /** Of our own mail. */
  const messageIdDomain = new URL(options.alertsUrl).hostname;
  const stopping = new AbortController();
  const arrivals = await hearArrivals(options.databaseUrl, logger);
  const places = createPlaces(concurrency, elapsedClock.now);
  const runTurn = createTurnRunner({
    database,
    arrivals,
    environment,
    limits: { turnLeaseMs: limits.TURN_LEASE_MS, sliceMs: limits.TURN_SLICE_MS, leaseMs: limits.LEASE_MS },
    places,
    paceOf: (accountKey, address) => paceOf(accountKey, address, limits),
    // Where the provider is not set up nothing is sent, and nothing needs splitting.
    maxRecipientsOf: (accountKey) => options.transports[providerOf(accountKey)]?.maxRecipients ?? MAX_PLACES,
    senderFor: (accountKey, mailboxes) => createSender(accountKey, mailboxes, sendTools),
    putBackUncommitted: async (accountKey) =>
      void (await endLostLeases(await findUncommitted(database, accountKey, PUT_BACK), shared)),
    tell,
    metrics,
    logger,
    stopping: stopping.signal,
    now: elapsedClock.now,
  });

  const store = { redisUrl: options.redisUrl, databaseUrl: options.databaseUrl, logger };
  const queue = await openTurnQueue(store);
  const turns = await openTurnWorker({
    ...store,
    concurrency: concurrency + places.waitingRoom,
    process: runTurn,
    lockMs: limits.QUEUE_LOCK_MS,
    stalledCheckMs: Math.ceil(limits.QUEUE_LOCK_MS / 2),
  });
  const refreshes = openJobQueue('refresh', store);
  const refresher = await openJobWorker({
    ...store,
    name: 'refresh',
    process: ({ mailboxId }) => refreshQuiet(mailboxId, { ...sendTools, environment, transports: options.transports }),
  });
  const erasures = openJobQueue('erase', store);
  const eraser = await openJobWorker({
    ...store,
    name: 'erase',
    process: ({ tenantId }) => eraseTenant(tenantId, { database, logger, stopping: stopping.signal }),
  });
  const ownMail = {
    contentSealer: options.keys.contentSealer,
    spool,
    insertMessages: (messages: NewMessage[]) => insertMessages(database, messages, null),
    queue,
    messageIdDomain,
  };
  const alerts = openJobQueue('alert', store);
  const teller = await openJobWorker({
    ...store,
    name: 'alert',
    process: ({ channelId }) =>
      tellChannel(channelId, {
        ...{ database, logger, channels: options.channels, alertsUrl: options.alertsUrl, ownMail },
        tokenBox: options.keys.tokenBox,
        now: () => clock.now(),
      }),
  });
  const sweeper = startSweeper({
    everyMs: limits.SWEEP_EVERY_MS,
    tools: {
      ...shared,
      queue,
      erasures,
      refreshes,
      channels: alerts,
      tokenBox: options.keys.tokenBox,
      makeDigests: () =>
        makeDigests({
          ...{ ...shared, ...options.keys, environment, messageIdDomain, queue },
          paceOf: (accountKey, address) => paceOf(accountKey, address, limits),
          stopping: stopping.signal,
        }),
      foldHeld: foldHeld({
        ...{ ...shared, ...options.keys, environment, messageIdDomain, queue, plan: options.plan },
        stopping: stopping.signal,
      }),
      paceOf: (accountKey, address) => paceOf(accountKey, address, limits),
      leastPerDay: Math.min(
        ...[limits.OUTLOOK_PER_DAY, limits.MICROSOFT_365_PER_DAY, limits.GMAIL_PER_DAY, limits.WORKSPACE_PER_DAY],
      ),
      canMail: options.channels.kinds.includes('mail'),
      environment,
      leases: { leaseMs: limits.LEASE_MS, turnLeaseMs: limits.TURN_LEASE_MS },
      isSteady: heartbeat.isSteady,
      withoutRoom: new Map(),
      forgottenAfterMs: limits.SWEEP_AFTER_MS,
      now: () => clock.now(),
    },
  });

  return {
    pingQueue: queue.ping,
    close: async () => {
      stopping.abort();
      await Promise.all([sweeper.close(), turns.close(), eraser.close(), refresher.close(), teller.close()]);
      await Promise.all([closeTell(), destroyer.close(), heartbeat.close(), arrivals.close()]);
      await Promise.all([queue.close(), erasures.close(), refreshes.close(), alerts.close(), preparation.close()]);
      shrinker.close();
    },
  };
}
