import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Database, keyStore } from '@hikyaku/db';
import { decryptContent, openFileSpool } from '@hikyaku/spool';
import { createLogger } from '@hikyaku/telemetry';
import {
  makeDevice,
  makeKeys,
  makeMailbox,
  makeTenant,
  type SmtpLine,
  type TestCredential,
  type TestDatabase,
  type TestKeys,
  until,
  useDatabase,
} from '@hikyaku/testing';
import { openContentOpener } from '@hikyaku/vault';

/** A database with keys, one tenant and its mailbox: what every test of the edge needs around it. */
export interface World {
  database: TestDatabase;
  keys: TestKeys;
  tenantId: string;
  mailboxId: string;
  accountKey: string;
}

export async function makeWorld(): Promise<World> {
  const database = await useDatabase();
  const keys = await makeKeys(database.system);
  const tenant = await makeTenant(database.owner);
  const mailbox = await makeMailbox(database.owner, { tenant_id: tenant.id });
  return { database, keys, tenantId: tenant.id, mailboxId: mailbox.id, accountKey: mailbox.account_key };
}

/** A device of the world's tenant. `row`: database columns. */
export function addDevice(world: World, row: Record<string, unknown> = {}) {
  const { database, keys, tenantId, mailboxId } = world;
  return makeDevice(database.owner, keys.digester, { tenant_id: tenantId, mailbox_id: mailboxId, ...row });
}

export const base64 = (text: string): string => Buffer.from(text).toString('base64');
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** EHLO and AUTH PLAIN, which must succeed. */
export async function signIn(
  line: SmtpLine,
  { username, password }: Pick<TestCredential, 'username' | 'password'>,
): Promise<void> {
  await line.say('EHLO test');
  const reply = await line.say(`AUTH PLAIN ${base64(`\0${username}\0${password}`)}`);
  if (!reply.startsWith('235')) throw new Error(`not signed in: ${reply}`);
}

/** One mail in an authenticated dialogue; resolves to the queue id of its 250. */
export async function sendMail(line: SmtpLine, content: string | Buffer, to = 'owner@example.com'): Promise<string> {
  await line.say('MAIL FROM:<camera@example.com>');
  await line.say(`RCPT TO:<${to}>`);
  const go = await line.say('DATA');
  if (!go.startsWith('354')) throw new Error(`no 354: ${go}`);
  line.send(Buffer.concat([Buffer.from(content), Buffer.from('\r\n.\r\n')]));
  return queueIdOf(await line.reply());
}

/** @throws Error when the reply is not the 250 of an accepted mail */
export function queueIdOf(reply: string): string {
  const match = /^250 2\.0\.0 Ok: queued as ([A-Z2-9]{16})$/.exec(reply);
  if (!match) throw new Error(`not accepted: ${reply}`);
  return match[1]!;
}

export interface MessageRow {
  id: string;
  state: string;
  state_code: string | null;
  queue_id: string;
  tenant_id: string;
  device_id: string;
  account_key: string | null;
  priority: number;
  subject: string | null;
  mail_from: string;
  recipients: string[];
  message_id_header: string;
  door: string;
  size_bytes: number;
  is_test: boolean;
  accepted_at: Date;
  key_sealed: Buffer;
  spool_object: string;
  spool_offset: number;
  spool_length: number;
}

/** All messages, oldest first. */
export const messagesOf = (owner: Database): Promise<MessageRow[]> =>
  owner.query<MessageRow>('SELECT * FROM messages ORDER BY seq');

/** Waits until `find` gives something. @throws Error after `withinMs` */
export async function eventually<T>(find: () => Promise<T | undefined | null | false>, withinMs = 30_000): Promise<T> {
  return until('it comes to pass', find, withinMs) as Promise<T>;
}

/** The row of that queue id, once it is handed off. */
export const messageOf = (owner: Database, queueId: string): Promise<MessageRow> =>
  eventually(async () => (await owner.query<MessageRow>('SELECT * FROM messages WHERE queue_id = $1', [queueId]))[0]);

/** The mail as a worker would open it. */
export async function contentOf(world: World, dataDir: string, row: MessageRow): Promise<Buffer> {
  const rows = await keyStore(world.database.system).list(['content']);
  const contentKey = openContentOpener(rows, [world.keys.kekOf('content')]).open(row.id, row.key_sealed, {
    tenantId: row.tenant_id,
    mailFrom: row.mail_from,
    recipients: row.recipients,
  });
  const spool = await openFileSpool({
    dir: join(dataDir, 'spool'),
    logger: createLogger({ name: 'test', level: 'silent' }),
  });
  const chunks: Buffer[] = [];
  const cipher = spool.read(row.spool_object, row.spool_offset, row.spool_length);
  for await (const chunk of decryptContent(contentKey, row.id, cipher)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
