import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { ConnectionOptions } from 'node:tls';
import { makeCredential, reservePorts, SmtpLine } from '@hikyaku/testing';
import { type RunningEdge, startEdge } from './harness/start-edge.ts';
import {
  addDevice,
  base64,
  contentOf,
  makeWorld,
  messageOf,
  messagesOf,
  queueIdOf,
  sha256,
  type World,
} from './harness/world.ts';

const FOLDER = join(import.meta.dirname, '../../../packages/testing/fixtures/device-mails');

interface Session {
  file: string;
  listener: { port: number | string; tls: string };
  client_lines: string[];
  end_of_data: string;
  after: string;
  pace?: string;
}
const { sessions, user_local, password } = JSON.parse(readFileSync(join(FOLDER, 'sessions.json'), 'utf8')) as {
  sessions: Session[];
  user_local: string;
  password: string;
};

let world: World;
let edge: RunningEdge;
let deviceId: string;
let upsId: string;

before(async () => {
  world = await makeWorld();
  const { device } = await addDevice(world, { allow_plain_auth: true });
  deviceId = device.id;
  // The fixtures' own credential, so that their lines go over the wire as they are.
  const digest = world.keys.digester.digest(password);
  await makeCredential(world.database.owner, world.keys.digester, device, {
    username: user_local,
    password_digest: digest,
  });
  // The UPS card cannot sign in; its owner has written down where it is and whom it may write to.
  const ups = { recipients_mode: 'allow', recipients: ['ops@example.jp'], allowed_addresses: ['127.0.0.0/8'] };
  upsId = (await addDevice(world, ups)).device.id;
  const [port25] = await reservePorts(1);
  edge = await startEdge({
    databaseUrl: world.database.url,
    masterKey: world.keys.masterKey,
    env: { SMTP_25_PORT: String(port25) },
  });
});
after(async () => {
  await edge?.dispose();
  await world?.database.close();
});

const TLS_12: ConnectionOptions = { maxVersion: 'TLSv1.2' };
const oldTls = (version: 'TLSv1' | 'TLSv1.1'): ConnectionOptions => ({
  minVersion: version,
  maxVersion: version,
  ciphers: 'AES128-SHA:@SECLEVEL=0',
});

/** Where the session's device connects, and how it encrypts. */
function wayIn({ listener: { port, tls } }: Session): {
  port: number;
  tls?: ConnectionOptions;
  upgrade: ConnectionOptions;
} {
  const { doors } = edge;
  const version = tls.includes('TLS 1.0') ? oldTls('TLSv1') : tls.includes('TLS 1.1') ? oldTls('TLSv1.1') : TLS_12;
  const upgrade = version;
  if (String(port).includes('LEGACY_SMTPS')) return { port: doors['legacy-smtps'], tls: version, upgrade };
  if (String(port).includes('LEGACY_SUBMISSION')) return { port: doors['legacy-submission'], upgrade };
  if (port === 465) return { port: doors.smtps, tls: version, upgrade };
  return { port: port === 25 ? doors.smtp25 : doors.submission, upgrade };
}

/** The file's bytes as they go over the line: a slow script rests before each picture (H14). */
function piecesOf(session: Session): Buffer[] {
  const bytes = readFileSync(join(FOLDER, session.file));
  if (!session.pace) return [bytes];
  const cuts = [...bytes.toString('latin1').matchAll(/^begin 644/gm)].map(({ index }) => index);
  assert.ok(cuts.length > 0);
  return [0, ...cuts].map((from, index, all) => bytes.subarray(from, all[index + 1]));
}

/** Plays the session line by line, each after the reply to the one before. Resolves to the reply to the end mark and all before it. */
async function play(session: Session, lines = session.client_lines): Promise<{ final: string; replies: string[] }> {
  const { upgrade, ...way } = wayIn(session);
  const line = await SmtpLine.open(way);
  const replies: string[] = [];
  for (const command of lines) {
    line.send(command);
    replies.push(await line.reply());
    if (command.startsWith('STARTTLS')) await line.secure(upgrade);
  }
  for (const piece of piecesOf(session)) {
    line.send(piece);
    await wait(session.pace ? 100 : 0);
  }
  line.send(session.end_of_data);
  const final = await line.reply();
  if (session.after.includes('RST')) line.reset();
  else assert.match(await line.say('QUIT'), /^221 /);
  line.close();
  return { final, replies };
}

const isRefused = (reply: string): boolean => /^[45]/.test(reply);

for (const session of sessions) {
  test(`${session.pace ? 'H14: ' : ''}${session.file}: one message, the envelope's recipients, the bytes as received`, async () => {
    const before = (await messagesOf(world.database.owner)).length;
    const { final, replies } = await play(session);
    assert.deepEqual(replies.filter(isRefused), []);
    const row = await messageOf(world.database.owner, queueIdOf(final));
    assert.equal((await messagesOf(world.database.owner)).length, before + 1);
    assert.deepEqual(
      row.recipients,
      session.client_lines.flatMap((line) => /^RCPT TO:\s*<(.*)>/.exec(line)?.[1] ?? []),
    );
    assert.equal(row.device_id, session.file.startsWith('09') ? upsId : deviceId);
    // As received, up to the end mark.
    const mark = session.end_of_data.slice(0, session.end_of_data.indexOf('.'));
    const sent = Buffer.concat([readFileSync(join(FOLDER, session.file)), Buffer.from(mark)]);
    assert.equal(row.size_bytes, sent.length);
    assert.equal(sha256(await contentOf(world, edge.dataDir, row)), sha256(sent));
  });
}

test('the home gateway may give its user name without the part after the @ too', async () => {
  const session = sessions.find(({ file }) => file.startsWith('06'))!;
  const full = base64(`${user_local}@r.example.net`);
  const lines = session.client_lines.map((line) => line.replace(full, base64(user_local)));
  assert.notDeepEqual(lines, session.client_lines);
  const { final } = await play(session, lines);
  const row = await messageOf(world.database.owner, queueIdOf(final));
  assert.equal(row.subject, 'IPアドレス通知');
});

test('AUTH LOGIN prompts are word for word what printers compare with', async () => {
  const { replies } = await play(sessions.find(({ file }) => file.startsWith('08'))!);
  assert.deepEqual(
    replies.filter((reply) => reply.startsWith('334')),
    ['334 VXNlcm5hbWU6', '334 UGFzc3dvcmQ6'],
  );
});

test('H12: a client that resets after its 250 is no error to us', () => {
  assert.deepEqual(
    edge.log.filter(({ level }) => level === 'error' || level === 'warn'),
    [],
  );
});
