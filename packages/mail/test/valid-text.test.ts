import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalCharset } from '../src/reading/charset-labels.ts';
import { parseParams } from '../src/reading/header-params.ts';
import { decodeSample, repairedCharset } from '../src/reading/text-charset.ts';
import { SAMPLE } from '../src/survey-mail.ts';
import { CHARSETS } from './charset-texts.ts';
import { mail, prepare } from './mail-samples.ts';

const ENCODINGS: Record<string, (bytes: Buffer) => string> = {
  '8bit': (bytes) => bytes.toString('latin1'),
  'quoted-printable': (bytes) =>
    [...bytes.toString('latin1').matchAll(/[\s\S]{1,25}/g)]
      .map(([line]) =>
        line.replace(/[^ -<>-~]/g, (char) => `=${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`),
      )
      .join('=\r\n'),
  base64: (bytes) => bytes.toString('base64').replace(/.{76}/g, '$&\r\n'),
};

/** What a text's label becomes when only this much of its body is looked at; null: it stays. */
function relabelled(label: string, encoding: string, body: string): string | null {
  const type = parseParams(`text/plain; charset=${label}`);
  const sample = decodeSample(Buffer.from(body, 'latin1').subarray(0, SAMPLE), encoding, body.length >= SAMPLE)!;
  return repairedCharset(type, sample, { textCharset: label });
}

/** Stays, or another name of the same charset (M7). */
function assertStays(label: string, became: string | null, what: string): void {
  const isSame = became === null || canonicalCharset(became) === canonicalCharset(label);
  assert.ok(isSame, `${what}: ${label} became ${became}`);
}

test('a right label stays, however its text is encoded and wherever the sample of it is cut', () => {
  for (const { label, text, encode } of CHARSETS) {
    const bytes = encode(text.repeat(Math.ceil((SAMPLE * 1.1) / encode(text).length)));
    for (const [encoding, write] of Object.entries(ENCODINGS)) {
      const whole = write(bytes);
      for (let shift = 0; shift < 8; shift++) {
        const body = encoding === 'base64' ? write(bytes.subarray(shift)) : `${'a'.repeat(shift)}${whole}`;
        if (encoding !== 'base64' || shift % 3 === 0)
          assertStays(label, relabelled(label, encoding, body), `${encoding}, from ${shift}`);
      }
    }
  }
});

test('a right label stays when the first letter beyond ASCII stands where the sample ends', () => {
  for (const { label, text, encode } of CHARSETS) {
    for (let shift = 0; shift < 12; shift++) {
      const plain = `${'plain text '.repeat(SAMPLE / 11)}plain text `.slice(0, SAMPLE - shift);
      const body = Buffer.concat([Buffer.from(plain), encode(text)]).toString('latin1');
      assertStays(label, relabelled(label, '8bit', body), `${shift} bytes before`);
    }
  }
});

test('a text that shifts as its label says stays what it is, whatever byte of it was damaged', async () => {
  const text = Buffer.from('0. \x1b$B8<4X\x1b(B\r\n1. \x1b$B8<4X\x1b(B', 'latin1');
  for (let at = 3; at < text.length; at++) {
    const damaged = Buffer.from(text);
    damaged[at] = 0x80;
    assertStays('iso-2022-jp', relabelled('iso-2022-jp', '8bit', damaged.toString('latin1')), `damaged at ${at}`);
  }
  const word = '=?ISO-2022-JP?B?GyRCOIA8NFgbKEI=?=';
  const { one } = await prepare(mail(`Subject: ${word}\n\nText.\n`));
  assert.equal(one('subject'), word);
});

test('a right label stays where the delimiter behind its text was damaged, and another text follows in another charset', () => {
  const behind = Buffer.from(
    '\r\n\r\n--b\0x\r\nContent-Type: text/plain\r\n\r\nT\x81r ge\x94ffnet, Gr\x94\xe1e.\r\n',
    'latin1',
  );
  for (const { label, text, encode } of CHARSETS) {
    const body = Buffer.concat([encode(text.repeat(3)), Buffer.from(behind.toString('latin1').repeat(40), 'latin1')]);
    const type = parseParams(`text/plain; charset=${label}`);
    // A device's own charset is what is guessed at.
    assertStays(label, repairedCharset(type, body, { textCharset: label, charset: 'ja' }), 'behind it another');
  }
});

