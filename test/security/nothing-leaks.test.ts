import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openMail } from './attack.ts';
import { encodingsOf, findNeedles, type Needle } from './encodings.ts';
import { filesBelow, searchFiles } from './search-files.ts';
import { isMail, type WholeRun, wholeRun } from './whole-run.ts';

let run: WholeRun;
let dataDir: string;
let banner: Needle[];
/** Every secret in every encoding, named by what it is. */
let secretNeedles: Needle[];

before(async () => {
  run = await wholeRun();
  ({ dataDir } = run.hikyaku);
  // Stopped, so that every page of the database is in its file.
  await run.hikyaku.stop({ keepData: true });
  banner = encodingsOf('content', run.banner);
  for (const [secret, what] of run.secrets) assert.ok(secret.length >= 12, `too short to be looked for: ${what}`);
  secretNeedles = [...run.secrets].flatMap(([secret, what]) => encodingsOf(what, secret));
  for (const prefix of ['sandbox-at.', 'sandbox-rt.', 'sandbox-code.'])
    secretNeedles.push(...encodingsOf(`any ${prefix}`, prefix).filter(({ name }) => name.includes('raw')));
});
after(() => rmSync(dataDir, { recursive: true, force: true }));

const isSandbox = (path: string) => path === 'sandbox';
const inDump = (look: 'waiting' | 'done', needles: Needle[]) =>
  run[look].dump.flatMap(({ table, text }) =>
    findNeedles(Buffer.from(text), needles).map((name) => `${table}: ${name}`),
  );
const unique = (found: string[]) => [...new Set(found)].sort();

test('the run was what it should be: mails went out with the mark in every encoding, others were refused, and the search finds marks', () => {
  assert.equal(run.replies.filter((reply) => reply.startsWith('250')).length, 9);
  assert.equal(run.replies.filter((reply) => reply.startsWith('552')).length, 1);
  assert.equal(run.replies.filter((reply) => reply.startsWith('535')).length, 2);
  const found = searchFiles(
    dataDir,
    filesBelow(dataDir).filter((path) => path.startsWith('sandbox/')),
    banner,
  );
  const forms = unique(found.map((line) => /\((.*)\)/.exec(line)![1]!));
  assert.deepEqual(forms, ['base64/0', 'base64/1', 'base64/2', 'quoted-printable', 'raw']);
  const states = run.done.content.map(({ state }) => state).sort();
  // And what was told of them by the mailbox.
  assert.deepEqual(states.slice(0, 9), ['failed', 'held', ...Array(7).fill('sent')]);
  assert.ok(states.slice(9).every((state) => state === 'sent'));
  for (const what of [
    'device password',
    'OAuth code',
    'PKCE verifier',
    'refresh token',
    'access token',
    'session cookie',
  ])
    assert.ok([...run.secrets.values()].includes(what), what);
});

test('while mails wait, their content opens with the master key and shows nowhere without it', async () => {
  assert.equal(run.waiting.content.length, 4);
  for (const row of run.waiting.content) {
    const mail = await openMail(row, run.waiting.spool, run.opened.contentOpener.open);
    assert.ok(mail && findNeedles(mail, banner).length >= 4, 'the control: it can be opened');
  }
  assert.deepEqual(inDump('waiting', banner), []);
  for (const [object, bytes] of run.waiting.spool) assert.deepEqual(findNeedles(bytes, banner), [], object);
});

test('after the run no mark of any mail, in any encoding, is in any row of the database', () => {
  assert.deepEqual(inDump('done', banner), []);
});

