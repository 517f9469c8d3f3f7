import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '@hikyaku/core';
import { openMailStore } from '../src/mailboxes/mail-store.ts';
import { connect, mailText, readBox, tokenForm, tokenPath, useSandbox } from './sandbox-harness.ts';

function useDir(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'hikyaku-sandbox-store-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

const open = (dir: string, keep = { mailsPerBox: 500, totalBytes: 500_000_000 }) =>
  openMailStore({ dir, clock: systemClock, keep: () => keep });

const mail = (to: string, subject = 's') => ({
  provider: 'google' as const,
  account: 'a@b.jp',
  from: 'a@b.jp',
  to: [to],
  cc: [],
  bcc: [],
  subject,
  sentBy: 'a@b.jp',
  inboxes: [to],
});

test('mails outlive a restart, newest first', async (t) => {
  const dir = useDir(t);
  const store = await open(dir);
  for (const subject of ['1', '2', '3'])
    await store.add(mail('c@d.jp', subject), Buffer.from(`Subject: ${subject}\r\n\r\n`));
  const again = await open(dir);
  const found = again.list('C@D.jp', 'inbox');
  assert.deepEqual(
    found.map((entry) => entry.subject),
    ['3', '2', '1'],
  );
  assert.equal((await again.read(found[0]!.id))?.toString(), 'Subject: 3\r\n\r\n');
  await again.add(mail('c@d.jp', '4'), Buffer.from('x'));
  assert.equal((await open(dir)).list('c@d.jp', 'inbox')[0]?.subject, '4');
});

test('mails that come side by side into full folders are all taken, and the folders keep their size', async (t) => {
  const store = await open(useDir(t), { mailsPerBox: 2, totalBytes: 1_000_000 });
  // Received ones, in several folders each: making room waits for the disk between one folder and the next.
  const folders = ['p@d.jp', 'q@d.jp', 'r@d.jp'];
  for (let round = 0; round < 10; round++) {
    await Promise.all(
      Array.from({ length: 30 }, (_, index) => {
        const inboxes = [folders[index % 3]!, folders[(index + 1 + (round % 2)) % 3]!];
        return store.add({ ...mail('p@d.jp'), sentBy: null, inboxes }, Buffer.from('x'));
      }),
    );
  }
  assert.deepEqual(
    folders.map((address) => store.list(address, 'inbox').length),
    [2, 2, 2],
  );
});

test('each folder keeps its newest mails, and a mail lives while any folder keeps it', async (t) => {
  const dir = useDir(t);
  const store = await open(dir, { mailsPerBox: 2, totalBytes: 1_000_000 });
  await store.add(mail('lonely@d.jp', 'first'), Buffer.from('x'));
  for (const subject of ['1', '2', '3']) await store.add(mail('c@d.jp', subject), Buffer.from('x'));
  assert.deepEqual(
    store.list('a@b.jp', 'sent').map((entry) => entry.subject),
    ['3', '2'],
  );
  assert.deepEqual(
    store.list('c@d.jp', 'inbox').map((entry) => entry.subject),
    ['3', '2'],
  );
  assert.deepEqual(
    store.list('lonely@d.jp', 'inbox').map((entry) => entry.subject),
    ['first'],
  );
  assert.equal(readdirSync(dir).length, 3);
});

test('all mails together keep under their bytes, the oldest going first', async (t) => {
  const dir = useDir(t);
  const store = await open(dir, { mailsPerBox: 100, totalBytes: 1000 });
  for (const subject of ['1', '2', '3']) await store.add(mail('c@d.jp', subject), Buffer.alloc(400));
  assert.deepEqual(
    store.list('c@d.jp', 'inbox').map((entry) => entry.subject),
    ['3', '2'],
  );
  await store.add(mail('c@d.jp', 'huge'), Buffer.alloc(5000));
  assert.deepEqual(
    store.list('c@d.jp', 'inbox').map((entry) => entry.subject),
    ['huge'],
  );
  assert.equal(readdirSync(dir).length, 1);
});

test('a file torn by a kill is no mail, and is cleared away', async (t) => {
  const dir = useDir(t);
  const store = await open(dir);
  await store.add(mail('c@d.jp', 'whole'), Buffer.alloc(400));
  await store.add(mail('c@d.jp', 'torn'), Buffer.alloc(400));
  await store.add(mail('c@d.jp', 'stub'), Buffer.alloc(400));
  const names = readdirSync(dir).sort();
  truncateSync(join(dir, names[1]!), 500);
  truncateSync(join(dir, names[2]!), 10);
  assert.deepEqual(
    (await open(dir)).list('c@d.jp', 'inbox').map((entry) => entry.subject),
    ['whole'],
  );
  assert.equal(readdirSync(dir).length, 1);
});

test('connected accounts and their tokens outlive a restart of the sandbox', async (t) => {
  const dir = useDir(t);
  const first = await useSandbox(t, { dir });
  const { refresh_token, access_token } = await connect(first, 'microsoft', 'a@b.example');
  await first.sandbox.close();
  const second = await useSandbox(t, { dir });
  const form = tokenForm('microsoft', { grant_type: 'refresh_token', refresh_token: refresh_token! });
  assert.equal((await second.postForm(tokenPath('microsoft'), form)).status, 200);
  const sent = await fetch(`${second.origin}/microsoft/v1.0/me/sendMail`, {
    method: 'POST',
    headers: { authorization: `Bearer ${access_token}`, 'content-type': 'text/plain' },
    body: Buffer.from(mailText('a@b.example', 'c@d.jp')).toString('base64'),
  });
  assert.equal(sent.status, 202);
  assert.equal((await readBox(second, 'c@d.jp', 'inbox')).length, 1);
  await second.sandbox.close();
});
