import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { programOf, testProgramOf } from '@hikyaku/testing';
import { openUpstreams, type Upstreams } from '@hikyaku/upstreams';
import { connectAccount, type Started, start, stop, UPLOAD_SCOPES } from './sandbox-account.ts';
import { LIMITS, openScene, type Scene, untilState } from './scene.ts';

/** Short enough for a test: a lease ends after 1.2 s, mail in doubt goes out again after 100 ms. */
const limits = { ...LIMITS, LEASE_MS: 1_200, SEND_DEADLINE_MS: 800, IN_DOUBT_PLAN_MS: [100], SWEEP_AFTER_MS: 200 };

interface ChildOptions {
  sentFile: string;
  faultPoints: string;
  marksFirstByte: boolean;
  limits: typeof LIMITS;
  sandboxOrigin?: string;
  sandboxSmtpPort?: number;
}

function startChild(scene: Scene, options: ChildOptions): ChildProcess {
  const given = {
    databaseUrl: scene.db.url,
    masterKey: scene.keys.masterKey,
    spoolDir: scene.spoolDir,
    ...options,
  };
  return fork(testProgramOf('apps/worker', 'crash-worker'), [JSON.stringify(given)], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'inherit', 'ignore', 'ipc'],
  });
}

// A kill at the third pass: some mails are done, some under way beside it, some not begun. Destruction takes all that was sent at once.
const POINTS: { point: string; pass?: number; mayRepeat: boolean; marksFirstByte?: boolean }[] = [
  { point: 'worker.after-claim', mayRepeat: false },
  // A send of many requests: what was shown of it before the commit point makes no doubt.
  { point: 'worker.after-opened', mayRepeat: false, marksFirstByte: true },
  { point: 'worker.before-committed', mayRepeat: false },
  // All of it is uploaded, and only its sending is missing; at the first pass, while none beside it has gone further.
  { point: 'worker.before-committed', pass: 1, mayRepeat: false, marksFirstByte: true },
  { point: 'worker.after-committed', mayRepeat: true },
  { point: 'worker.after-send-before-outcome', mayRepeat: true },
  { point: 'worker.after-outcome-before-destroy', pass: 1, mayRepeat: true },
  { point: 'worker.after-destroy', pass: 1, mayRepeat: true },
];

