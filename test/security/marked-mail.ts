import { SmtpLine } from '@hikyaku/testing';

/** The banner at three places of a base64 stream, so that each of its three spellings is in the mail. */
const inBase64 = (banner: string, padding: number): string =>
  Buffer.from(['', 'x', 'xx'].map((shift) => `${shift}${banner} `.padEnd(30)).join('') + 'p'.repeat(padding))
    .toString('base64')
    .replace(/.{76}/g, '$&\r\n');

const quoted = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');

/** A mail that holds `banner` in its subject and in every way in which a body can. `padding`: bytes that make it longer. */
export function markedMail(banner: string, padding = 0): string {
  const part = (type: string, encoding: string, body: string, extra = '') =>
    `--edge\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\n${extra}\r\n${body}\r\n`;
  return [
    `Subject: Motion ${banner} at the gate\r\n`,
    `X-Camera-Note: ${banner}\r\n`,
    'From: camera@site.example\r\nTo: owner@example.jp\r\nMIME-Version: 1.0\r\n',
    'Content-Type: multipart/mixed; boundary=edge\r\n\r\n',
    part('text/plain; charset=utf-8', '8bit', `raw ${banner} 動体検知`),
    part('text/plain; charset=utf-8', 'base64', inBase64(banner, 0)),
    part('text/html; charset=utf-8', 'quoted-printable', `<p>${quoted(banner)}</p>`),
    part(
      'image/jpeg',
      'base64',
      inBase64(banner, padding),
      `Content-Disposition: attachment; filename="${banner}.jpg"\r\n`,
    ),
    '--edge--\r\n',
  ].join('');
}

export interface Login {
  username: string;
  password: string;
}

/** Signs in over TLS and sends; resolves to the last reply. `isCut`: the connection breaks in the middle of DATA. */
export async function sendOverTls(
  port: number,
  login: Login,
  content: string,
  options: { isCut?: boolean } = {},
): Promise<string> {
  const line = await SmtpLine.open({ port, tls: {} });
  try {
    await line.say('EHLO camera');
    const auth = await line.say(
      `AUTH PLAIN ${Buffer.from(`\0${login.username}\0${login.password}`).toString('base64')}`,
    );
    if (!auth.startsWith('235')) return auth;
    await line.say('MAIL FROM:<camera@site.example>');
    await line.say('RCPT TO:<owner@example.jp>');
    const go = await line.say('DATA');
    if (!go.startsWith('354')) return go;
    if (options.isCut) {
      line.send(content.slice(0, content.length >> 1));
      await new Promise((resolve) => setTimeout(resolve, 100));
      line.reset();
      return 'cut';
    }
    line.send(`${content}.\r\n`);
    return await line.reply(30_000);
  } finally {
    line.close();
  }
}
