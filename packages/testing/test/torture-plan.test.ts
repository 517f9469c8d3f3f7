import assert from 'node:assert/strict';
import { test } from 'node:test';
import { composeMarkedMail, readMarkedMail } from '../src/durability/marked-mail.ts';
import { planTorture } from '../src/torture/torture-plan.ts';

const size = { mails: 500, mailboxes: 40, kills: { edge: 3, worker: 4, postgres: 2 } };

test('a seed gives the same run every time, and another seed another one', () => {
  assert.deepEqual(planTorture(7, size), planTorture(7, size));
  assert.notDeepEqual(planTorture(7, size).mails, planTorture(8, size).mails);
});

test('every run has its smallest and largest mail, every mailbox of its range, its share of poison, and all kills in order', () => {
  for (const seed of [1, 2, 3]) {
    const { mails, kills } = planTorture(seed, size);
    const sizes = mails.map(({ sizeBytes }) => sizeBytes);
    assert.deepEqual([mails.length, Math.min(...sizes), Math.max(...sizes)], [500, 1024, 3_000_000]);
    assert.equal(mails.filter(({ fault }) => fault !== null).length, 12);
    assert.equal(new Set(mails.map(({ mailbox }) => mailbox)).size, 40);
    assert.deepEqual(
      kills.map(({ at }) => at),
      kills.map(({ at }) => at).sort((a, b) => a - b),
    );
    assert.equal(kills.filter(({ victim }) => victim === 'worker').length, 4);
  }
});

test('other blows than kills come as often as asked, every kind of them, some together, in order, and change no mail of the seed', () => {
  const plain = planTorture(7, size);
  const { mails, kills } = planTorture(7, { ...size, upsets: 18 });
  assert.deepEqual(mails, plain.mails);
  assert.deepEqual(
    kills.filter(({ how }) => how === 'kill').length,
    plain.kills.length + 2,
    'everything is killed twice',
  );
  const upsets = kills.filter((strike) => !plain.kills.some(({ at }) => at === strike.at));
  assert.equal(upsets.length, 18);
  assert.equal(new Set(upsets.map(({ victim, how }) => `${how} ${victim}`)).size, 9);
  assert.ok(new Set(upsets.map(({ at }) => at)).size < 18, 'some at the same moment');
  assert.deepEqual(
    kills.map(({ at }) => at),
    kills.map(({ at }) => at).sort((a, b) => a - b),
  );
  for (const { how, pauseMs } of kills) assert.equal(pauseMs >= 2_000 && pauseMs <= 16_000, how === 'pause');
});

test('a marked mail is about as large as asked, is read back, and no bit of its body can change unseen', () => {
  for (const sizeBytes of [1024, 100_000, 3_000_000]) {
    const { marker, content, bodySha256 } = composeMarkedMail('seed1-mail2.3', sizeBytes);
    assert.ok(Math.abs(content.length - sizeBytes) < 200, `${content.length}`);
    assert.deepEqual(readMarkedMail(content), { marker, bodySha256 });
    content[content.length - 100]! ^= 1;
    assert.notEqual(readMarkedMail(content)?.bodySha256, bodySha256);
    assert.ok(!/^\./m.test(content.toString('latin1')), 'no line begins with a dot');
  }
  assert.equal(readMarkedMail(Buffer.from('Subject: x\r\n\r\nsomething else')), null);
});
