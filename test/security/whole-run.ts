import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SANDBOX_CLIENTS, UNAMBIGUOUS } from '@hikyaku/core';
import {
  openPushBrowser,
  type RunningHikyaku,
  reservePort,
  sandboxClient,
  startHikyaku,
  startMqttBroker,
  until,
} from '@hikyaku/testing';
import { startChannelReceiver } from './channel-receiver.ts';
import { type ContentRow, isJournalEmpty, type Look, openEvidence, readEnvironments } from './evidence.ts';
import { type Login, markedMail, sendOverTls } from './marked-mail.ts';
import { makeMistakes } from './mistakes.ts';
import { type OpenedInstance, openInstance } from './open-instance.ts';
import { Recorder } from './recorder.ts';
import { addChannels, bringReport, tellNow } from './tell-by-all.ts';

/** What a run of everything has left behind for somebody who looks. */
export interface WholeRun {
  hikyaku: RunningHikyaku;
  person: Recorder;
  /** In every mail in every encoding, and nowhere else. */
  banner: string;
  /** Secret → what it is. */
  secrets: Map<string, string>;
  masterKey: string;
  /** While mails were waiting, and when all had come to their ends; one of them is still held. */
  waiting: Look;
  done: Look;
  opened: OpenedInstance;
  /** Environment of each process. */
  environments: Record<string, Record<string, string>>;
  /** Every last reply of our doors. */
  replies: string[];
  /** What each alert channel was told: at addresses of their own, by chats with one for everybody, and by the mailbox `delivered@outlook.test`. */
  told: { byHttp: string[][]; byPush: string[]; byMqtt: string[]; byMail: Buffer[]; byChat: Record<string, string[]> };
}

const SETTINGS = {
  HIKYAKU_LOG_LEVEL: 'trace',
  // The receiver of alerts is on this machine.
  HIKYAKU_ALLOW_PRIVATE_UPSTREAMS: 'on',
  HIKYAKU_RETRY_PLAN_MS: '700',
  HIKYAKU_IN_DOUBT_PLAN_MS: '700',
  HIKYAKU_FAILED_CONTENT_MS: '2000',
  HIKYAKU_SWEEP_EVERY_MS: '300',
  HIKYAKU_SWEEP_AFTER_MS: '1500',
};
const ADDRESSES = {
  outlook: 'delivered@outlook.test',
  gmail: 'delivered@gmail.test',
  failing: 'failing@outlook.test',
  held: 'held@gmail.test',
};

const word = (length: number): string =>
  Array.from({ length }, () => UNAMBIGUOUS[randomInt(UNAMBIGUOUS.length)]).join('');

