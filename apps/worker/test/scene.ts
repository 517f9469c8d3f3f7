import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId, PLANS } from '@hikyaku/core';
import { keyStore } from '@hikyaku/db';
import { createContentEncryptor, openFileSpool, type SpoolStore } from '@hikyaku/spool';
import { createLogger, createMetrics } from '@hikyaku/telemetry';
import {
  makeDevice,
  makeKeys,
  makeMailbox,
  makeMessage,
  makeTenant,
  type TestDatabase,
  type TestDevice,
  type TestKeys,
  type TestMailbox,
  type TestMessage,
  until,
  useDatabase,
} from '@hikyaku/testing';
import { openChannels } from '@hikyaku/upstreams';
import {
  type ContentSealer,
  type InstanceKeys,
  openContentSealer,
  openInstanceKeys,
  openTokenBox,
  type TokenBox,
} from '@hikyaku/vault';
import { createWorkerMetrics } from '../src/metrics.ts';
import { startWorkerApp, type WorkerAppOptions, type WorkerLimits } from '../src/worker-app.ts';

export { until };

export const logger = createLogger({ name: 'worker-test', level: 'silent' });

/** The usual numbers, shortened: a retry after 50 ms, a dead worker noticed within a second. */
export const LIMITS: WorkerLimits = {
  LEASE_MS: 3_000,
  SEND_DEADLINE_MS: 2_000,
  TURN_LEASE_MS: 600,
  TURN_SLICE_MS: 300,
  QUEUE_LOCK_MS: 1_000,
  SWEEP_EVERY_MS: 100,
  SWEEP_AFTER_MS: 150,
  RETRY_PLAN_MS: [50, 100],
  IN_DOUBT_PLAN_MS: [150],
  EXPIRE_AFTER_MS: 3_600_000,
  FAILED_CONTENT_MS: 3_600_000,
  MICROSOFT_BURST: 1_000,
  MICROSOFT_PER_MINUTE: 60_000,
  GOOGLE_BURST: 1_000,
  GOOGLE_PER_MINUTE: 60_000,
  OUTLOOK_PER_DAY: 1_000_000,
  MICROSOFT_365_PER_DAY: 1_000_000,
  GMAIL_PER_DAY: 1_000_000,
  WORKSPACE_PER_DAY: 1_000_000,
};

export interface Place {
  tenantId: string;
  mailbox: TestMailbox;
  device: TestDevice;
}

/** A database, keys, a spool, and mails in it as hand-off leaves them. */
export interface Scene {
  db: TestDatabase;
  keys: TestKeys;
  spool: SpoolStore;
  spoolDir: string;
  tokenBox: TokenBox;
  /** A tenant with one mailbox and one device. */
  makePlace(mailbox?: Record<string, unknown>): Promise<Place>;
  makeMail(place: Place, row?: Record<string, unknown>, content?: string | MailText): Promise<TestMessage>;
  /** Several small mails in one spool object, as hand-off packs them. */
  makePack(place: Place, count: number): Promise<TestMessage[]>;
  message(id: string): Promise<MessageFacts>;
  close(): Promise<void>;
}

export interface MessageFacts {
  state: string;
  state_code: string | null;
  due_at: Date | null;
  key_sealed: Buffer | null;
  spool_object: string | null;
  content_until: Date | null;
  content_destroyed_at: Date | null;
  fence: number;
  sent_at: Date | null;
  attempts: {
    number: number;
    outcome: string | null;
    is_repeat: boolean;
    code: string | null;
    opened_at: Date | null;
    committed_at: Date | null;
  }[];
  events: string[];
  partState: string;
}

