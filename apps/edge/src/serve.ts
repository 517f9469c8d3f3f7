import { join } from 'node:path';
import { doorsOf, isHouseholdUrl, readNetworks, wantedCertificates } from '@hikyaku/config';
import { systemClock as clock, obeyFaultPoints, PLANS, RelayError } from '@hikyaku/core';
import { openDatabase, readBacklogs } from '@hikyaku/db';
import { openTurnQueue } from '@hikyaku/queue';
import { openSpool } from '@hikyaku/spool';
import { createMetrics, createYoungCollector, type Metrics, type ReadinessChecks } from '@hikyaku/telemetry';
import { deriveJournalKey, parseEdgeKeys } from '@hikyaku/vault';
import { BounceDesk } from './bounces/bounce-desk.ts';
import type { ListenOn } from './doors/listening-door.ts';
import { openDoors } from './doors/open-doors.ts';
import { TlsSpeakers } from './doors/tls-speakers.ts';
import type { EdgeStart } from './edge-start.ts';
import { Handoff } from './handoff/handoff.ts';
import { OpenPacks } from './handoff/open-packs.ts';
import { Waker } from './handoff/waker.ts';
import { AdoptedJournals } from './journals/adopted-journals.ts';
import { takeJournal } from './journals/take-journal.ts';
import { AuthDelay } from './limits/auth-delay.ts';
import { ConnectionPlaces } from './limits/connection-places.ts';
import { DeviceRates } from './limits/device-rates.ts';
import { JournalShare } from './limits/journal-share.ts';
import { MailboxBudget } from './limits/mailbox-budget.ts';
import { PopLogins } from './login/pop-logins.ts';
import { createEdgeMetrics } from './metrics.ts';
import { Pop3Server } from './pop3/pop3-server.ts';
import type { SharedFacts } from './processes/shared-facts.ts';
import { SessionLane } from './sessions/session-lane.ts';
import { SessionLog } from './sessions/session-log.ts';
import { WatchBook } from './sessions/watch-book.ts';
import { EdgeServer } from './smtp/edge-server.ts';
import { RecentIds } from './smtp/recent-ids.ts';
import { openSnapshot } from './snapshot/open-snapshot.ts';
import { keepTlsContexts } from './tls/contexts.ts';

/** A start waits that long for Postgres before it goes on with the snapshot on disk. */
const FIRST_REFRESH_MS = 2000;
/** Shares of DRAIN_MS: dialogues first, then what they brought. The rest closes at once. */
const DOORS_SHARE = 0.75;
const HANDOFF_SHARE = 0.15;
const ADOPTED_SHARE = 0.02;
/** From here on each has fewer connections to Postgres: it counts those of all. */
const MANY = 4;

/** A process behind the doors, alone or as one of several. */
export interface ServeParts extends EdgeStart {
  /** How many share the doors; with them the room for accepted mail. */
  processes: number;
  facts: SharedFacts;
  /** Of all processes that share the doors: a client goes on at one with the TLS session that it had at another. */
  ticketSecret: Buffer;
  listenOn: ListenOn;
}

/** What its health server shows; the doors are open. */
export interface Serving {
  /** The number of its journal's folder. */
  journal: number;
  doors: Record<string, number>;
  measures: Metrics;
  checks: ReadinessChecks;
}

