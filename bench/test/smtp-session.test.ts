import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { createBenchMail } from '../src/load/bench-mail.ts';
import { runSession } from '../src/load/smtp-session.ts';
import { createCertificates } from '../src/servers/certificates.ts';

let folder: string;
let port: number;
let lines: string[] = [];
let answerToMail = '250 2.0.0 Ok: queued as ABC';
let content = '';

/** Says what a server says, and keeps what it was told. */
function converse(socket: Socket, context: ReturnType<typeof createSecureContext>): void {
  const REPLIES: Record<string, string> = {
    EHLO: '250-x\r\n250 AUTH PLAIN',
    AUTH: '235 ok',
    DATA: '354 go',
    QUIT: '221 bye',
  };
  let isData = false;
  const listen = (on: Socket): void => {
    on.on('error', () => {});
    on.on('data', (chunk) => {
      if (isData) {
        content += chunk.toString('latin1');
        if (!content.endsWith('\r\n.\r\n')) return;
        isData = false;
        on.write(`${answerToMail}\r\n`);
        return;
      }
      const line = chunk.toString('latin1').trim();
      lines.push(line);
      const verb = line.split(' ')[0]!;
      isData = verb === 'DATA';
      on.write(`${verb === 'STARTTLS' ? '220 go' : (REPLIES[verb] ?? '250 ok')}\r\n`);
      if (verb !== 'STARTTLS') return;
      on.removeAllListeners('data');
      listen(new TLSSocket(on, { isServer: true, secureContext: context }));
    });
  };
  listen(socket);
  socket.write('220 hello\r\n');
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hikyaku-bench-test-'));
  const { cert, key } = createCertificates(folder)[0]!;
  const context = createSecureContext({ cert: readFileSync(cert), key: readFileSync(key) });
  const server = createServer((socket) => converse(socket, context));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as { port: number }).port;
  server.unref();
});
after(() => rm(folder, { recursive: true, force: true }));

const send = (
  mail: Buffer,
  context: SecureContext | null = createSecureContext(),
): Promise<{ error: string | null; accepted: string }> =>
  new Promise((resolve) => {
    const login = { username: 'u', password: 'p' };
    runSession({ port, login, content: mail, context }, (error, accepted) => resolve({ error, accepted }));
  });

test('a session signs in under TLS and sends exactly the bytes of its mail', async () => {
  lines = [];
  content = '';
  const mail = createBenchMail(200_000);
  mail.number(42);
  assert.deepEqual(await send(mail.bytes), { error: null, accepted: '250 2.0.0 Ok: queued as ABC' });
  assert.equal(content, `${mail.bytes.toString('latin1')}.\r\n`);
  assert.match(content, /^Message-ID: <000000000042@camera.example>\r\nSubject: Motion detected 000000000042\r\n/m);
  const verbs = ['EHLO', 'STARTTLS', 'EHLO', 'AUTH', 'MAIL', 'RCPT', 'DATA', 'QUIT'];
  assert.deepEqual(
    lines.map((line) => line.split(' ')[0]),
    verbs,
  );
  assert.ok(lines.includes(`AUTH PLAIN ${Buffer.from('\0u\0p').toString('base64')}`));
});

test('a plain session signs in at once and sends the same bytes', async () => {
  lines = [];
  content = '';
  const mail = createBenchMail(2048);
  assert.equal((await send(mail.bytes, null)).error, null);
  assert.equal(content, `${mail.bytes.toString('latin1')}.\r\n`);
  assert.deepEqual(
    lines.map((line) => line.split(' ')[0]),
    ['EHLO', 'AUTH', 'MAIL', 'RCPT', 'DATA', 'QUIT'],
  );
});

test('a mail that is not accepted is an error, with what was answered', async () => {
  answerToMail = '452 4.3.1 full';
  assert.deepEqual(await send(createBenchMail(2048).bytes), { error: 'mail: 452 4.3.1 full', accepted: '' });
});
