import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DashboardClient, type RunningHikyaku, SmtpLine, sandboxClient, startHikyaku, until } from '@hikyaku/testing';
import { floodDoors } from './flood-doors.ts';

/** What every other tenant is promised meanwhile, for 99 of 100 mails. */
const LOGIN_AND_250_MS = 1_000;
const TO_PROVIDER_MS = 2_000;
/** Mails of his that are looked at: where all of the first keep to it that is enough, else so many more are, of which all together one may be late. */
const FIRST_MAILS = 30;
const MORE_MAILS = 70;
/** Mails of each before they are looked at. */
const WARMING = 4;
const REST_MS = 150;

const KB = 1024;
const filled = (piece: string, size: number): string => piece.repeat(Math.ceil(size / piece.length)).slice(0, size);
const counted = (make: (n: number) => string, times: number): string =>
  Array.from({ length: times }, (_, n) => make(n)).join('');
/** Headers that cost the most to read, found by the generators of packages/mail/test/adversarial.test.ts. */
const WORST = [
  `To: x@${':'.repeat(250 * KB)}\r\n`,
  filled('To:\x80\n', 255 * KB),
  `Subject: ${counted((n) => `=?x${n}?q?=80?= `, 16_000)}\r\n`,
  `Subject: ${filled('=?utf-8?b?gA==?=\r\n ', 250 * KB)}\r\n`,
  `Content-Type: ${counted((n) => `a${n}*0*=x${n}'';`, 16_000)}\r\n`,
  `From: ${filled('"a"@b ', 250 * KB)}\r\n`,
  `To: ${'('.repeat(125 * KB)}${')'.repeat(125 * KB)}\r\n`,
  counted((n) => `X-${n}: =?x${n}?q?=80?=\r\n`, 9_000),
  `Subject: ${filled('\x1b$B', 250 * KB)}\r\n`,
];

let hikyaku: RunningHikyaku;
let sandbox: ReturnType<typeof sandboxClient>;
before(async () => {
  // The providers' pace would spare the worker most of the attack.
  hikyaku = await startHikyaku({ env: { HIKYAKU_MICROSOFT_BURST: '1000', HIKYAKU_MICROSOFT_PER_MINUTE: '60000' } });
  sandbox = sandboxClient(hikyaku.sandboxUrl);
  await sandbox.knobs({ consent: 'auto' });
});
let isOver = false;
after(() => {
  isOver = true;
  return hikyaku?.stop();
});

async function tenant(name: string) {
  const client = new DashboardClient(hikyaku.webUrl);
  await client.signUp(`${name}@example.test`);
  const mailboxId = await client.connectMailbox('microsoft', `${name}@outlook.test`);
  const { credential } = await client.createDevice(mailboxId, { allowPlainAuth: true });
  return { client, words: Buffer.from(`\0${credential.username}\0${credential.password}`).toString('base64') };
}

async function login(words: string): Promise<SmtpLine> {
  const line = await SmtpLine.open({ host: hikyaku.smtp.host, port: hikyaku.smtp.submission });
  await line.say('EHLO camera');
  assert.match(await line.say(`AUTH PLAIN ${words}`), /^235/);
  return line;
}

/** A mail as DATA takes it. */
const onWire = (mail: string): Buffer => Buffer.from(`${mail.replace(/^\./gm, '..')}\r\n.\r\n`, 'latin1');

async function send(line: SmtpLine, mail: Buffer): Promise<void> {
  await line.say('MAIL FROM:<camera@example.test>');
  await line.say('RCPT TO:<owner@example.test>');
  assert.match(await line.say('DATA'), /^354/);
  line.send(mail);
  assert.match(await line.reply(), /^250/);
}

test('while one tenant sends the worst mails that we know and seventy strangers speak the worst commands at all doors, another’s login + 250 takes under 1 s and 250 to provider under 2 s', async (t) => {
  const attacker = await tenant('attacker');
  const owner = await tenant('owner');
  // The doors know both before it begins, and the worker's threads run: in its first seconds a mail may take three.
  for (const [who, mail] of [
    [attacker, WORST[0]],
    [owner, 'X-Place: Caf\xe9\r\n'],
  ] as const) {
    const line = await login(who.words);
    for (let n = 0; n < WARMING; n++) await send(line, onWire(`${mail}\r\nwarm`));
    line.close();
    await who.client.waitForMessages(
      (items) => items.length === WARMING && items.every(({ state }) => state === 'sent'),
      30_000,
    );
  }
  let worst = 0;
  const poison = WORST.map((header) => onWire(`${header}\r\ntext`));
  const attack = async () => {
    const line = await login(attacker.words);
    while (!isOver) {
      await send(line, poison[worst++ % poison.length]!);
    }
    line.close();
  };
  const flood = floodDoors(hikyaku);
  const attacking = attack();
  attacking.catch(() => {}); // Told when it is waited for.

  const accepted = new Map<string, number>();
  const logins: number[] = [];
  const sendMails = async (count: number): Promise<number[]> => {
    for (let sent = 0; sent < count; sent++) {
      const n = accepted.size;
      const subject = `alert ${n}`;
      const begun = Date.now();
      const line = await login(owner.words);
      // Every second one is read in a thread, as the attacker's are.
      await send(line, onWire(`Subject: ${subject}\r\nX-Place: ${n % 2 ? 'Caf\xe9' : 'cafe'}\r\n\r\nbody`));
      accepted.set(subject, Date.now());
      logins.push(Date.now() - begun);
      line.close();
      await sleep(REST_MS);
    }
    let mails: Awaited<ReturnType<typeof sandbox.mails>> = [];
    await until(
      'all of the owner’s alerts left',
      async () => {
        mails = (await sandbox.mails('owner@outlook.test', 'sent')).filter(({ subject }) => accepted.has(subject));
        return mails.length === accepted.size;
      },
      30_000,
    );
    return mails.map(({ subject, at }) => Date.parse(at) - accepted.get(subject)!);
  };
  let delays = await sendMails(FIRST_MAILS);
  const isLate = (): boolean => Math.max(...logins) >= LOGIN_AND_250_MS || Math.max(...delays) >= TO_PROVIDER_MS;
  if (isLate()) delays = await sendMails(MORE_MAILS);
  isOver = true;
  await Promise.all([attacking, flood.stop()]);
  const p99 = (times: number[]) => times.toSorted((a, b) => a - b)[Math.ceil(times.length * 0.99) - 1]!;
  const seen = `${delays.length} mails beside ${worst} worst ones and ${flood.commands()} commands`;
  t.diagnostic(`login + 250 ${p99(logins)} ms, 250 to provider ${p99(delays)} ms, ${seen}`);
  assert.ok(p99(logins) < LOGIN_AND_250_MS, `login + 250: ${p99(logins)} ms, ${seen}`);
  assert.ok(p99(delays) < TO_PROVIDER_MS, `250 to provider: ${p99(delays)} ms, ${seen}`);
  assert.ok(worst > 2 * WORST.length, `only ${worst} worst mails were sent`);
  assert.ok(flood.commands() > 200, `only ${flood.commands()} worst commands were spoken`);
});
