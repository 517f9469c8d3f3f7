import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { diagnoseMessage, type MessageState } from '@hikyaku/core';
import { canRetryMessage, retryMessage } from '@hikyaku/db';
import { programOf, testProgramOf } from '@hikyaku/testing';
import { openUpstreams, type Upstreams } from '@hikyaku/upstreams';
import { connectAccount, type Started, start, stop } from './sandbox-account.ts';
import { LIMITS, type MessageFacts, openScene, type Place, type Scene, untilState } from './scene.ts';

const HOUR_MS = 3_600_000;
/** A lease ends after two seconds; what is put off is so for as long as nobody here waits. */
const limits = {
  ...{ ...LIMITS, LEASE_MS: 2_000, SEND_DEADLINE_MS: 20_000, SWEEP_AFTER_MS: 200 },
  ...{
    RETRY_PLAN_MS: [4_000],
    IN_DOUBT_PLAN_MS: [HOUR_MS],
    EXPIRE_AFTER_MS: 48 * HOUR_MS,
    FAILED_CONTENT_MS: 72 * HOUR_MS,
  },
};
/** Answered behind the last byte. */
const BUSY = { provider: 'microsoft', call: 'send', preset: 'ErrorServerBusy' };
const LOST = { provider: 'microsoft', call: 'send', drop: true, after: 'accepting' };

/** What an owner is shown of a mail. */
interface Shown {
  state: string;
  diagnosis: string | undefined;
  canRetry: boolean;
  /** Whole minutes until it is tried again. */
  dueInMinutes: number | null;
}

