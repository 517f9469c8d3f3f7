import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { testProgramOf } from '@hikyaku/testing';
import { LIMITS, openScene, type Scene, untilState } from './scene.ts';

/** Short enough for a test: a lease ends after 1.2 s, mail in doubt goes out again after 100 ms. */
const limits = { ...LIMITS, LEASE_MS: 1_200, SEND_DEADLINE_MS: 800, IN_DOUBT_PLAN_MS: [100], SWEEP_AFTER_MS: 200 };

function startChild(scene: Scene, sentFile: string, faultPoints: string, marksFirstByte: boolean): ChildProcess {
  const given = {
    databaseUrl: scene.db.url,
    masterKey: scene.keys.masterKey,
    spoolDir: scene.spoolDir,
    sentFile,
    faultPoints,
    marksFirstByte,
    limits,
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
      const children: ChildProcess[] = [];
      try {
        const place = await scene.makePlace();
        const mails = [...(await scene.makePack(place, 5)), await scene.makeMail(place), await scene.makeMail(place)];
        const doomed = startChild(scene, sentFile, `${point}=kill@${pass}`, marksFirstByte);
        children.push(doomed);
        const [, signal] = await once(doomed, 'exit');
        assert.equal(signal, 'SIGKILL');

        children.push(startChild(scene, sentFile, '', marksFirstByte));
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

async function countObjects(scene: Scene): Promise<number> {
  let count = 0;
  for await (const _ of scene.spool.list()) count += 1;
  return count;
}
