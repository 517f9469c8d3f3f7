import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { MessageWaiting } from '@hikyaku/contracts';
import {
  type ClockedPostgres,
  DashboardClient,
  type FleetMember,
  MailLedger,
  openOwner,
  type RunningHikyaku,
  SHORT_TIMES,
  sandboxClient,
  startHikyaku,
  type TestRedis,
  until,
  useClockedPostgres,
  useRedis,
} from '@hikyaku/testing';
import { readStorm, type StormMail } from './storm-mails.ts';

const CAMERAS = 40;
const HOUR_MS = 3_600_000;
/** What gmail.com takes in a day, and no other mailbox here is of gmail.com. */
const PER_DAY = 10;
/** Minutes have room: what is told here is not how soon. */
const LIMITS = {
  HIKYAKU_MICROSOFT_PER_MINUTE: '6000',
  HIKYAKU_GOOGLE_PER_MINUTE: '6000',
  HIKYAKU_GMAIL_PER_DAY: String(PER_DAY),
};
/** For hangs. */
const WITHIN_MS = 120_000;
const BOXES = [
  ['microsoft', 'site@outlook.test'],
  ['google', 'site@gmail.test'],
] as const;

interface Storm {
  hikyaku: RunningHikyaku;
  postgres: ClockedPostgres;
  redis: TestRedis;
  /** Owner of the forty cameras. */
  person: DashboardClient;
  ledger: MailLedger;
  /** Each camera sends one more mail. */
  gust(name: string): Promise<void>;
  /** Windows end as time passes, until every mail has been told; every one arrived by itself or in one digest, and a second copy only behind a marked doubt. */
  endsWell(): Promise<void>;
}

const stack = new AsyncDisposableStack();
let storm: Storm;
before(async () => {
  storm = await openStorm();
});
after(() => stack.disposeAsync());

/** Forty cameras at two mailboxes, each with its digests, the queue in Redis. */
async function openStorm(): Promise<Storm> {
  const redis = await useRedis();
  stack.defer(redis.close);
  const postgres = await useClockedPostgres();
  stack.defer(postgres.close);
  const hikyaku = await startHikyaku({
    env: {
      ...SHORT_TIMES,
      ...LIMITS,
      DATABASE_URL: postgres.url,
      HIKYAKU_MASTER_KEY: randomBytes(32).toString('base64'),
      HIKYAKU_SANDBOX: 'on',
      REDIS_URL: redis.url,
    },
  });
  stack.defer(async () => void (await hikyaku.stop()));
  const owner = await openOwner(hikyaku, postgres.url);
  stack.defer(owner.close);
  const sandbox = sandboxClient(hikyaku.sandboxUrl);
  await sandbox.knobs({ consent: 'auto' });
  const person = new DashboardClient(hikyaku.webUrl);
  await person.signUp('owner@example.test');
  const cameras: FleetMember[] = [];
  for (const [provider, address] of BOXES) {
    const mailboxId = await person.connectMailbox(provider, address);
    for (let n = 0; n < CAMERAS / BOXES.length; n++) {
      const { device, credential } = await person.createDevice(mailboxId, {
        name: `${provider} ${n}`,
        digestMinutes: 1,
      });
      cameras.push({ provider, address, deviceId: device.id, credential, to: 'owner@example.jp' });
    }
  }
  const ledger = new MailLedger(hikyaku.smtp.smtps);
  const mails = async (): Promise<StormMail[]> => {
    const sent = await Promise.all(BOXES.map(([, address]) => sandbox.mails(address, 'sent')));
    return readStorm(owner, sent.flat());
  };
  /** Postgres may be away. */
  const endWindows = () =>
    owner
      .query(
        `WITH d AS (UPDATE devices SET digest_until = now() WHERE digest_until > now())
         UPDATE messages SET digest_at = now() WHERE digest_at > now()`,
      )
      .catch(() => []);
  return {
    ...{ hikyaku, postgres, redis, person, ledger },
    async gust(name) {
      const waiting = [...cameras];
      const sendSome = async (): Promise<void> => {
        for (let camera = waiting.shift(); camera; camera = waiting.shift())
          await ledger.sendUntilAccepted(camera, `${name}-${waiting.length}`, 3_000);
      };
      await Promise.all(Array.from({ length: 8 }, sendSome));
    },
    async endsWell() {
      const accepted = ledger.count('accepted');
      await until(
        'every mail is sent',
        async () => {
          await endWindows();
          const [row] = await owner
            .query<{ count: number; left: number }>(
              `SELECT count(*) FILTER (WHERE door <> 'dashboard')::int AS count, count(*) FILTER (WHERE state <> 'sent')::int AS left FROM messages`,
            )
            .catch(() => []);
          return row && row.count >= accepted && row.left === 0;
        },
        WITHIN_MS,
      );
      const all = await mails();
      const markers = new Set(all.filter(({ isDigest }) => !isDigest).map(({ marker }) => marker));
      for (const { marker, verdict } of ledger.tries)
        if (verdict.kind === 'accepted') assert.ok(markers.has(marker), `${marker} was accepted`);
      const digests = all.filter(({ isDigest }) => isDigest);
      assert.ok(digests.length > 0);
      assert.deepEqual(
        digests.filter(({ id }) => !all.some(({ digestId }) => digestId === id)).map(({ id }) => id),
        [],
        'no digest of nothing, and none twice',
      );
      for (const mail of all) {
        const most = mail.digestId ? 0 : 1 + mail.doubts;
        assert.ok(mail.copies >= Math.min(1, most) && mail.copies <= most, JSON.stringify(mail));
        assert.ok(mail.isMarked, `a repeat of ${mail.marker} is not marked`);
      }
    },
  };
}

