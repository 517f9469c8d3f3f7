import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ERROR_TABLE, type ErrorCode, RelayError, toSmtpReply } from '@hikyaku/core';

const SOURCES = join(import.meta.dirname, '../src');

/** Errors that a session can meet. */
const AT_THE_EDGE = /^(?:edge|limit|tenant|vault|bug)\./;

interface Said {
  where: string;
  /** Null: of POP3, or of a line that carries its code itself. */
  code: number | null;
  text: string;
}

/** Every reply that the source can say: those of the error table, and every literal that is one. */
function everyReply(): Said[] {
  const codes = (Object.keys(ERROR_TABLE) as ErrorCode[]).filter((code) => AT_THE_EDGE.test(code));
  const table = codes.map((code) => {
    const reply = toSmtpReply(new RelayError(code));
    return { where: code, code: reply.code, text: `${reply.enhanced} ${reply.text}` };
  });
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const literals = files.flatMap((where) => {
    const source = readFileSync(join(SOURCES, where), 'utf8');
    const found: Said[] = [];
    // `{ code: 250, text: '…' }` and `send(421, '…')`
    for (const [, a, b, , text = ''] of source.matchAll(
      /(?:code: (\d{3}),\s*text:|send\((\d{3}),)\s*(['`])((?:(?!\3).)*)\3/gs,
    ))
      found.push({ where, code: Number(a ?? b), text });
    for (const [, , text = ''] of source.matchAll(/(['`])((?:421 |[+]OK|-ERR)(?:(?!\1).)*)\1/gs))
      found.push({ where, code: null, text });
    for (const [, code = 421, text = ''] of source.matchAll(/(?:dismiss|answer)\((?:(\d{3}), )?'([^']*)'/g))
      found.push({ where, code: Number(code), text });
    return found;
  });
  return [...table, ...literals];
}

const replies = everyReply();
/** What is about encryption, word for word. */
const ABOUT_TLS = [
  '2.0.0 Ready to start TLS',
  '5.5.1 Error: TLS already active',
  '5.5.4 Syntax: STARTTLS',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in the source
  '421 this port starts with TLS; use ${port}',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in the source
  '-ERR this port starts with TLS; use ${port}',
  '-ERR TLS is active already',
  '-ERR STLS takes no argument',
  '+OK Begin TLS now',
];

test('the list has what is known to be said', () => {
  assert.ok(replies.length > 60, `${replies.length}`);
  const texts = replies.map(({ text }) => text);
  for (const said of [
    '2.1.0 Ok',
    '5.5.2 Error: command not recognized',
    '+OK Bye',
    '4.3.2 Too many connections',
    ...ABOUT_TLS,
  ])
    assert.ok(texts.includes(said), said);
});

test('devices look for these words: no reply says TLS that is not about it, and only those of a login say authentication', () => {
  const aboutLogin = new Set([235, 454, 501, 504, 530, 535]);
  for (const { where, code, text } of replies) {
    if (/tls|ssl/i.test(text)) assert.ok(ABOUT_TLS.includes(text), `${where}: ${text}`);
    if (/authentication/i.test(text)) assert.ok(code !== null && aboutLogin.has(code), `${where}: ${code} ${text}`);
  }
});

test('a refused login says authentication', () => {
  for (const code of ['edge.auth_failed', 'edge.auth_required', 'edge.auth_unconfirmed', 'edge.pop_missing'] as const)
    assert.match(toSmtpReply(new RelayError(code)).text, /authentication/i);
});

test('every reply is one line of printable ASCII, with an enhanced code of its own class where SMTP has one', () => {
  for (const { where, code, text } of replies) {
    assert.match(text, /^[ -~]*$/, `${where}: ${JSON.stringify(text)}`);
    const enhanced = /^(\d)\.\d{1,3}\.\d{1,3} /.exec(text)?.[1];
    if (enhanced && code) assert.equal(enhanced, String(code)[0], `${where}: ${code} ${text}`);
  }
  const lists = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && /\btext: \[/.test(readFileSync(join(SOURCES, file), 'utf8')),
  );
  assert.deepEqual(lists, ['smtp/commands/hello.ts'], 'EHLO alone has more lines');
});
