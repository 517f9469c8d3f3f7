import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERROR_TABLE, type ErrorCode } from '@hikyaku/core';
import { CERTIFICATE_WORDS } from '../src/operator/certificate-words.ts';
import { type InstanceFacts, instanceAlarms } from '../src/operator/instance-alarms.ts';
import { createProviderTroubles, isProviderTrouble } from '../src/operator/provider-troubles.ts';
import { TROUBLE_WORDS } from '../src/operator/trouble-words.ts';

const now = Date.parse('2026-11-28T12:00:00Z');
const DAY = 86_400_000;
const quiet: InstanceFacts = {
  now,
  secretEnds: '2027-05-31',
  certificates: [{ name: '/tls/relay.pem', endsAt: now + 60 * DAY }],
  certificateTroubles: {},
  freeBytes: 50e9,
  keepFreeBytes: 1.5e9,
  newlyQuarantined: 0,
  queueTrouble: null,
  providerTroubles: [],
};
const codes = (facts: Partial<InstanceFacts>) =>
  instanceAlarms({ ...quiet, ...facts }).map(({ code, everyMs }) => [code, everyMs / DAY]);

test('an operator is told of nothing while nothing needs him', () => {
  assert.deepEqual(codes({}), []);
  assert.deepEqual(codes({ secretEnds: null, certificates: [] }), []);
});

test('an end that comes is said weekly, and daily at the last; the certificate that ends first is named', () => {
  assert.deepEqual(codes({ secretEnds: '2026-12-28' }), [['secret.ends', 7]]);
  assert.deepEqual(codes({ secretEnds: '2026-12-01' }), [['secret.ends', 1]]);
  assert.deepEqual(codes({ secretEnds: '2026-11-01' }), [['secret.ends', 1]], 'also when it is over');
  const certificates = [15, 13.5, 200].map((days) => ({ name: `/tls/${days}.pem`, endsAt: now + days * DAY }));
  const [alarm, ...more] = instanceAlarms({ ...quiet, certificates });
  assert.deepEqual([alarm?.code, more], ['certificate.ends', []]);
  assert.match(alarm!.text, /\/tls\/13\.5\.pem の期限[\s\S]*\/tls\/13\.5\.pem\. Renew it/);
});

test('a disk is told of while there is still room to act, and mail that cannot be read by its number', () => {
  assert.deepEqual(codes({ freeBytes: 3.1e9 }), []);
  assert.deepEqual(codes({ freeBytes: 2.9e9 }), [['disk.low', 1]]);
  assert.deepEqual(codes({ freeBytes: 1e6, keepFreeBytes: 0 }), [], 'without a reserve the disk is not the journal’s');
  const [alarm] = instanceAlarms({ ...quiet, newlyQuarantined: 3 });
  assert.match(alarm!.subject, /3通.*3 mails could not be read/);
});

test('a queue that does not work is told of in the words of its store', () => {
  const [alarm, ...more] = instanceAlarms({ ...quiet, queueTrouble: 'WRONGPASS invalid username-password pair' });
  assert.deepEqual([alarm?.code, alarm?.everyMs, more], ['queue.away', DAY, []]);
  assert.match(alarm!.text, /HIKYAKU_REDIS_URL[\s\S]*WRONGPASS[\s\S]*What it said: WRONGPASS/);
});

test('a certificate that does not come is told of after an hour, with what to change; every reason has its words', () => {
  const trouble = (code: ErrorCode, minutes: number) => ({
    ...{ code, since: now - minutes * 60_000, lastAt: now, nextAt: now, failures: 3 },
  });
  assert.deepEqual(codes({ certificateTroubles: { 'a.example': trouble('certificate.unreachable', 59) } }), []);
  const certificateTroubles = {
    'a.example': trouble('certificate.limited', 61),
    'b.example': trouble('certificate.unreachable', 62),
  };
  assert.deepEqual(codes({ certificateTroubles }), [['certificate.not_issued', 7]]);
  const [alarm] = instanceAlarms({ ...quiet, certificateTroubles });
  assert.match(alarm!.subject, /b\.example の証明書.*for b\.example/);
  assert.match(alarm!.text, /ポート 80[\s\S]*Let port 80 through/);
  const reasons = Object.keys(ERROR_TABLE).filter((code) => code.startsWith('certificate.'));
  assert.deepEqual(Object.keys(CERTIFICATE_WORDS).sort(), reasons.sort());
});

test('a registration that a provider refuses is told once a day with what to do, by provider', () => {
  const troubles = createProviderTroubles();
  troubles.note('microsoft', 'upstream.client_secret');
  troubles.note('microsoft', 'upstream.client_secret');
  troubles.note('google', 'upstream.project_off');
  // An owner's, and nobody's.
  for (const code of ['upstream.auth_lost', 'upstream.throttled', 'bug.unknown', null]) troubles.note('google', code);
  const providerTroubles = troubles.take();
  assert.deepEqual(codes({ providerTroubles }), [
    ['microsoft.upstream.client_secret', 1],
    ['google.upstream.project_off', 1],
  ]);
  const [alarm] = instanceAlarms({ ...quiet, providerTroubles });
  assert.match(alarm!.subject, /Microsoft への登録.*Microsoft does not accept/);
  assert.match(alarm!.text, /シークレット[\s\S]*npm run doctor/);
  assert.deepEqual(troubles.take(), []);
  const theirs = Object.keys(ERROR_TABLE).filter((code) => isProviderTrouble(code));
  assert.deepEqual(Object.keys(TROUBLE_WORDS).sort(), theirs.sort());
});