suite('a worker killed around a mail that does not go at once', { concurrency: 3 }, () => {
  let dataDir: string;
  let sandbox: Started;
  let sandboxOrigin: string;
  let upstreams: Upstreams;
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'hikyaku-sandbox-'));
    sandbox = start(programOf('packages/sandbox'), { HIKYAKU_SANDBOX_PORT: '0', HIKYAKU_DATA_DIR: dataDir });
    const { port } = (await sandbox.started)! as { port: number };
    sandboxOrigin = `http://127.0.0.1:${port}`;
    upstreams = openUpstreams({ isSandbox: true, sandboxOrigin });
  });
  after(async () => {
    await upstreams.close();
    await stop(sandbox);
    await rm(dataDir, { recursive: true, force: true });
  });

  /** A mailbox of the sandbox with faults of its own, and workers that may be killed. */
  async function openCase(name: string, faults: object[]) {
    const scene = await openScene();
    const grant = await connectAccount(upstreams.connectors.microsoft!, sandboxOrigin, `${name}@outlook.com`);
    const place: Place = await scene.makePlace({ address: grant.address, account_key: grant.accountKey });
    await scene.db.owner.query('UPDATE mailboxes SET secret_sealed = $2 WHERE id = $1', [
      place.mailbox.id,
      scene.tokenBox.seal(place.mailbox.id, grant.secret),
    ]);
    await knobs({ faults: faults.map((fault) => ({ ...fault, mailbox: grant.address })) });
    const recipient = `${name}@example.jp`;
    const children: ChildProcess[] = [];
    const startWorker = (faultPoints: string): ChildProcess => {
      const given = {
        ...{ databaseUrl: scene.db.url, masterKey: scene.keys.masterKey, spoolDir: scene.spoolDir },
        ...{ sentFile: '', marksFirstByte: false, limits, sandboxOrigin, faultPoints },
      };
      const child = fork(testProgramOf('apps/worker', 'crash-worker'), [JSON.stringify(given)], {
        execArgv: ['--disable-warning=ExperimentalWarning'],
        stdio: ['ignore', 'inherit', 'ignore', 'ipc'],
      });
      children.push(child);
      return child;
    };
    return {
      scene,
      makeMail: () => scene.makeMail(place, { recipients: [recipient] }),
      /** Refused `times` times, every six hours. */
      async makeTriedMail(times: number) {
        const mail = await scene.makeMail(place, { recipients: [recipient], state: 'deferred', attempt_count: times });
        await scene.db.owner.query(
          `INSERT INTO attempts (message_id, part_number, number, tenant_id, fence, started_at, finished_at, outcome)
           SELECT $1, 1, n, $2, 0, at, at, 'deferred' FROM generate_series(1, $3::int) n CROSS JOIN LATERAL (SELECT now() - ($3 + 1 - n) * interval '6 hours' AS at) t`,
          [mail.id, place.tenantId, times],
        );
        return mail;
      },
      startWorker,
      /** Resolves when it has died at its point. */
      async die(faultPoints: string): Promise<void> {
        assert.equal((await once(startWorker(faultPoints), 'exit'))[1], 'SIGKILL');
      },
      retry: (id: string) =>
        scene.db.tenant.forTenant(place.tenantId).tx((tx) => retryMessage({ tx, tenantId: place.tenantId }, id)),
      /** It is tried now. */
      makeDue: (id: string) => scene.db.owner.query('UPDATE messages SET due_at = now() WHERE id = $1', [id]),
      shown: (facts: MessageFacts) => shownOf(scene, place, facts),
      async arrived(): Promise<number> {
        const answer = await fetch(`${sandboxOrigin}/mailboxes/${recipient}/inbox?raw=false`);
        return answer.status === 404 ? 0 : ((await answer.json()) as { items: unknown[] }).items.length;
      },
      async close() {
        for (const child of children) {
          child.kill('SIGKILL');
          if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
        }
        await scene.close();
      },
    };
  }

  async function knobs(values: { faults: object[] }): Promise<void> {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' } };
    const answer = await fetch(`${sandboxOrigin}/knobs`, { ...init, body: JSON.stringify(values) });
    assert.equal(answer.status, 200, await answer.text());
  }

  async function shownOf(scene: Scene, place: Place, facts: MessageFacts): Promise<Shown> {
    const state = facts.state as MessageState;
    const row = { state, contentDestroyedAt: facts.content_destroyed_at, accountKey: place.mailbox.account_key };
    const [now] = await scene.db.owner.query<{ ms: number }>('SELECT (extract(epoch FROM now()) * 1000)::float8 AS ms');
    const values = { mailbox: null, sizeBytes: 1, nextAttemptAt: null, refused: [] };
    return {
      state,
      diagnosis: diagnoseMessage({ state, stateCode: facts.state_code, ...values })?.code,
      canRetry: canRetryMessage(row),
      dueInMinutes: facts.due_at && Math.round((facts.due_at.getTime() - now!.ms) / 60_000),
    };
  }

  test('behind the provider’s refusal, which nobody heard: it is in doubt for as long as one is, and goes, marked, when its owner says so', async () => {
    const at = await openCase('unheard', [BUSY]);
    try {
      const { id } = await at.makeMail();
      await at.die('worker.after-send-before-outcome=kill');
      at.startWorker('');
      const { dueInMinutes, ...shown } = await at.shown(await untilState(at.scene, id, 'in_doubt'));
      assert.deepEqual(shown, { state: 'in_doubt', diagnosis: 'mail.in_doubt', canRetry: true });
      assert.ok(dueInMinutes! >= 59 && dueInMinutes! <= 73, `${dueInMinutes}`);
      assert.equal(await at.arrived(), 0);
      assert.equal(await at.retry(id), 'queued');
      await at.makeDue(id);
      const { attempts } = await untilState(at.scene, id, 'sent');
      assert.deepEqual(
        attempts.map(({ outcome, is_repeat }) => [outcome, is_repeat]),
        [
          ['in_doubt', false],
          ['accepted', true],
        ],
      );
      assert.equal(await at.arrived(), 1);
    } finally {
      await at.close();
    }
  });

  test('while a mail is put off: it is tried at the time that its owner was told, and not before', async () => {
    const at = await openCase('put-off', [BUSY]);
    try {
      const { id } = await at.makeMail();
      const doomed = at.startWorker('');
      const before = await untilState(at.scene, id, 'deferred');
      doomed.kill('SIGKILL');
      assert.deepEqual(await at.shown(before), {
        ...{ state: 'deferred', diagnosis: 'mailbox.slowed', canRetry: true, dueInMinutes: 0 },
      });
      at.startWorker('');
      const { attempts } = await untilState(at.scene, id, 'sent');
      assert.equal(attempts.length, 2);
      const again = attempts[1] as { started_at?: Date; is_repeat: boolean };
      assert.ok(again.started_at!.getTime() >= before.due_at!.getTime() - 1, 'not before');
      assert.equal(again.is_repeat, false, 'it was refused, and none left');
      assert.equal(await at.arrived(), 1);
    } finally {
      await at.close();
    }
  });

  test('in a mail’s last try, whose answer was lost: it expires, is not tried by itself any more, and can be sent again, marked, whatever happens then', async () => {
    const at = await openCase('last', [LOST]);
    try {
      const { id } = await at.makeTriedMail(9);
      await at.die('worker.after-send-before-outcome=kill');
      const heir = at.startWorker('');
      const facts = await untilState(at.scene, id, 'expired');
      assert.deepEqual(await at.shown(facts), {
        ...{ state: 'expired', diagnosis: 'mail.expired', canRetry: true, dueInMinutes: null },
      });
      assert.ok(facts.content_until!.getTime() > Date.now() + 71 * HOUR_MS);
      assert.equal(await at.arrived(), 1, 'as nobody can know');
      heir.kill('SIGKILL');
      await once(heir, 'exit');

      assert.equal(await at.retry(id), 'queued');
      await at.die('worker.after-committed=kill');
      at.startWorker('');
      const again = await untilState(at.scene, id, 'in_doubt');
      assert.equal(again.content_until, null, 'it is kept for as long as it is tried');
      await at.makeDue(id);
      const { attempts } = await untilState(at.scene, id, 'sent');
      assert.deepEqual(
        attempts.slice(-3).map(({ outcome, is_repeat }) => [outcome, is_repeat]),
        [
          ['in_doubt', false],
          ['in_doubt', true],
          ['accepted', true],
        ],
      );
      assert.ok((await at.arrived()) >= 2);
    } finally {
      await at.close();
    }
  });
});
