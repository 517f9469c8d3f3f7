import type { Alert, AlertDelivery, BounceAddress, Page } from '@hikyaku/contracts';
import type { Database } from '@hikyaku/db';
import { type MqttBroker, type PushBrowser, SmtpLine } from '@hikyaku/testing';
import type { ChannelReceiver } from './channel-receiver.ts';
import type { Recorder } from './recorder.ts';

/** Every kind that is told at an address of ours; Telegram and LINE have one for everybody, and are given the same note (packages/upstreams/test/channels). */
const CHATS = ['slack', 'discord', 'teams'] as const;

/** A channel of every kind, each to a path of its own that is a secret, and one by a mailbox. Their ids. */
export async function addChannels(
  person: Recorder,
  receiver: ChannelReceiver,
  broker: MqttBroker,
  browser: PushBrowser,
  mailboxId: string,
  word: () => string,
) {
  const paths: string[] = [];
  const ids: string[] = [];
  for (const kind of ['webhook', ...CHATS, 'push', 'mqtt', 'mailbox']) {
    const path = `/${word()}`;
    const byMqtt = { url: `mqtt://127.0.0.1:${broker.port}`, username: 'relay', password: path };
    const byPush = { subscription: { endpoint: receiver.url + path, keys: browser.keys } };
    const others: Record<string, object> = { mailbox: { mailboxId }, mqtt: byMqtt, push: byPush };
    const where = others[kind] ?? { url: receiver.url + path };
    const made = await person.must<{ channel: { id: string }; secret: string | null }>('POST', 'alert-channels', {
      ...{ kind, name: kind, language: 'ja' },
      ...where,
    });
    ids.push(made.channel.id);
    if (kind === 'mailbox') continue;
    person.secrets.set(path, kind === 'mqtt' ? 'password of a broker' : 'channel address');
    if (kind === 'mqtt') continue;
    if (kind === 'push') person.secrets.set(browser.keys.auth, 'secret of a browser');
    paths.push(path);
    if (made.secret) person.secrets.set(made.secret, 'webhook secret');
  }
  return { paths, ids };
}

/** Has all that goes on told now, not after the minute that alerts wait, and waits until each channel has told these codes. */
export async function tellNow(
  person: Recorder,
  database: Database,
  channels: string[],
  codes: string[],
  until: (what: string, isTrue: () => Promise<boolean>) => Promise<void>,
): Promise<void> {
  const open = async () => (await person.must<Page<Alert>>('GET', 'alerts?limit=50')).items;
  await until(`alerts: ${codes.join()}`, async () => {
    const begun = (await open()).map(({ code }) => code as string);
    return codes.every((code) => begun.includes(code));
  });
  await database.query('UPDATE alerts SET tell_at = now() WHERE tell_at IS NOT NULL');
  await until('every channel to have told', async () => {
    const wanted = (await open()).filter(({ code }) => codes.includes(code)).map(({ id }) => id);
    for (const id of channels) {
      const { items } = await person.must<{ items: AlertDelivery[] }>('GET', `alert-channels/${id}/deliveries`);
      const told = items.filter(({ state }) => state === 'told').map(({ alertId }) => alertId);
      if (!wanted.every((alertId) => told.includes(alertId))) return false;
    }
    return true;
  });
}

/** A report of a mail that came back, with all of the mail in it. The reply to its end. */
export async function bringReport(person: Recorder, port: number, queueId: string, mail: string): Promise<string> {
  const { address } = await person.must<BounceAddress>('POST', 'bounce-address');
  const part = (type: string, body: string) => `--r\r\nContent-Type: ${type}\r\n\r\n${body}\r\n`;
  const status =
    'Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; owner@example.jp\r\nAction: failed\r\nStatus: 5.2.2\r\n';
  const report = [
    'From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered\r\nContent-Type: multipart/report; boundary=r\r\n\r\n',
    part('text/plain', mail),
    part('message/delivery-status', status),
    part('message/rfc822', `Received: from device by x (Hikyaku) with ESMTP id ${queueId}; now\r\n${mail}`),
    '--r--\r\n.\r\n',
  ].join('');
  const line = await SmtpLine.open({ port });
  await line.say('EHLO mx.example');
  await line.say('MAIL FROM:<>');
  await line.say(`RCPT TO:<${address}>`);
  await line.say('DATA');
  line.send(report);
  const reply = await line.reply(30_000);
  line.close();
  return reply;
}
