import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CONNECT_ERROR_CODES, MESSAGE_STATES, messageSummary } from '@hikyaku/contracts';
import { argumentsOf, readCatalogue } from './catalogue.ts';
import { findKeyUses } from './key-uses.ts';

const en = readCatalogue('en');
const ja = readCatalogue('ja');
const uses = findKeyUses();

test('Japanese and English have the same keys', () => {
  assert.deepEqual([...ja.keys()].sort(), [...en.keys()].sort());
});

test('a message takes the same arguments in both languages, and is valid ICU', () => {
  for (const [key, text] of en) {
    assert.deepEqual(argumentsOf(ja.get(key) ?? ''), argumentsOf(text), key);
  }
});

test('whoever gets a mail is called by a name, each service by its own', () => {
  const { provider, channelKind } = messageSummary.shape;
  const all = [...provider.unwrap().options.filter((one) => one !== 'channel'), ...channelKind.unwrap().options];
  for (const texts of [ja, en]) {
    for (const name of all) assert.match(texts.get('messages.provider')!, new RegExp(` ${name} \\{`), name);
  }
});

test('no message is empty, and none stayed untranslated', () => {
  const isJapanese = /[぀-ヿ一-鿿]/;
  // Names and words that are the same in both.
  const same = new Set([
    'story.messageId',
    'credentials.encryptionImplicit',
    'credentials.encryptionStarttls',
    'credentials.onScreen',
    'mailboxes.connectGoogle',
    ...['webhook', 'slack', 'discord', 'teams', 'telegram', 'line', 'mqtt'].map((kind) => `alerts.kind.${kind}`),
  ]);
  for (const [key, text] of [...en, ...ja]) assert.ok(text.trim(), key);
  for (const [key, text] of ja) assert.ok(same.has(key) || isJapanese.test(text), `${key}: ${text}`);
  for (const [key, text] of en) assert.ok(!isJapanese.test(text), `${key}: ${text}`);
});

test('every key that the pages ask for exists', () => {
  assert.ok(uses.exact.length > 100, 'the sources were read');
  const missing = uses.exact.filter(({ key }) => !en.has(key)).map(({ key, where }) => `${key} in ${where}`);
  assert.deepEqual(missing, []);
});

test('every pattern of keys finds some', () => {
  const keys = [...en.keys()];
  const empty = uses.patterns.filter((pattern) => !keys.some((key) => pattern.test(key)));
  assert.deepEqual(empty, []);
});

test('no key is unused', () => {
  const exact = new Set(uses.exact.map(({ key }) => key));
  const unused = [...en.keys()].filter((key) => !exact.has(key) && !uses.patterns.some((pattern) => pattern.test(key)));
  assert.deepEqual(unused, []);
});

test('every code of the error registry has its words: what happened, and what to do', () => {
  const table = readFileSync(new URL('../../../packages/core/src/errors/error-table.ts', import.meta.url), 'utf8');
  const codes = [...table.matchAll(/^ {2}'([a-z]+\.[a-z_]+)': row\(/gm)].map((match) => match[1]);
  assert.ok(codes.length > 40, 'the table was read');
  const isTold = (code: unknown) => en.has(`problems.${code}.what`) && en.has(`problems.${code}.todo`);
  assert.deepEqual(
    [...codes, ...CONNECT_ERROR_CODES].filter((code) => !isTold(code)),
    [],
  );
});

test('every state of a mail has a badge text, a name and a sentence', () => {
  for (const state of MESSAGE_STATES) {
    for (const key of [`messages.state.${state}`, `messages.stateName.${state}`, `story.now.${state}`]) {
      assert.ok(en.has(key), key);
    }
  }
});