suite('a worker killed', { concurrency: 3 }, () => {
  for (const { point, pass = 3, mayRepeat, marksFirstByte = false } of POINTS) {
    const how = marksFirstByte ? ', behind a first request,' : '';
    test(`at ${point}${how} loses no mail, repeats only what is in doubt, and leaves no content`, async () => {
      const scene = await openScene();
      const sentFile = join(scene.spoolDir, '..', 'sent.txt');
      writeFileSync(sentFile, '');
      const options = { sentFile, marksFirstByte, limits };
      const children: ChildProcess[] = [];
      try {
        const place = await scene.makePlace();
        const mails = [...(await scene.makePack(place, 5)), await scene.makeMail(place), await scene.makeMail(place)];
        const doomed = startChild(scene, { ...options, faultPoints: `${point}=kill@${pass}` });
        children.push(doomed);
        const [, signal] = await once(doomed, 'exit');
        assert.equal(signal, 'SIGKILL');

        children.push(startChild(scene, { ...options, faultPoints: '' }));
        const sent = (): string => readFileSync(sentFile, 'utf8');
        let copies = 0;
        for (const { id } of mails) {
          const facts = await untilState(scene, id, 'sent');
          assert.deepEqual([facts.key_sealed, facts.partState], [null, 'sent']);
          const left = sent().split(`<${id}@mail.local>\n`).length - 1;
          const doubts = facts.attempts.filter(({ outcome }) => outcome === 'in_doubt').length;
          assert.ok(left >= 1, 'sent although nothing left');
          assert.ok(left <= 1 + doubts, `${left} copies, ${doubts} doubts`);
          assert.equal(facts.attempts.at(-1)!.is_repeat, doubts > 0);
          assert.ok(
            facts.attempts.every(({ outcome }) => outcome !== null),
            'an attempt without an end',
          );
          copies += left - 1;
        }
        if (!mayRepeat) assert.equal(copies, 0);
        if (point === 'worker.after-send-before-outcome') assert.ok(copies >= 1, 'the point was not where it says');
        for (let tries = 0; (await countObjects(scene)) > 0; tries++) {
          assert.ok(tries < 100, 'content is left in the spool');
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      } finally {
        for (const child of children) {
          child.kill('SIGKILL');
          if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
        }
        await scene.close();
      }
    });
  }
});

/** A way by which a mail leaves, with the bytes of its random picture that make it go so. */
interface Way {
  provider: 'microsoft' | 'google';
  pictureBytes: number;
  /** Microsoft's JSON forms make a mail anew. */
  keepsMessageId: boolean;
  wantsLarge?: boolean;
}
const OVER_EVERY_FORM = 3_300_000;
const WAYS = {
  mime: { provider: 'microsoft', pictureBytes: 3_000, keepsMessageId: true },
  json: { provider: 'microsoft', pictureBytes: 2_500_000, keepsMessageId: false },
  gmail: { provider: 'google', pictureBytes: 3_000, keepsMessageId: true },
  upload: { provider: 'microsoft', pictureBytes: OVER_EVERY_FORM, keepsMessageId: false },
  smtp: { provider: 'microsoft', pictureBytes: OVER_EVERY_FORM, keepsMessageId: true, wantsLarge: true },
} satisfies Record<string, Way>;

suite('a worker killed within a send by the transports of Microsoft and Google', { concurrency: 3 }, () => {
  let dataDir: string;
  let sandbox: Started;
  let sandboxOrigin: string;
  let sandboxSmtpPort: number;
  let upstreams: Upstreams;
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'hikyaku-sandbox-'));
    sandbox = start(programOf('packages/sandbox'), { HIKYAKU_SANDBOX_PORT: '0', HIKYAKU_DATA_DIR: dataDir });
    const { port, smtpPort } = (await sandbox.started)! as { port: number; smtpPort: number };
    sandboxOrigin = `http://127.0.0.1:${port}`;
    sandboxSmtpPort = smtpPort;
    upstreams = openUpstreams({
      isSandbox: true,
      sandboxOrigin,
      SANDBOX_SMTP_PORT: smtpPort,
      MICROSOFT_SCOPES: UPLOAD_SCOPES,
    });
  });
  after(async () => {
    await upstreams.close();
    await stop(sandbox);
    await rm(dataDir, { recursive: true, force: true });
  });

  const itemsOf = async (address: string, box: 'inbox' | 'drafts'): Promise<{ raw: string }[]> => {
    const answer = await fetch(`${sandboxOrigin}/mailboxes/${encodeURIComponent(address)}/${box}`);
    return ((await answer.json()) as { items: { raw: string }[] }).items;
  };

  // In one request the first byte comes next, or may have come; by SMTP the end mark; of an upload all is there but its sending. A kill behind the answer is a copy more, in doubt.
  const CASES: { way: keyof typeof WAYS; point: string; doubts: number; drafts: number; arrived: number }[] = [
    { way: 'mime', point: 'before-committed', doubts: 0, drafts: 0, arrived: 0 },
    { way: 'mime', point: 'after-committed', doubts: 1, drafts: 0, arrived: 0 },
    { way: 'mime', point: 'after-send-before-outcome', doubts: 1, drafts: 0, arrived: 1 },
    // The mail was read for its form before.
    { way: 'json', point: 'before-committed', doubts: 0, drafts: 0, arrived: 0 },
    { way: 'json', point: 'after-send-before-outcome', doubts: 1, drafts: 0, arrived: 1 },
    { way: 'gmail', point: 'before-committed', doubts: 0, drafts: 0, arrived: 0 },
    { way: 'gmail', point: 'after-committed', doubts: 1, drafts: 0, arrived: 0 },
    { way: 'gmail', point: 'after-send-before-outcome', doubts: 1, drafts: 0, arrived: 1 },
    { way: 'upload', point: 'before-committed', doubts: 0, drafts: 1, arrived: 0 },
    { way: 'upload', point: 'after-committed', doubts: 1, drafts: 1, arrived: 0 },
    { way: 'smtp', point: 'before-committed', doubts: 0, drafts: 0, arrived: 0 },
    { way: 'smtp', point: 'after-committed', doubts: 1, drafts: 0, arrived: 0 },
    { way: 'smtp', point: 'after-send-before-outcome', doubts: 1, drafts: 0, arrived: 1 },
  ];
  for (const { way, point, doubts, drafts, arrived } of CASES) {
    test(`by ${way} at ${point} loses no mail, sends twice only what is in doubt, and leaves no draft in the mailbox`, async () => {
      const { provider, pictureBytes, keepsMessageId, wantsLarge = false }: Way = WAYS[way];
      const own = `${way}-${point}@${provider === 'google' ? 'gmail' : 'outlook'}.com`;
      const grant = await connectAccount(upstreams.connectors[provider]!, sandboxOrigin, own, { wantsLarge });
      const scene = await openScene();
      const place = await scene.makePlace({ provider, address: grant.address, account_key: grant.accountKey });
      await scene.db.owner.query('UPDATE mailboxes SET secret_sealed = $2 WHERE id = $1', [
        place.mailbox.id,
        scene.tokenBox.seal(place.mailbox.id, grant.secret),
      ]);
      const recipient = `owner-${way}-${point}@example.jp`;
      const picture = randomBytes(pictureBytes).toString('base64').replace(/.{76}/g, '$&\r\n');
      const { id } = await scene.makeMail(
        place,
        { recipients: [recipient] },
        {
          fields:
            'MIME-Version: 1.0\r\nContent-Type: image/jpeg; name="a.jpg"\r\nContent-Transfer-Encoding: base64\r\n',
          body: picture,
        },
      );
      // Room for an upload on a slow machine; who still works renews the lease.
      const roomy = { ...limits, LEASE_MS: 2_000, SEND_DEADLINE_MS: 20_000 };
      const options = { sentFile: '', marksFirstByte: false, limits: roomy, sandboxOrigin, sandboxSmtpPort };
      const doomed = startChild(scene, { ...options, faultPoints: `worker.${point}=kill` });
      let heir: ChildProcess | undefined;
      try {
        assert.equal((await once(doomed, 'exit'))[1], 'SIGKILL');
        assert.deepEqual(
          [(await itemsOf(grant.address, 'drafts')).length, (await itemsOf(recipient, 'inbox')).length],
          [drafts, arrived],
        );
        heir = startChild(scene, { ...options, faultPoints: '' });
        const { attempts } = await untilState(scene, id, 'sent');
        assert.equal(attempts.filter(({ outcome }) => outcome === 'in_doubt').length, doubts);
        const inbox = await itemsOf(recipient, 'inbox');
        assert.deepEqual([await itemsOf(grant.address, 'drafts'), inbox.length], [[], arrived + 1]);
        for (const { raw } of inbox) {
          const kept = Buffer.from(raw, 'base64').includes(`\r\nMessage-ID: <${id}@mail.local>\r\n`);
          assert.equal(kept, keepsMessageId, 'it left by another way');
        }
      } finally {
        doomed.kill('SIGKILL');
        heir?.kill('SIGKILL');
        if (heir && heir.exitCode === null && heir.signalCode === null) await once(heir, 'exit');
        await scene.close();
      }
    });
  }
});

async function countObjects(scene: Scene): Promise<number> {
  let count = 0;
  for await (const _ of scene.spool.list()) count += 1;
  return count;
}
