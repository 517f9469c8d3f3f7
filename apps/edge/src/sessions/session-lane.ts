import {
  type DiagnosisCode,
  diagnose,
  isDiagnosable,
  newId,
  normalizeUsername,
  type SessionRecord,
  within,
} from '@hikyaku/core';
import {
  countRefusals,
  type Database,
  type NewSession,
  type OwnNameKind,
  ownNameKind,
  readUsernames,
  tellSessions,
  writeSessions,
} from '@hikyaku/db';
import type { Logger } from '@hikyaku/telemetry';
import { failureKind } from '../handoff/failure-kind.ts';
import type { EdgeMetrics } from '../metrics.ts';
import { asStranger } from './as-stranger.ts';
import { containedName, maskedName, nearestName } from './nearest-name.ts';
import type { SessionListener, SessionLog, SessionMoment } from './session-log.ts';
import type { WatchBook } from './watch-book.ts';

/** Sessions that wait to be written; the oldest goes when there are more. Some 4 KB each at most. */
const MAX_WAITING = 2000;
const BATCH = 100;
/** What nobody waits for is gathered that long. */
const GATHER_MS = 1000;
/** What somebody waits for. */
const SOON_MS = 50;
/** What waits at the end is tried for that long: behind the lane close what has mail in it, under one deadline. */
const CLOSE_MS = 1000;
/** After a failure Postgres is left alone that long. */
const REST_MS = 5000;
/** Names of a tenant that a mistyped one is compared with. */
const MAX_NAMES = 2000;

type Waiting = NewSession & { typedName: string | null; isWatched: boolean };

export interface LaneParts {
  database: Database;
  watches: WatchBook;
  metrics: EdgeMetrics;
  logger: Logger;
}

/**
 * Takes finished sessions to Postgres, beside the mail and never in its way: bounded, in batches, lossy. A session belongs to the owner of the user name that was
 * tried; one that named nobody to the tenant that alone waits for a device at its address; all others are forgotten.
 */
export class SessionLane implements SessionListener {
  #parts: LaneParts;
  #waiting = new Map<string, Waiting>();
  /** Of a session of somebody else's device, what was told to the tenant that waits at its address. */
  #strangers = new WeakMap<SessionLog, { told: SessionRecord; typedName: string | null }>();
  #ids = new WeakMap<SessionLog, string>();
  #timer: NodeJS.Timeout | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #running: Promise<void> | undefined;
  #isClosed = false;

  constructor(parts: LaneParts) {
    this.#parts = parts;
  }

  step(log: SessionLog, moment: SessionMoment): void {
    const { watches } = this.#parts;
    const { record, owner } = log;
    const waiting = watches.tenantAt(record.address, record.startedAt);
    if (waiting !== null && waiting !== owner?.tenantId) this.#putStranger(waiting, log, moment);
    if (!owner) return;
    const isWatched = watches.isWatched(owner.deviceId);
    if (moment !== 'ended' && !isWatched) return;
    this.#put({ ...owner, id: this.#idOf(log) }, log.snapshot(), log, isWatched);
  }