test('no channel was told anything of a mail, neither its subject, nor a word, a file name or a picture of it, but the one that an owner chose, of the one device', () => {
  const { byMail, byMqtt, byPush, byChat } = run.told;
  const shown = run.told.byHttp.flat().filter(isMail);
  assert.equal(shown.length, 1, 'by one device, since its owner said so');
  assert.ok(run.told.byHttp[0]!.includes(shown[0]!));
  assert.ok(
    findNeedles(Buffer.from(shown[0]!, 'latin1'), banner).length > 0,
    'the control: content is found where it is',
  );
  const byHttp = run.told.byHttp.map((told) => told.filter((text) => !isMail(text)));
  assert.equal(byHttp.length, 4);
  assert.deepEqual(Object.keys(byChat).sort(), ['line', 'slack', 'telegram']);
  const byMailbox = byMail.map((mail) => mail.toString('latin1'));
  for (const told of [...byHttp, byMqtt, byPush, ...Object.values(byChat), byMailbox]) {
    assert.ok(told.length > 0, 'each was told');
    // The control: what is said by HTTP is readable, so a mark in it would be found.
    for (const text of told) assert.deepEqual(findNeedles(Buffer.from(text, 'latin1'), banner), []);
  }
  for (const code of ['mailbox.lost', 'mail.failed', 'mail.bounced'])
    assert.ok(
      byHttp[0]!.some((text) => text.includes(`"${code}"`)),
      `the webhook was told ${code}`,
    );
});

test('nor in any file of the data folder: database, write-ahead log, journal, spool, logs, snapshot', () => {
  const files = filesBelow(dataDir, isSandbox);
  for (const part of ['postgres/data/pg_wal/', 'postgres/data/base/', 'logs/', 'spool/', 'edge/'])
    assert.ok(
      files.some((path) => path.startsWith(part)),
      part,
    );
  assert.deepEqual(searchFiles(dataDir, files, banner), []);
  assert.deepEqual(findNeedles(Buffer.from(run.hikyaku.output()), banner), []);
});

test('with the master key in hand, and an older dump too, no delivered or failed mail opens', async (context) => {
  const delivered = run.done.content.filter(({ state }) => state !== 'held');
  assert.ok(delivered.length >= 8);
  for (const row of delivered) {
    assert.equal(row.keySealed, null);
    assert.equal(row.spoolObject, null);
  }
  // The older dump's keys: what they opened is gone.
  for (const row of run.waiting.content) {
    assert.equal(existsSync(join(dataDir, 'spool', row.spoolObject!)), false);
    assert.equal(await openMail(row, run.done.spool, run.opened.contentOpener.open), null);
  }
  // What is left in the spool is the held mail, and zeros where its neighbours were.
  const held = run.done.content.find(({ state }) => state === 'held')!;
  assert.deepEqual([...run.done.spool.keys()], [held.spoolObject]);
  assert.ok(await openMail(held, run.done.spool, run.opened.contentOpener.open), 'the control: the held mail opens');
  const bytes = run.done.spool.get(held.spoolObject!)!;
  const [heldAt, heldEnd] = [held.spoolOffset!, held.spoolOffset! + held.spoolLength!];
  for (let at = 0; at < bytes.length; ) {
    // Records one after the other: 24 bytes that tell kind and lengths, what is known of the mail, its ciphertext. That of a large mail has its id only.
    const isLarge = bytes[at + 5] === 2;
    const end = at + 24 + bytes.readUInt32BE(at + 8) + (isLarge ? 0 : bytes.readUInt32BE(at + 12));
    if (isLarge) assert.ok(end - at < 90);
    else if (end !== heldEnd) assert.ok(bytes.subarray(at + 24, end).every((byte) => byte === 0));
    else assert.ok(at + 24 < heldAt);
    at = end;
  }
  for (const name of ['segments', 'large', 'quarantine'])
    assert.deepEqual(filesBelow(join(dataDir, 'journal', name)), [], name);

  const left = countSealedKeys();
  context.diagnostic(`sealed content keys that old pages and the write-ahead log still hold: ${left}`);
});

/** A sealed content key begins with a version, the length of its key's id, and that id; SECURITY.md says that the database's files keep some. */
function countSealedKeys(): number {
  const contentKey = run.opened.rows.find(({ purpose }) => purpose === 'content')!;
  const label = Buffer.concat([Buffer.of(1, contentKey.id.length), Buffer.from(contentKey.id)]).toString('latin1');
  const folder = join(dataDir, 'postgres');
  return filesBelow(folder)
    .map((path) => readFileSync(join(folder, path), 'latin1').split(label).length - 1)
    .reduce((sum, count) => sum + count, 0);
}