/** Four mailboxes; mails delivered, in doubt, failed, held, refused and cut off, one that came back; alerts of it all by every channel, and one mail whose content goes to one; and people's usual mistakes. The instance still runs. */
export async function wholeRun(env: Record<string, string> = {}): Promise<WholeRun> {
  const receiver = await startChannelReceiver();
  const broker = await startMqttBroker();
  const browser = openPushBrowser();
  const reportPort = await reservePort();
  const reports = { HIKYAKU_SMTP_25_PORT: String(reportPort), HIKYAKU_BOUNCE_DOMAIN: 'reports.example' };
  const hikyaku = await startHikyaku({ env: { ...SETTINGS, ...reports, ...env } });
  const secrets = new Map<string, string>();
  const person = new Recorder(hikyaku.webUrl, secrets);
  const sandbox = sandboxClient(hikyaku.sandboxUrl);
  await sandbox.knobs({ consent: 'auto' });
  const devices = await settle(person, `pass phrase ${word(16)}`);
  const evidence = openEvidence(hikyaku.dataDir);
  try {
    const banner = word(14);
    const replies: string[] = [];
    const send = async (login: Login, content: string, isCut = false) =>
      void replies.push(await sendOverTls(hikyaku.smtp.smtps, login, content, { isCut }));
    const isIdle = () => isJournalEmpty(hikyaku.dataDir);
    const { outlook, gmail, failing, held } = devices;

    const typed = word(16);
    await send({ ...outlook, username: typed }, '');
    await send({ ...outlook, password: typed }, '');
    await makeMistakes(person, typed);

    await sandbox.knobs({ faults: [{ call: 'send', status: 503, times: null }] });
    for (const device of [outlook, gmail]) {
      await send(device, markedMail(banner));
      await send(device, markedMail(banner, 300_000));
      await send(device, markedMail(banner, 300_000), true);
    }
    await send(outlook, markedMail(banner, 2_500_000));
    await until('four mails to be deferred', async () => {
      const states = (await person.messages()).map(({ state }) => state);
      return states.length === 4 && states.every((state) => state === 'deferred' || state === 'sending');
    });
    await until('the journal to be empty', isIdle);
    const waiting = await evidence.look();

    await sandbox.knobs({ faults: [] });
    await sandbox.knobs({
      faults: [
        {
          call: 'send',
          mailbox: ADDRESSES.failing,
          status: 400,
          times: null,
          body: { error: { code: 'ErrorInvalid' } },
        },
        { call: 'send', mailbox: ADDRESSES.gmail, after: 'accepting', drop: true, times: 1 },
      ],
      happen: [{ provider: 'google', account: ADDRESSES.held, event: 'access_revoked' }],
    });
    for (const device of [failing, held, gmail]) await send(device, markedMail(banner));
    await person.must('POST', `devices/${outlook.id}/test`, { recipients: ['owner@example.jp'] });
    await until('every mail to come to its end', async () => {
      const states = (await person.messages()).map(({ state }) => state).sort();
      return states.join() === ['failed', 'held', ...Array(6).fill('sent')].join();
    });
    const { paths, ids } = await addChannels(person, receiver, broker, browser, outlook.mailboxId, () => word(16));
    const back = (await person.messages()).find(({ state, deviceId }) => state === 'sent' && deviceId === gmail.id)!;
    replies.push(await bringReport(person, reportPort, back.queueId, markedMail(banner)));
    await tellNow(person, evidence.database, ids, ['mailbox.lost', 'mail.failed', 'mail.bounced'], until);
    // Only now, and for one device, its owner wants its pictures at the webhook too.
    await person.must('PUT', `devices/${gmail.id}/content-channel`, { channelId: ids[0] });
    await send(gmail, markedMail(banner));
    await until('the picture to be at the webhook', () => receiver.told(paths[0]!).some(isMail));
    for (const { id } of await person.messages()) await person.must('GET', `messages/${id}`);
    await until('all content but the held mail’s to be destroyed', async () => {
      const rows: ContentRow[] = await evidence.content();
      return rows.every(({ state, spoolObject }) => (state === 'held') === (spoolObject !== null)) && isIdle();
    });
    const done = await evidence.look();

    const byMail = (await sandbox.mails(ADDRESSES.outlook, 'sent')).filter(({ to }) => to.join() === ADDRESSES.outlook);
    const byChat: Record<string, string[]> = {};
    for (const { chat, raw } of await sandbox.chats())
      byChat[chat] = [...(byChat[chat] ?? []), Buffer.from(raw, 'base64').toString('latin1')];
    const told = {
      // The last one is the browser's, and reads nothing by itself.
      byHttp: paths.slice(0, -1).map((path) => receiver.told(path)),
      byPush: receiver
        .told(paths.at(-1)!)
        .map((text) => browser.read(Buffer.from(text.slice(text.indexOf('\n') + 1), 'latin1'))),
      byMqtt: broker.published.map(({ topic, payload }) => `${topic}\n${payload.toString('latin1')}`),
      byChat,
      byMail: byMail.map(({ raw }) => Buffer.from(raw, 'base64')),
    };
    const masterKey = readFileSync(join(hikyaku.dataDir, 'master.key'), 'utf8').trim();
    const opened = await openInstance(evidence.database, masterKey);
    for (const [secret, what] of opened.secrets) secrets.set(secret, what);
    noteOwnSecrets(secrets, hikyaku, masterKey);
    const environments = readEnvironments(hikyaku.dataDir);
    return { hikyaku, person, banner, secrets, masterKey, waiting, done, opened, environments, replies, told };
  } catch (error) {
    await hikyaku.stop();
    throw error;
  } finally {
    await evidence.close();
    await receiver.close();
    await broker.close();
  }
}

/** What a webhook is given of a mail's own, told from what alerts say. */
export const isMail = (told: string): boolean => told.includes('"type":"mail"');

type Device = Login & { id: string; mailboxId: string };

/** A household with hidden subjects, four mailboxes and a device at each, whose passwords were changed once. */
async function settle(person: Recorder, password: string): Promise<Record<keyof typeof ADDRESSES, Device>> {
  person.secrets.set(password, 'sign-in password');
  const email = `owner-${word(6)}@example.test`;
  await person.signUp(email, password);
  await person.must('POST', '/api/auth/sign-out', {});
  await person.signIn('nobody@example.test', password);
  await person.signIn(email, password);
  await person.must('PATCH', 'tenant', { hideSubjects: true });
  const devices: Partial<Record<keyof typeof ADDRESSES, Device>> = {};
  for (const [name, address] of Object.entries(ADDRESSES)) {
    const mailboxId = await person.connect(address.includes('outlook') ? 'microsoft' : 'google', address);
    const { device, credential } = await person.createDevice(mailboxId, { name, maxSizeBytes: 2_000_000 });
    const rotated = await person.must<{ credential: { password: string } }>(
      'POST',
      `devices/${device.id}/credentials`,
      {
        keepOldMinutes: 5,
      },
    );
    for (const old of [credential, rotated.credential]) person.secrets.set(old.password, 'device password');
    devices[name as keyof typeof ADDRESSES] = {
      id: device.id,
      mailboxId,
      username: credential.username,
      password: rotated.credential.password,
    };
  }
  return devices as Record<keyof typeof ADDRESSES, Device>;
}

/** What the instance made for itself. */
function noteOwnSecrets(secrets: Map<string, string>, hikyaku: RunningHikyaku, masterKey: string): void {
  secrets.set(masterKey, 'master key');
  for (const { clientSecret } of Object.values(SANDBOX_CLIENTS)) secrets.set(clientSecret, 'client secret');
  const operatorCode = /Operator code\s+([A-Z2-9-]{14})/.exec(hikyaku.output())?.[1];
  if (!operatorCode) throw new Error('no operator code was printed');
  secrets.set(operatorCode, 'operator code');
  const postgres = JSON.parse(readFileSync(join(hikyaku.dataDir, 'postgres/secrets.json'), 'utf8')) as {
    password: string;
    adminPassword: string;
  };
  secrets.set(postgres.password, 'database password').set(postgres.adminPassword, 'database password');
}