test('forty cameras at two mailboxes, while Redis is flushed, both stores crash and Postgres’s clock jumps by seconds, hours and days, there and back: nothing is lost, no digest is sent twice, and nothing waits for a clock', async () => {
  const { postgres, redis, gust, endsWell, hikyaku } = storm;
  await gust('first');
  const isLogged = (event: string) => () =>
    readFileSync(join(hikyaku.dataDir, 'logs', 'worker.log'), 'utf8').includes(event);
  // Ahead for a moment, so that perhaps nobody looks at it, and for long enough to be seen.
  const blows: [aheadMs: number, blow: () => Promise<unknown>][] = [
    [-2_000, redis.flush],
    [HOUR_MS, postgres.crash],
    [0, () => redis.stop().then(redis.start)],
    [25 * HOUR_MS, () => redis.flush().then(() => until('the jump is seen', isLogged('clock.unseen'), WITHIN_MS))],
    [0, postgres.crash],
    [-HOUR_MS, redis.flush],
  ];
  for (const [round, [aheadMs, blow]] of blows.entries()) {
    const blowing = gust(`gust-${round}`);
    postgres.setClock(aheadMs);
    await blow();
    await blowing;
  }
  await endsWell();
  assert.ok(isLogged('clock.set_back')());
});

test('an account’s day that two tenants share ends for both, keeps a fifth for cameras that were quiet, says when it goes on, and goes on then', async () => {
  const { hikyaku, postgres, person, ledger } = storm;
  postgres.setClock(0);
  const neighbour = new DashboardClient(hikyaku.webUrl);
  await neighbour.signUp('neighbour@example.test');
  const address = 'home@gmail.com';
  const people = [person, neighbour];
  const boxes = [await person.connectMailbox('google', address), await neighbour.connectMailbox('google', address)];
  const makeCamera = async (whose: number): Promise<FleetMember> => {
    const { device, credential } = await people[whose]!.createDevice(boxes[whose]!, { digestMinutes: null });
    return { provider: 'google', address, deviceId: device.id, credential, to: 'home@example.jp' };
  };
  const sandbox = sandboxClient(hikyaku.sandboxUrl);
  const sent = async (): Promise<number> => (await sandbox.mails(address, 'sent')).length;
  const untilSent = (count: number) => until(`${count} are sent`, async () => (await sent()) >= count, WITHIN_MS);
  /** Of each person's mails by this mailbox, those that wait, as he is shown them. */
  const waiting = async (whose: number): Promise<MessageWaiting[]> => {
    const of = await people[whose]!.messages(`&mailboxId=${boxes[whose]}`);
    const left = of.filter(({ state }) => state !== 'sent');
    const shown = left.map(({ id }) =>
      people[whose]!.must<{ waiting: MessageWaiting }>('GET', `messages/${id}`).then((mail) => mail.waiting),
    );
    return Promise.all(shown);
  };
  const busy = [await makeCamera(0), await makeCamera(1)];
  for (let round = 0; round < 6; round++)
    for (const [whose, camera] of busy.entries())
      await ledger.sendUntilAccepted(camera, `busy-${whose}-${round}`, 2_000);
  await untilSent(8);
  const left = await until(
    'four wait for the day',
    async () => {
      const all = [...(await waiting(0)), ...(await waiting(1))];
      return all.length === 4 && all.every(({ reason }) => reason === 'day') && all;
    },
    WITHIN_MS,
  );
  for (const { limit, expectedAt } of left) {
    const inHours = (Date.parse(expectedAt!) - Date.now()) / HOUR_MS;
    assert.ok(limit === PER_DAY && inHours > 23 && inHours < 26, `${limit}, in ${inHours} h`);
  }
  for (const [n, whose] of [0, 1, 0].entries())
    await ledger.sendUntilAccepted(await makeCamera(whose), `quiet-${n}`, 2_000);
  await untilSent(PER_DAY);
  await until('the eleventh waits', async () => (await waiting(0)).length + (await waiting(1)).length === 5, WITHIN_MS);
  assert.equal(await sent(), PER_DAY);
  postgres.setClock(26 * HOUR_MS);
  await untilSent(15);
  assert.deepEqual([await waiting(0), await waiting(1)], [[], []]);
  assert.equal(await sent(), 15);
});