test('no secret, in any encoding, is in any log line or in what the terminal showed', () => {
  const logs = filesBelow(dataDir).filter((path) => path.startsWith('logs/') || path === 'postgres/postgres.log');
  assert.ok(logs.length >= 6);
  assert.deepEqual(searchFiles(dataDir, logs, secretNeedles), []);
  // The terminal shows the operator his code, once.
  const shown = findNeedles(Buffer.from(run.hikyaku.output()), secretNeedles);
  assert.deepEqual(shown, ['operator code (raw)']);
});

test('no secret is in any row of the database, job payloads included; only a session’s half without its signature', () => {
  for (const look of ['waiting', 'done'] as const) {
    assert.deepEqual(unique(inDump(look, secretNeedles)), ['public.auth_sessions: session token (raw)']);
    assert.ok(run[look].dump.some(({ table }) => table === 'hikyaku_queue.job') || look === 'done', 'jobs were seen');
  }
});

test('no secret is in any file of the data folder but those that are made to keep it', () => {
  const allowed: Record<string, RegExp> = {
    'master key (raw)': /^master\.key$/,
    'database password (raw)': /^postgres\/secrets\.json$/,
    // Rows of auth_sessions, its index and their log.
    'session token (raw)': /^postgres\/data\/(base|pg_wal)\//,
  };
  // In plain and in hex: the files are large, and nothing of ours writes anything else.
  const needles = secretNeedles.filter(({ name }) => /\((raw|hex)\)$/.test(name));
  const found = searchFiles(dataDir, filesBelow(dataDir, isSandbox), needles).filter((line) => {
    const [path = '', name = ''] = line.split(': ');
    return !allowed[name]?.test(path);
  });
  assert.deepEqual(unique(found), []);
});

test('no secret is in an error, nor in an address that we send the browser to', () => {
  const own = new URL(run.hikyaku.webUrl).origin;
  let errors = 0;
  for (const { request, status, location, body } of run.person.answers) {
    if (location && new URL(location, own).origin === own)
      assert.deepEqual(findNeedles(Buffer.from(location), secretNeedles), [], `${request} → ${location}`);
    if (status < 400) continue;
    errors += 1;
    assert.deepEqual(findNeedles(Buffer.from(body), secretNeedles), [], `${request}: ${body}`);
  }
  assert.ok(errors >= 10);
  for (const reply of run.replies) assert.deepEqual(findNeedles(Buffer.from(reply), secretNeedles), [], reply);
});

test('each running process knows the secrets that it needs and no other', () => {
  const knows = (what: string) =>
    Object.entries(run.environments)
      .filter(([, env]) =>
        Object.values(env).some((value) =>
          [...run.secrets].some(([secret, is]) => is === what && value.includes(secret)),
        ),
      )
      .map(([name]) => name)
      .sort();
  assert.deepEqual(knows('master key'), ['api', 'worker']);
  assert.deepEqual(knows('operator code'), ['api']);
  assert.deepEqual(knows('database password'), ['api', 'edge', 'worker']);
});

test('the searches can fail: what is planted in a log, the journal, the spool or the database’s files is found', () => {
  const [secret] = [...run.secrets].find(([, what]) => what === 'refresh token')!;
  const places = [
    'logs/edge.log',
    'journal/segments/planted.log',
    'spool/00/planted.pack',
    'postgres/data/base/planted',
  ];
  for (const [index, place] of places.entries()) {
    const shift = 'x'.repeat(index);
    appendFileSync(
      join(dataDir, place),
      `${Buffer.from(`${shift}${run.banner} in base64`).toString('base64')} ${secret}`,
    );
  }
  const files = filesBelow(dataDir, isSandbox);
  const hit = (needles: Needle[]) => unique(searchFiles(dataDir, files, needles).map((line) => line.split(': ')[0]!));
  assert.deepEqual(hit(banner), [...places].sort());
  const tokens = secretNeedles.filter(({ name }) => name === 'refresh token (raw)');
  assert.deepEqual(hit(tokens), [...places].sort());
});