/** Opens everything and takes mail; what was opened is on `shutdown`. @throws RelayError `config.invalid`, `vault.key_wrong`, `edge.journal_unavailable` */
export async function serve(parts: ServeParts): Promise<Serving> {
  const { settings, logger, shutdown, processes, facts } = parts;
  const url = settings.DATABASE_URL;
  if (!url) throw new RelayError('config.invalid', { internal: 'the edge needs DATABASE_URL' });
  const edgeKeys = parseEdgeKeys(settings.EDGE_KEY ?? []);
  if (settings.FAULT_POINTS) obeyFaultPoints(settings.FAULT_POINTS, 'edge');

  const database = openDatabase({
    url,
    role: 'system',
    max: processes > MANY ? 2 : 4,
    applicationName: 'hikyaku-edge',
    plansOnce: true,
  });
  shutdown.push('database', () => database.close());
  const queue = await openTurnQueue({ redisUrl: settings.REDIS_URL, databaseUrl: url, logger });
  shutdown.push('queue', () => queue.close());
  const waker = new Waker(queue, clock, logger);
  shutdown.push('waker', () => waker.close());

  const { DATA_DIR: dataDir, SMTP_HOST: hostName } = settings;
  const maxBytes = Math.floor(settings.JOURNAL_MAX_BYTES / processes);
  const popLogins = new PopLogins(settings.POP_WINDOW_MS, clock.now, facts);
  const isPublic = !isHouseholdUrl(settings.PUBLIC_URL);
  const snapshotParts = { dataDir, edgeKeys, database, databaseUrl: url, clock, logger };
  const snapshot = openSnapshot({ ...snapshotParts, popLogins, isPublic });
  shutdown.push('snapshot', () => snapshot.keeper.close());
  await snapshot.keeper.start(FIRST_REFRESH_MS);

  const keys = edgeKeys.map(deriveJournalKey);
  const { place, journal } = await takeJournal({
    dataDir,
    isAlone: processes === 1,
    maxBytes,
    keepFreeBytes: settings.JOURNAL_KEEP_FREE_BYTES,
    keys,
    logger,
  });
  shutdown.push('journal', () => journal.close());
  const places = new ConnectionPlaces(
    {
      all: settings.MAX_CONNECTIONS,
      perAddress: settings.MAX_CONNECTIONS_PER_ADDRESS,
      perTenant: settings.MAX_CONNECTIONS_PER_TENANT,
      strangersPerSecond: settings.MAX_STRANGERS_PER_SECOND,
    },
    clock.now,
    facts,
  );
  const measures = createMetrics('edge', processes === 1 ? {} : { process: String(place.number) });
  const metrics = createEdgeMetrics(measures, {
    connections: () => places.count,
    journals: () => [journal.stats(), ...adopted.stats()],
    snapshotAgeMs: () => snapshot.keeper.ageMs(),
    isSnapshotSaved: () => snapshot.keeper.isSaved,
  });

  const spool = await openSpool({ dataDir, url: settings.SPOOL_URL, logger });
  const packs = new OpenPacks({ dir: place.packsDir, spool, database, logger });
  const share = new JournalShare(maxBytes, () => journal.stats().bytes);
  const plan = PLANS[settings.PLAN];
  const handoff = new Handoff({ journal, share, spool, packs, database, waker, metrics, clock, logger, plan });
  shutdown.push('hand-off', () => handoff.stop(settings.DRAIN_MS * HANDOFF_SHARE));
  handoff.start();
  const adopted = new AdoptedJournals({
    dataDir,
    own: place,
    keys,
    spool,
    database,
    waker,
    metrics,
    clock,
    logger,
    plan,
  });
  shutdown.push('adopted journals', () => adopted.stop(settings.DRAIN_MS * ADOPTED_SHARE));
  adopted.start();

  const mailboxBudget = new MailboxBudget({
    plan,
    read: (mailboxIds, rows) => readBacklogs(database, mailboxIds, rows),
    clock,
    logger,
  });
  shutdown.push('mailbox budget', () => mailboxBudget.close());
  mailboxBudget.start();

  const watches = new WatchBook(clock.now);
  watches.start(database, url, logger);
  shutdown.push('watches', () => watches.close());
  const sessions = new SessionLane({ database, watches, metrics, logger });
  shutdown.push('sessions', () => sessions.close());

  const tls = await keepTlsContexts({
    files: settings.TLS_CERT_FILES,
    legacyFiles: settings.LEGACY_TLS_CERT_FILES,
    issuedFiles: wantedCertificates(settings).flatMap(({ host, path }) =>
      host === hostName.toLowerCase() ? [path] : [],
    ),
    dir: join(dataDir, 'tls'),
    host: hostName,
    ticketSecret: parts.ticketSecret,
    logger,
  });
  shutdown.push('tls', () => tls.close());
  const { BOUNCE_DOMAIN: domain } = settings;
  const tlsSpeakers = new TlsSpeakers(clock.now, facts);
  const services = {
    clock,
    logger,
    metrics,
    hostName,
    messageIdDomain: hostName.includes('.') ? hostName : settings.LOGIN_DOMAIN,
    maxSizeBytes: settings.MAX_SIZE_BYTES,
    idleMs: settings.SMTP_IDLE_MS,
    strangerMs: settings.SMTP_STRANGER_MS,
    recentIds: new RecentIds(),
    authDelay: new AuthDelay(settings.AUTH_FAIL_DELAY_MS, clock.now, facts),
    authenticator: snapshot.authenticator,
    explainLogin: snapshot.explainLogin,
    policies: snapshot.policies,
    identifySender: snapshot.identifySender,
    popLogins,
    bounces: domain ? new BounceDesk({ domain, database, clock, logger }) : null,
    journal,
    journalShare: share,
    mailboxBudget,
    deviceRates: new DeviceRates(clock, settings.MAX_MAILS_PER_MINUTE),
    seal: snapshot.keys.seal.bind(snapshot.keys),
    letGo: createYoungCollector(),
    onClientHello: tlsSpeakers.learn.bind(tlsSpeakers),
  };
  const open = await openDoors({
    doors: doorsOf(settings),
    listenOn: parts.listenOn,
    dialogueOf: (door) => (door.protocol === 'pop3' ? new Pop3Server(door, services) : new EdgeServer(door, services)),
    tls,
    places,
    record: (door, address) => new SessionLog(door, address, clock.now, sessions),
    tlsSpeakers,
    isProxy: readNetworks(settings.PROXY_SOURCES),
    clock,
    logger,
    metrics,
  });
  shutdown.push('doors', () => open.stop(settings.DRAIN_MS * DOORS_SHARE));

  return {
    journal: place.number,
    doors: open.ports,
    measures,
    checks: { journal: () => journal.isWritable(), snapshot: () => snapshot.keeper.isFresh() },
  };
}
