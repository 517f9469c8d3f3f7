import type { Alert, AlertDelivery, BounceAddress, Page } from '@hikyaku/contracts';
import type { ChannelKind } from '@hikyaku/core';
import type { Database } from '@hikyaku/db';
import { type MqttBroker, type PushBrowser, SmtpLine } from '@hikyaku/testing';
import type { ChannelReceiver } from './channel-receiver.ts';
import type { Recorder } from './recorder.ts';

/** Every kind but mail by the operator's server, whose text is that of mail by a mailbox: what each is made of, beside its name. */
type Kinds = Record<Exclude<ChannelKind, 'mail'>, (path: string) => object>;

/** A channel of every kind: where it has an address of its own, to a path that is a secret; of chats with one address for everybody, by a token that is one. Their ids. */
export async function addChannels(
  person: Recorder,
  receiver: ChannelReceiver,
  broker: MqttBroker,
  browser: PushBrowser,
  mailboxId: string,
  word: () => string,
) {
  const byUrl = (path: string) => ({ url: receiver.url + path });
  const kinds: Kinds = {
    webhook: byUrl,
    slack: byUrl,
    discord: byUrl,
    teams: byUrl,
    push: (path) => ({ subscription: { endpoint: receiver.url + path, keys: browser.keys } }),
    mqtt: (path) => ({ url: `mqtt://127.0.0.1:${broker.port}`, username: 'relay', password: path }),
    mailbox: () => ({ mailboxId }),
    telegram: () => ({ botToken: tokenOf(`12345678:${word()}${word()}`), chatId: '-1001234567' }),
    line: () => ({ channelToken: tokenOf(`${word()}${word()}`), to: `U${'0'.repeat(32)}` }),
    slack_bot: () => ({ botToken: tokenOf(`xoxb-${word()}`), channelId: 'C12345678' }),
  };
  const tokenOf = (token: string): string => {
    person.secrets.set(token, 'token of a chat');
    return token;
  };
  const paths: string[] = [];
  const ids: string[] = [];
  for (const [kind, where] of Object.entries(kinds)) {
    const path = `/${word()}`;
    const made = await person.must<{ channel: { id: string }; secret: string | null }>('POST', 'alert-channels', {
      ...{ kind, name: kind, language: 'ja' },
      ...where(path),
    });
    ids.push(made.channel.id);
    if (made.secret) person.secrets.set(made.secret, 'webhook secret');
    if (kind === 'mqtt') person.secrets.set(path, 'password of a broker');
    if (kind === 'push') person.secrets.set(browser.keys.auth, 'secret of a browser');
    if (where !== byUrl && kind !== 'push') continue;
    person.secrets.set(path, 'channel address');
    paths.push(path);
  }
  return { paths, ids };
}

/** Has all that goes on told now, not after the minute that alerts wait, and waits until each channel has told these codes. */
export async function tellNow(
  person: Recorder,
  database: Database,
  channels: string[],
  codes: string[],
  until: (what: string, isTrue: () => Promise<boolean>) => Promise<unknown>,
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