export async function openScene(given?: TestDatabase): Promise<Scene> {
  const db = given ?? (await useDatabase());
  const keys = await makeKeys(db.system);
  const sealer: ContentSealer = openContentSealer(keys.rows);
  const tokenBox = openTokenBox(keys.rows, [keys.kekOf('token')]);
  const folder = await mkdtemp(join(tmpdir(), 'hikyaku-worker-'));
  const spoolDir = join(folder, 'spool');
  const spool = await openFileSpool({ dir: spoolDir, logger });

  const scene: Scene = {
    db,
    keys,
    spool,
    spoolDir,
    tokenBox,
    async makePlace(row = {}) {
      const tenant = await makeTenant(db.owner);
      const id = newId();
      const mailbox = await makeMailbox(db.owner, {
        id,
        tenant_id: tenant.id,
        account_key: `microsoft:test:${id}`,
        secret_sealed: tokenBox.seal(id, `secret of ${id}`),
        secret_version: 1,
        ...row,
      });
      const { device } = await makeDevice(db.owner, keys.digester, { tenant_id: tenant.id, mailbox_id: mailbox.id });
      return { tenantId: tenant.id, mailbox, device };
    },
    async makeMail(place, row = {}, content = 'A picture.') {
      const text = typeof content === 'string' ? { fields: '', body: content } : content;
      const { id, values, cipher } = sealMail(sealer, place.tenantId, text, row.recipients as string[] | undefined);
      const { object, slices } = await spool.putPack([cipher]);
      const where = { spool_object: object, spool_offset: slices[0]!.offset, spool_length: slices[0]!.length };
      return makeMessage(db.owner, place, { id, ...values, ...where, ...row });
    },
    async makePack(place, count) {
      const mails = Array.from({ length: count }, (_, index) =>
        sealMail(sealer, place.tenantId, { fields: '', body: `Picture ${index}.` }),
      );
      const { object, slices } = await spool.putPack(mails.map(({ cipher }) => cipher));
      const messages: TestMessage[] = [];
      for (const [index, { id, values }] of mails.entries()) {
        const { offset, length } = slices[index]!;
        const content = { spool_object: object, spool_offset: offset, spool_length: length };
        messages.push(await makeMessage(db.owner, place, { id, ...values, ...content }));
      }
      return messages;
    },
    async message(id) {
      const [row] = await db.owner.query<MessageFacts>('SELECT * FROM messages WHERE id = $1', [id]);
      const attempts = await db.owner.query<MessageFacts['attempts'][number]>(
        'SELECT * FROM attempts WHERE message_id = $1 ORDER BY number',
        [id],
      );
      const events = await db.owner.query<{ kind: string }>(
        'SELECT kind FROM message_events WHERE message_id = $1 ORDER BY number',
        [id],
      );
      const [part] = await db.owner.query<{ state: string }>('SELECT state FROM parts WHERE message_id = $1', [id]);
      return { ...row!, attempts, events: events.map(({ kind }) => kind), partState: part?.state ?? row!.state };
    },
    async close() {
      await db.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return scene;
}

/** What of a mail a test chooses: fields below its usual ones (with their line ends), and its body. */
export interface MailText {
  fields: string;
  body: string;
}

function sealMail(
  sealer: ContentSealer,
  tenantId: string,
  { fields, body }: MailText,
  recipients = ['owner@example.com'],
) {
  const id = newId();
  const plain = Buffer.from(
    `From: camera@example.com\r\nTo: owner@example.com\r\nSubject: Motion\r\nMessage-ID: <${id}@mail.local>\r\n${fields}\r\n${body}\r\n`,
  );
  const { contentKey, sealed } = sealer.seal(id, { tenantId, mailFrom: 'camera@example.com', recipients });
  const encryptor = createContentEncryptor(contentKey, id);
  const cipher = Buffer.concat([...encryptor.push(plain), ...encryptor.end()]);
  return {
    id,
    cipher,
    values: { key_sealed: sealed, size_bytes: plain.length, message_id_header: `<${id}@mail.local>` },
  };
}

/** Nobody is told anything. */
export const NO_CHANNELS = openChannels({ dialler: null, brokerDialler: null, takesHttp: false, mailer: null });

/** The scene's keys as a process opens them. */
export const openKeys = (scene: Scene): Promise<InstanceKeys> =>
  openInstanceKeys({
    source: keyStore(scene.db.system),
    masterKeys: [Buffer.from(scene.keys.masterKey, 'base64')],
    onReloadFailed: (err) => logger.error({ event: 'keys.reload_failed', err }),
  });

/** A worker in this process. Without a queue's address it uses BullMQ's Postgres backend in the scene's database. */
export async function startWorker(
  scene: Scene,
  options: Pick<WorkerAppOptions, 'transports'> & Partial<WorkerAppOptions>,
): Promise<{ close(): Promise<void> }> {
  const keys = await openKeys(scene);
  return startWorkerApp({
    database: scene.db.system,
    spool: scene.spool,
    keys,
    environment: 'sandbox',
    limits: LIMITS,
    plan: PLANS['self-hosted'],
    databaseUrl: scene.db.url,
    channels: NO_CHANNELS,
    alertsUrl: 'https://relay.example/alerts',
    receivedBy: 'relay.example',
    loginDomain: 'mail.local',
    metrics: createWorkerMetrics(createMetrics('worker')),
    logger,
    concurrency: 8,
    ...options,
  });
}

/** Waits until the message is in `state`. */
export async function untilState(scene: Scene, id: string, state: string, limitMs?: number): Promise<MessageFacts> {
  let facts = await scene.message(id);
  await until(
    `message is ${state}`,
    async () => {
      facts = await scene.message(id);
      return facts.state === state;
    },
    limitMs,
  ).catch((error: Error) => {
    throw new Error(
      `${error.message}; it is ${facts.state} (${facts.state_code}), attempts ${JSON.stringify(facts.attempts)}`,
    );
  });
  return facts;
}
