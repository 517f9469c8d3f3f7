import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type RunningHikyaku, SmtpLine } from '@hikyaku/testing';

export interface WireScene {
  smtp: RunningHikyaku['smtp'];
  username: string;
  password: string;
  /** Of the mailbox, which people type as the user name. */
  address: string;
}

/** A misconfiguration as a device shows it: the diagnosis that it has to get, and what the device does. */
export interface Mistake {
  code: string;
  play: (scene: WireScene) => Promise<void>;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
const plain = (username: string, password: string) => `AUTH PLAIN ${base64(`\0${username}\0${password}`)}`;
const secure = ({ smtp }: WireScene) => SmtpLine.open({ port: smtp.smtps, tls: {} });

/** Says the lines one after the other over TLS, and hangs up. */
const says =
  (...lines: ((scene: WireScene) => string)[]) =>
  async (scene: WireScene): Promise<void> => {
    const line = await secure(scene);
    await line.say('EHLO camera');
    for (const words of lines) await line.say(words(scene));
    await line.say('QUIT');
    line.close();
  };
const login = ({ username, password }: WireScene) => plain(username, password);
const from = () => 'MAIL FROM:<camera@example.com>';
const to = (address: string) => () => `RCPT TO:<${address}>`;
const ALLOWED = 'owner@example.com';
const OLD_TLS = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;

/** The device is to allow `owner@example.com` alone. */
export const MISTAKES: readonly Mistake[] = [
  { code: 'auth.wrong_password', play: says(({ username }) => plain(username, 'guess')) },
  { code: 'auth.swapped', play: says(({ username, password }) => plain(password, username)) },
  { code: 'auth.unknown_user', play: says(({ username, password }) => plain(`${username.slice(0, -1)}0`, password)) },
  { code: 'auth.mailbox_address_used', play: says(({ address, password }) => plain(address, password)) },
  { code: 'auth.empty_user', play: says(({ password }) => plain('', password)) },
  { code: 'auth.mechanism', play: says(() => 'AUTH CRAM-MD5') },
  {
    code: 'auth.cancelled',
    play: says(
      () => 'AUTH LOGIN',
      ({ username }) => base64(username),
      () => '*',
    ),
  },
  { code: 'auth.none', play: says(from) },
  {
    code: 'auth.plain_refused',
    play: async ({ smtp, username, password }) => {
      const line = await SmtpLine.open({ port: smtp.submission });
      await line.say('EHLO camera');
      await line.say(plain(username, password));
      await line.say('QUIT');
      line.close();
    },
  },
  { code: 'rcpt.not_allowed', play: says(login, from, to('stranger@example.org')) },
  { code: 'rcpt.invalid', play: says(login, from, to('not an address')) },
  { code: 'rcpt.literal', play: says(login, from, to('owner@[192.0.2.1]')) },
  { code: 'size.too_large', play: says(login, () => 'MAIL FROM:<camera@example.com> SIZE=999999999') },
  {
    code: 'data.cut_off',
    play: async (scene) => {
      const line = await secure(scene);
      await line.say('EHLO camera');
      for (const words of [login, from, to(ALLOWED)]) await line.say(words(scene));
      await line.say('DATA');
      line.send('Subject: half\r\n\r\nhal');
      line.end();
    },
  },
  {
    code: 'tls.plain_on_tls_door',
    play: ({ smtp }) =>
      new Promise((resolve) => {
        const socket = connect(smtp.smtps, '127.0.0.1');
        socket.write('EHLO camera\r\n');
        socket.resume();
        socket.once('close', () => resolve());
        socket.once('error', () => undefined);
      }),
  },
  {
    code: 'tls.too_old',
    play: ({ smtp }) =>
      new Promise((resolve) => {
        const socket = connectTls({ port: smtp.smtps, host: '127.0.0.1', rejectUnauthorized: false, ...OLD_TLS });
        socket.once('error', () => resolve());
      }),
  },
  {
    code: 'session.not_smtp',
    play: async ({ smtp }) => {
      const line = await SmtpLine.open({ port: smtp.submission });
      line.send('GET / HTTP/1.1\r\nHost: relay\r\n\r\n');
      line.end();
      await line.rest();
    },
  },
  {
    code: 'tls.old',
    play: async ({ smtp, username, password }) => {
      const line = await SmtpLine.open({ port: smtp.legacySmtps, tls: OLD_TLS });
      await line.say('EHLO camera');
      await line.say(plain(username, password));
      await line.say('QUIT');
      line.close();
    },
  },
  {
    code: 'session.too_many_errors',
    play: async (scene) => {
      const line = await secure(scene);
      await line.say('EHLO camera');
      // Without a login each would be answered late.
      await line.say(login(scene));
      line.send('BLAH\r\n'.repeat(60));
      await line.rest();
    },
  },
  {
    code: 'tls.wrong_door',
    play: async ({ smtp, username, password }) => {
      const open = () => SmtpLine.open({ port: smtp.submission, tls: {} });
      // The relay knows after the first time that somebody at this address begins with TLS; on a busy machine the hello may come later than it is waited for, which teaches it anew.
      const line = await open().catch(open).catch(open).catch(open).catch(open);
      await line.say('EHLO camera');
      await line.say(plain(username, password));
      await line.say('MAIL FROM:<camera@example.com>');
      await line.say(`RCPT TO:<${ALLOWED}>`);
      await line.say('DATA');
      await line.say('Subject: through the wrong door\r\n\r\nx\r\n.');
      await line.say('QUIT');
      line.close();
    },
  },
];