test('a right label stays when a device cuts its text anywhere', () => {
  for (const { label, text, encode } of CHARSETS) {
    const bytes = encode(`Kamera 1: ${text}`);
    for (const [encoding, write] of Object.entries(ENCODINGS)) {
      for (let length = 14; length <= bytes.length; length++) {
        const body = write(bytes.subarray(0, length));
        const became = relabelled(label, encoding, body);
        assertStays(label, became, `${encoding}, ${length} of ${bytes.length} bytes`);
      }
    }
  }
});

test('a right label stays when single bytes of its text are damaged', () => {
  for (const { label, text, encode } of CHARSETS) {
    const bytes = encode(text.repeat(6));
    for (let at = 5; at < bytes.length; at += 7) {
      const damaged = Buffer.from(bytes);
      damaged[at] = 0xff;
      // With eight bits it is no ISO-2022-JP and no UTF-7, whose label nobody could believe.
      if (/2022-jp|utf-7/i.test(label)) continue;
      assertStays(label, relabelled(label, '8bit', damaged.toString('latin1')), `byte ${at}`);
    }
  }
});

test('a wrong label of UTF-8 and of ASCII is put right where the bytes look like a Western text, and left where nobody can know', async () => {
  const typeOf = async (label: string, body: Buffer, charset?: string) =>
    (
      await prepare(mail(`Content-Type: text/plain; charset=${label}\n\n${body.toString('latin1')}\n`), { charset })
    ).one('content-type');
  const german = Buffer.from('Größe der Tür: 21°C', 'latin1');
  const russian = CHARSETS.find(({ label }) => label === 'windows-1251')!;
  const japanese = CHARSETS.find(({ label }) => label === 'Shift_JIS')!;
  for (const label of ['utf-8', 'us-ascii', 'x-unknown']) {
    assert.equal(await typeOf(label, german), 'text/plain; charset=windows-1252', label);
    assert.equal(await typeOf(label, Buffer.from('Größe')), `text/plain; charset=utf-8`, label);
    assert.equal(await typeOf(label, russian.encode(russian.text)), `text/plain; charset=${label}`, label);
    assert.equal(await typeOf(label, japanese.encode(japanese.text)), `text/plain; charset=${label}`, label);
    assert.equal(await typeOf(label, japanese.encode(japanese.text), 'ja'), `text/plain; charset=shift_jis`, label);
  }
  assert.equal(await typeOf('shift_jis', Buffer.from(japanese.text)), 'text/plain; charset=utf-8');
});

test('what an HTML text says of itself comes before a guess, and is not written down where its bytes say something else', async () => {
  const html = (label: string, charset: string, text: string) => {
    const { encode } = CHARSETS.find((one) => one.label === charset)!;
    const body = Buffer.from(`<html><head><meta charset="${label}"></head><body>${text}</body></html>`);
    const bytes = Buffer.concat([
      body.subarray(0, body.indexOf(text)),
      encode(text),
      body.subarray(body.indexOf('</body>')),
    ]);
    return bytes.toString('latin1');
  };
  const typeOf = async (type: string, body: string) =>
    (await prepare(mail(`Content-Type: ${type}\n\n${body}\n`))).one('content-type');
  assert.equal(
    await typeOf('text/html', html('windows-1251', 'windows-1251', 'Привет')),
    'text/html; charset=windows-1251',
  );
  assert.equal(
    await typeOf('text/html; charset=us-ascii', html('Shift_JIS', 'Shift_JIS', '玄関')),
    'text/html; charset=shift_jis',
  );
  assert.equal(
    await typeOf('text/html; charset=utf-8', html('koi8-r', 'koi8-r', 'Привет')),
    'text/html; charset=koi8-r',
  );
  assert.equal(await typeOf('text/html', html('utf-8', 'Shift_JIS', '玄関カメラ')), 'text/html');
  assert.equal(await typeOf('text/html', html('windows-1251', 'utf-8', 'Привет')), 'text/html');
  assert.equal(await typeOf('text/html', html('x-nobody-knows', 'koi8-r', 'Größe')), 'text/html');
  const old = html('x', 'koi8-r', 'Привет').replace(
    'charset="x"',
    'http-equiv=Content-Type content="text/html; charset=KOI8-R"',
  );
  assert.equal(await typeOf('text/html', old), 'text/html; charset=koi8-r');
});
