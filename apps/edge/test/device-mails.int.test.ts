import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { ConnectionOptions } from 'node:tls';
import { makeCredential, SmtpLine } from '@hikyaku/testing';
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
  listener: { port: number | string };
  client_lines: string[];
  end_of_data: string;
  after: string;
}
const { sessions, user_local, password } = JSON.parse(readFileSync(join(FOLDER, 'sessions.json'), 'utf8')) as {
  sessions: Session[];
  user_local: string;
  password: string;
};

let world: World;
let edge: RunningEdge;
let deviceId: string;

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
  edge = await startEdge({ databaseUrl: world.database.url, masterKey: world.keys.masterKey });
});
after(async () => {
  await edge?.dispose();
  await world?.database.close();
});

const TLS_12: ConnectionOptions = { maxVersion: 'TLSv1.2' };
const TLS_11: ConnectionOptions = {
  minVersion: 'TLSv1.1',
  maxVersion: 'TLSv1.1',
  ciphers: 'AES128-SHA:@SECLEVEL=0',
};

/** Plays the session line by line, each after the reply to the one before. Resolves to the reply to the end mark and all before it. */
async function play(session: Session, lines = session.client_lines): Promise<{ final: string; replies: string[] }> {
  const port = String(session.listener.port);
  const isLegacy = port.includes('LEGACY');
  const door = isLegacy ? edge.doors['legacy-submission'] : port === '465' ? edge.doors.smtps : edge.doors.submission;
  const tls = isLegacy ? TLS_11 : TLS_12;
  const line = await SmtpLine.open({ port: door, ...(port === '465' ? { tls } : {}) });
  const replies: string[] = [];
  for (const command of lines) {
    line.send(command);
    replies.push(await line.reply());
    if (command.startsWith('STARTTLS')) await line.secure(tls);
  }
  line.send(Buffer.concat([readFileSync(join(FOLDER, session.file)), Buffer.from(session.end_of_data)]));
  const final = await line.reply();
  if (session.after.includes('RST')) line.reset();
  else assert.match(await line.say('QUIT'), /^221 /);
  line.close();
  return { final, replies };
}

const isRefused = (reply: string): boolean => /^[45]/.test(reply);
const PRESENT = ['01', '03', '04', '06', '08', '12'];

for (const prefix of PRESENT) {
  const session = sessions.find(({ file }) => file.startsWith(prefix))!;
  test(`${session.file}: one message, the envelope's recipients, the bytes as received`, async () => {
    const before = (await messagesOf(world.database.owner)).length;
    const { final, replies } = await play(session);
    assert.deepEqual(replies.filter(isRefused), []);
    const row = await messageOf(world.database.owner, queueIdOf(final));
    assert.equal((await messagesOf(world.database.owner)).length, before + 1);
    assert.deepEqual(
      row.recipients,
      session.client_lines.flatMap((line) => /^RCPT TO:\s*<(.*)>/.exec(line)?.[1] ?? []),
    );
    assert.equal(row.device_id, deviceId);
    const sent = readFileSync(join(FOLDER, session.file));
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

test('a client that resets after its 250 is no error to us', () => {
  assert.deepEqual(
    edge.log.filter(({ level }) => level === 'error' || level === 'warn'),
    [],
  );
});
