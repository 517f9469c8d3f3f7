import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DIAGNOSES, DIAGNOSIS_CODES, type DiagnosisCode } from '@hikyaku/core';
import type { DiagnosisFacts } from '../src/diagnoses/diagnosis-values.ts';
import { languageOf, wordDiagnosis } from '../src/diagnoses/word-diagnosis.ts';

const access = {
  host: 'relay.example',
  doors: [
    { name: 'submission', protocol: 'smtp', port: 2587, tls: 'starttls', isLegacy: false },
    { name: 'legacy-submission', protocol: 'smtp', port: 12587, tls: 'starttls', isLegacy: true },
  ] as const,
};
const reader = (language: 'ja' | 'en', timeZone: string | null = null) => ({
  language,
  timeZone,
  access: { ...access, doors: [...access.doors] },
});

/** Every value that any diagnosis knows. */
const FULL: DiagnosisFacts = {
  door: 'submission',
  rightDoor: 'legacy-submission',
  username: 'kfm3x9abc',
  rightUsername: 'kfm3x9abd',
  mechanism: 'CRAM-MD5',
  chain: 'relay.example ← R13 ← ISRG Root X1',
  tlsVersion: 'TLSv1',
  length: 15,
  signs: [
    'empty',
    'too_short',
    'too_long',
    'look_alikes',
    'full_width',
    'other_characters',
    'is_username',
    'as_username',
    'twice',
    'masked',
    'app_password',
  ],
  oldUntil: Date.UTC(2026, 10, 1),
  recipient: 'gate@example.com',
  address: '192.0.2.7',
  sizeBytes: 4_900_000,
  limitBytes: 3_000_000,
  most: 1_200,
  nearestUsername: 'kfm3x9abd',
  passwordOf: 'kother9ab',
  scope: 'relay',
  said: 'camera',
  reply: '501 5.5.4 Syntax',
  mailbox: 'taro@outlook.example',
  nextAttemptAt: '2026-11-28T13:50:00.000Z',
};

test('docs/diagnoses.md has a row for every code with its severity, field and titles, and no other', () => {
  const document = readFileSync(join(import.meta.dirname, '../../../docs/diagnoses.md'), 'utf8');
  const rows = [...document.matchAll(/^\| `([a-z_.]+)` \| (.*) \|$/gm)].map(([, code, rest]) => `${code} | ${rest}`);
  const expected = DIAGNOSIS_CODES.map((code) => {
    const { severity, field } = DIAGNOSES[code];
    const [ja, en] = [wordDiagnosis(code, {}, reader('ja')), wordDiagnosis(code, {}, reader('en'))];
    return `${code} | ${severity} | ${field ?? ''} | ${en.title} | ${ja.title.replaceAll('\u00a0', ' ')}`;
  });
  assert.deepEqual(rows, expected);
});

