import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Door } from '@hikyaku/core';
import { maskedName, nearestName } from '../src/sessions/nearest-name.ts';
import { passwordOddities } from '../src/sessions/password-oddities.ts';
import { SessionLog } from '../src/sessions/session-log.ts';
import { tlsFailureOf } from '../src/sessions/tls-failure.ts';

const door: Door = { name: 'submission', protocol: 'smtp', port: 587, tls: 'starttls', isLegacy: false };
const makeLog = () => new SessionLog(door, '192.0.2.1', () => 5, { step: () => {} });

test('answers of AUTH, initial ones and what is no command are not kept', () => {
  const log = makeLog();
  log.command('AUTH PLAIN AGNhbQBzZWNyZXQ=', false);
  log.command('auth=login c2VjcmV0', false);
  log.command('AUTH AGNhbQBzZWNyZXQ=', false);
  log.command('AUTH c2VjcmV0', false);
  log.command('AUTH mku7qr33d57ng8zw', false);
  log.command('AUTH SCRAM-SHA-256-PLUS c2VjcmV0', false);
  log.command('AUTH "xoauth2" c2VjcmV0', false);
  log.command('c2VjcmV0', true);
  log.command('c2VjcmV0', false);
  log.command('secret words', false);
  log.command('  EHLO cam\u0000\u202e\n', false);
  const texts = log.snapshot().lines.map(({ text }) => text);
  assert.deepEqual(texts, [
    'AUTH PLAIN ••••• (not kept)',
    'AUTH login ••••• (not kept)',
    'AUTH  ••••• (not kept)',
    'AUTH  ••••• (not kept)',
    'AUTH  ••••• (not kept)',
    'AUTH SCRAM-SHA-256-PLUS ••••• (not kept)',
    'AUTH  ••••• (not kept)',
    '••••• (not kept)',
    '(no command, 8 characters)',
    '(no command, 12 characters)',
    '  EHLO cam',
  ]);
});

test('of a mail that comes though its DATA was refused no line is kept, with whatever word it begins', () => {
  const log = makeLog();
  const mail = [
    'Subject: front door',
    'Help: somebody at the door',
    'data of today',
    'mail from the gate',
    'List 3 persons',
    'toString',
    'quit smoking',
  ];
  const real = [
    'MAIL FROM:<cam@x.example> SIZE=9',
    'rcpt to : owner@x.example',
    'HELP',
    'list 3',
    'DATA ',
    'EHLO IP CAMERA',
  ];
  for (const line of [...mail, ...real]) log.command(line, false);
  const texts = log.snapshot().lines.map(({ text }) => text);
  assert.deepEqual(
    texts.slice(mail.length),
    real.map((line) => line.trimEnd()),
  );
  assert.deepEqual(texts.slice(0, mail.length), [
    '(no command, 19 characters)',
    'HELP ••••• (not kept)',
    'DATA ••••• (not kept)',
    'MAIL ••••• (not kept)',
    'LIST ••••• (not kept)',
    '(no command, 8 characters)',
    'QUIT ••••• (not kept)',
  ]);
});

test('a session keeps its first and its last lines, each bounded, and says how many it left out', () => {
  const log = makeLog();
  for (let number = 0; number < 1000; number++) log.command(`EHLO ${number} ${'x'.repeat(1000)}`, false);
  const { lines, commands } = log.snapshot();
  assert.equal(commands, 1000);
  assert.equal(lines.length, 101);
  assert.equal(lines[60]!.text, '… 900 more lines …');
  assert.match(lines.at(-1)!.text, /^EHLO 999 x+…$/);
  assert.ok(lines.every(({ text }) => text.length <= 201));
});

test('what is odd about a password is told by kinds', () => {
  const of = (typed: string) => passwordOddities(typed, 'kamera22');
  assert.deepEqual(of('abcd efgh-jkmn-pqrs'), []);
  assert.deepEqual(of('  '), ['empty']);
  assert.deepEqual(of('kamera22'), ['is_username', 'too_short']);
  assert.deepEqual(of('abcdefghjkmnpqr0'), ['look_alikes']);
  assert.deepEqual(of('ABCD efgh ijkl mnop'), ['app_password']);
  assert.deepEqual(of('abcdefghijklmno2'), ['look_alikes']);
  assert.deepEqual(of('ａbcdefghjkmnpqrs'), ['full_width']);
  assert.deepEqual(of('P@ssw0rd'), ['too_short', 'look_alikes', 'other_characters']);
  assert.deepEqual(of('x'.repeat(100_000)), ['too_long']);
});

test('the nearest name is one that two keys lead to, no other', () => {
  assert.equal(nearestName('kamera23', ['drucker9a', 'kamera22']), 'kamera22');
  assert.equal(nearestName('kamra22', ['kamera22']), 'kamera22');
  assert.equal(nearestName('hunter22', ['kamera22', 'cmabcdefg']), null);
  assert.equal(maskedName('hunter22'), 'h••••• (8)');
});

test('a failed handshake is told by its kind', () => {
  const of = (message: string, code?: string) => tlsFailureOf(Object.assign(new Error(message), { code }));
  assert.equal(of('error:0A000102:SSL routines:tls_early_post_process_client_hello:unsupported protocol'), 'version');
  assert.equal(of('error:0A0000C1:SSL routines:tls_post_process_client_hello:no shared cipher'), 'cipher');
  assert.equal(of('error:0A000418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca'), 'certificate');
  assert.equal(of('closed in the handshake', 'ECONNRESET'), 'gone');
  assert.equal(of('TLS handshake too slow', 'ERR_TLS_HANDSHAKE_TIMEOUT'), 'slow');
  assert.equal(of('something else'), 'other');
});