  /** To the tenant that waits at its address: whatever comes before a login, and of a refused one what nobody's would look like. */
  #putStranger(tenantId: string, log: SessionLog, moment: SessionMoment): void {
    const { record, owner, strangerTry, isSignedIn } = log;
    const nobodys = { tenantId, deviceId: null, id: record.id };
    if (!owner) {
      this.#put(nobodys, log.snapshot(), log, true);
      return;
    }
    const kept = this.#strangers.get(log);
    if (!isSignedIn) {
      const told = asStranger(log.snapshot(), strangerTry);
      const typedName = strangerTry?.typedName ?? null;
      this.#strangers.set(log, { told, typedName });
      this.#put(nobodys, told, { typedName, senderName: null }, true);
    } else if (kept && moment === 'ended') {
      const { endedAt } = record;
      this.#put(nobodys, { ...kept.told, endedAt, end: 'closed' }, { ...kept, senderName: null }, true);
    }
  }

  /** The row of its owner: the one that was begun for whoever waits, unless that one stays. */
  #idOf(log: SessionLog): string {
    if (!this.#strangers.has(log)) return log.record.id;
    const id = this.#ids.get(log) ?? newId(log.record.startedAt);
    this.#ids.set(log, id);
    return id;
  }

  /** Writes a batch of what waits, once, and stops; also when Postgres is away or says nothing. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const writing = async (): Promise<void> => {
      await this.#running;
      if (this.#waiting.size > 0) await this.#flush();
    };
    // It has logged what failed.
    await within(
      writing().catch(() => {}),
      CLOSE_MS,
      () => {},
    );
  }

  #put(
    owner: Pick<NewSession, 'id' | 'tenantId' | 'deviceId'>,
    record: SessionRecord,
    { typedName, senderName }: Pick<SessionLog, 'typedName' | 'senderName'>,
    isWatched: boolean,
  ): void {
    const { code, severity, ...facts } = diagnose(record);
    const isKnown = isDiagnosable(record);
    const { id } = owner;
    const { startedAt, endedAt, door, address, tls, hello, messageIds, steps, lines, login } = record;
    this.#waiting.delete(id);
    this.#waiting.set(id, {
      ...{ ...owner, startedAt, endedAt, door, address, tls, messageIds, steps, lines, isWatched },
      hello: storable(hello),
      username: storable(login?.username ?? senderName),
      typedName: storable(typedName),
      diagnosis: isKnown ? code : null,
      severity: isKnown ? severity : null,
      facts: { ...facts, seen: storable(facts.seen), right: storable(facts.right) },
    });
    if (this.#waiting.size > MAX_WAITING) {
      this.#waiting.delete(this.#waiting.keys().next().value!);
      this.#parts.metrics.sessionDropped();
    }
    this.#soon(isWatched || (isKnown && severity === 'error') ? SOON_MS : GATHER_MS);
  }

  #soon(ms: number): void {
    const dueAt = Date.now() + ms;
    if (this.#isClosed || this.#running || dueAt >= this.#dueAt) return;
    clearTimeout(this.#timer);
    this.#dueAt = dueAt;
    this.#timer = setTimeout(() => {
      this.#dueAt = Number.POSITIVE_INFINITY;
      this.#running = this.#flush()
        .then(
          () => 0,
          () => REST_MS,
        )
        .then((restMs) => {
          this.#running = undefined;
          if (this.#waiting.size > 0) this.#soon(restMs || SOON_MS);
        });
    }, ms);
  }

  /** One batch. @throws what Postgres says; then the batch waits for the next try */
  async #flush(): Promise<void> {
    const { logger, metrics } = this.#parts;
    const batch = [...this.#waiting.values()].slice(0, BATCH);
    const write = (some: Waiting[]): Promise<void> =>
      this.#write(some).catch((error: unknown) => {
        logger.warn({ event: 'sessions.not_written', sessions: some.length, err: error });
        throw error;
      });
    await write(batch).catch(async (error: unknown) => {
      if (failureKind(error) !== 'entry') throw error;
      // One of them cannot be written, whatever a client brought about: it must not keep the others waiting.
      for (const one of batch) {
        await write([one]).catch((reason: unknown) => {
          if (failureKind(reason) !== 'entry') throw reason;
          this.#waiting.delete(one.id);
          metrics.sessionDropped();
        });
      }
    });
  }

  async #write(batch: Waiting[]): Promise<void> {
    const { database } = this.#parts;
    const rows: NewSession[] = [];
    const names = new Map<string, string[]>();
    for (const { typedName, isWatched: _, ...row } of batch) rows.push(await this.#named(row, typedName, names));
    await writeSessions(database, rows);
    for (const row of batch) if (this.#waiting.get(row.id) === row) this.#waiting.delete(row.id);
    // After the rows, which whoever hears of them reads at once.
    await tellSessions(
      database,
      batch.filter(({ isWatched }) => isWatched),
    );
    await countRefusals(database, rows);
  }

  /**
   * A name that is nobody's: shown where it is the tenant's own mailbox, a device of it that was deleted, or nearly one of its user names, else masked, since people
   * type passwords there. `names` are those of the batch's tenants, each read once.
   */
  async #named(row: NewSession, typedName: string | null, names: Map<string, string[]>): Promise<NewSession> {
    if (typedName === null) return row;
    const { database } = this.#parts;
    const own = names.get(row.tenantId) ?? (await readUsernames(database, row.tenantId, MAX_NAMES));
    names.set(row.tenantId, own);
    const near = nearestName(normalizeUsername(typedName), own);
    const kind = near === null || typedName.includes('@') ? await ownNameKind(database, row.tenantId, typedName) : null;
    // The name of a mailbox may be like a device's.
    const nearest = kind === null ? near : null;
    const username = nearest !== null || kind !== null ? typedName : maskedName(typedName);
    const right = nearest ?? containedName(typedName, own);
    const isMistyped = nearest !== null && row.diagnosis === 'auth.mailbox_address_used';
    const diagnosis = isMistyped ? 'auth.unknown_user' : (BY_NAME[kind ?? 'other'] ?? row.diagnosis);
    return { ...row, username, diagnosis, facts: { ...row.facts, seen: username, right } };
  }
}

/** What an unknown user name of its own is diagnosed as; the others stand as they are. */
const BY_NAME: Partial<Record<OwnNameKind | 'other', DiagnosisCode>> = {
  mailbox: 'auth.mailbox_address_used',
  deleted_device: 'auth.device_deleted',
};

/** As Postgres takes it: a client may have sent a NUL, and what was cut may end in half a sign. */
const storable = (text: string | null): string | null => text?.toWellFormed().replaceAll('\0', '') ?? null;