test('every text names the values that are known, and reads well without any', () => {
  for (const code of DIAGNOSIS_CODES) {
    for (const language of ['ja', 'en'] as const) {
      for (const facts of [FULL, {}]) {
        const { title, advice, seen, right } = wordDiagnosis(code, facts, reader(language));
        assert.ok(title.length > 3 && advice.length > 3, code);
        if (facts === FULL) assert.doesNotMatch(`${title}${advice}${seen}${right}`, /undefined|NaN|\[object/, code);
        assert.doesNotMatch(title, /null|undefined/, code);
        assert.doesNotMatch(title + advice, /\d [通件分秒台文]/, `${code}: a number may leave its counter`);
        // Japanese sentences are told from English ones by their letters.
        assert.equal(/[ぁ-んァ-ヶ一-龠]/.test(title + advice), language === 'ja', code);
      }
    }
  }
});

test('the port of the old-TLS door is named, and the user name to set', () => {
  const old = wordDiagnosis('tls.too_old', FULL, reader('en'));
  assert.deepEqual([old.seen, old.right, old.field], ['2587', '12587', 'port']);
  const names = { username: 'kfm3x9abb', rightUsername: 'kfm3x9abc' };
  const user = wordDiagnosis('auth.unknown_user', names, reader('ja'));
  assert.deepEqual([user.seen, user.right], ['kfm3x9abb', 'kfm3x9abc']);
  assert.match(user.advice, /「kfm3x9abc」/);
  const size = wordDiagnosis('size.too_large', FULL, reader('ja'));
  assert.match(size.advice, /4\.9 MB.*3\.0 MB/);
});

test('times are told in the form of the pages and in the account’s zone, which is named', () => {
  const at = (language: 'ja' | 'en', timeZone: string | null) =>
    wordDiagnosis('mailbox.daily_limit', FULL, reader(language, timeZone)).advice;
  assert.match(at('ja', 'America/New_York'), /11月28日 08:50 GMT-5/);
  assert.match(at('en', 'Asia/Tokyo'), /Nov 28, 22:50 GMT\+9/);
  assert.match(at('ja', null), /11月28日 22:50 JST/);
  assert.match(at('en', null), /Nov 28, 13:50 UTC/);
});

test('full-width letters, which are read as plain ones, are never told as what was wrong', () => {
  const say = (signs: string[]) => wordDiagnosis('auth.wrong_password', { length: 16, signs }, reader('en')).advice;
  assert.match(say(['full_width']), /read as plain ones\. It looks like one of ours/);
  assert.doesNotMatch(say(['full_width', 'too_long']), /It looks like one of ours/);
  assert.doesNotMatch(say(['full_width']), /input off/);
});

test('fields that have changed places are told from a password in both', () => {
  const say = (signs: string[]) => wordDiagnosis('auth.swapped', { rightUsername: 'kfm3x9abc', signs }, reader('en'));
  assert.match(say([]).advice, /password’s field is the user name: “kfm3x9abc”/);
  assert.match(say(['as_username']).advice, /user name’s field is the password\. Enter “kfm3x9abc” there/);
  assert.notEqual(say([]).title, say(['as_username']).title);
});

test('the language is the first of ours that is asked for', () => {
  assert.equal(languageOf('ja-JP,ja;q=0.9,en;q=0.8'), 'ja');
  assert.equal(languageOf('fr, en;q=0.5, ja;q=0.4'), 'en');
  assert.equal(languageOf(undefined), 'en');
});

test('nothing is said that is not known: which name is near, whose limit it is, what a recipient holds', () => {
  const say = (code: DiagnosisCode, facts: DiagnosisFacts) => wordDiagnosis(code, facts, reader('en')).advice;
  const typed = { username: 'localhost', rightUsername: 'kfm3x9abc' };
  assert.doesNotMatch(say('auth.unknown_user', typed), /nearest/);
  assert.match(say('auth.unknown_user', { ...typed, nearestUsername: 'kfm3x9abc' }), /nearest/);
  const size = { sizeBytes: 1_001_000, limitBytes: 1_000_000 };
  assert.match(
    say('size.too_large', { ...size, scope: 'device' }),
    /1,001,000 bytes.*1,000,000 bytes.*raise the limit/,
  );
  assert.doesNotMatch(say('size.too_large', { ...size, scope: 'relay' }), /raise the limit/);
  assert.doesNotMatch(say('rcpt.invalid', { recipient: '' }), /nothing|“”/);
  assert.match(say('rcpt.invalid', { recipient: 'a@x.example、b@x.example' }), /Japanese/);
  assert.match(say('rcpt.not_allowed', { recipient: 'a@x.example', scope: 'domains' }), /domain/);
  assert.match(say('auth.mechanism', { door: 'pop3', mechanism: 'APOP' }), /APOP.*off/);
  assert.match(say('auth.cancelled', { username: 'kfm3x9abc' }), /“kfm3x9abc”, and no password/);
});

test('a mail whose content was destroyed is not said to be one that can be sent again', () => {
  const mails = DIAGNOSIS_CODES.filter((code) => code.startsWith('mail.'));
  const advice = (code: DiagnosisCode, language: 'ja' | 'en', isContentGone: boolean) =>
    wordDiagnosis(code, { ...FULL, isContentGone }, reader(language)).advice;
  const offers = (text: string) =>
    /send (?:it|this) again|can be sent again|もう一度送(?:れます|ってください)|に送り直してください/.test(text);
  for (const language of ['ja', 'en'] as const) {
    const offered = mails.filter((code) => offers(advice(code, language, false)));
    assert.deepEqual(offered, ['mail.refused', 'mail.channel_refused', 'mail.expired', 'mail.cancelled'], language);
    for (const code of mails) assert.ok(!offers(advice(code, language, true)), `${language} ${code}`);
  }
});
