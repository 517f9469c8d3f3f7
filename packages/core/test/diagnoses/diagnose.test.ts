import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  DIAGNOSES,
  type DiagnosisCode,
  diagnose,
  isDiagnosable,
  type LoginTry,
  newId,
  type SessionRecord,
} from '../../src/index.ts';

const session = (over: Partial<SessionRecord> = {}): SessionRecord => ({
  id: newId(),
  door: 'submission',
  doorTls: 'starttls',
  isLegacyDoor: false,
  address: '198.51.100.7',
  startedAt: 0,
  endedAt: 1000,
  tls: null,
  isTlsFirst: false,
  notTls: null,
  tlsFailure: null,
  hello: null,
  commands: 0,
  commandsInTls: 0,
  unknownCommands: 0,
  isOtherProtocol: false,
  refusedCommand: null,
  begunMail: null,
  login: null,
  refusal: null,
  messageIds: [],
  unfinishedBytes: null,
  end: 'closed',
  steps: [],
  lines: [],
  ...over,
});
const login = (over: Partial<LoginTry> = {}): LoginTry => ({
  mechanism: 'PLAIN',
  username: 'cmabcdefgh',
  refusal: null,
  oddities: [],
  passwordLength: null,
  oldUntil: null,
  ...over,
});
const reached = new Set<string>();
const is = (over: Partial<SessionRecord>, code: string, more: Record<string, unknown> = {}) => {
  reached.add(code);
  const found = diagnose(session({ hello: 'cam', commands: 4, ...over }));
  const picked = Object.fromEntries(['code', ...Object.keys(more)].map((key) => [key, found[key as 'code']]));
  assert.deepEqual(picked, { code, ...more });
};

test('what a device did wrong has its diagnosis, with the value seen and the value to set', () => {
  is({ messageIds: [newId()], login: login() }, 'ok.accepted', { severity: 'ok' });
  is({ login: login(), end: 'quit' }, 'ok.login_only', { severity: 'ok' });
  is({ messageIds: [newId()], login: login(), isTlsFirst: true }, 'tls.wrong_door', {
    severity: 'warning',
    rightDoor: 'smtps',
  });
  is({ door: 'smtps', doorTls: 'implicit', notTls: 'plain' }, 'tls.plain_on_tls_door', { rightDoor: 'submission' });
  is({ door: 'smtps', doorTls: 'implicit', notTls: 'silent' }, 'tls.plain_on_tls_door', { rightDoor: 'submission' });
  is({ door: 'smtps', doorTls: 'implicit', tlsFailure: 'version' }, 'tls.too_old', { rightDoor: 'legacy-smtps' });
  is({ tlsFailure: 'cipher' }, 'tls.too_old', { rightDoor: 'legacy-submission' });
  is({ isLegacyDoor: true, door: 'legacy-submission', tlsFailure: 'version' }, 'tls.too_old', { rightDoor: null });
  is({ tlsFailure: 'certificate' }, 'tls.certificate_refused');
  is({ tlsFailure: 'certificate', chain: 'relay.example ← R13' }, 'tls.certificate_refused', {
    seen: 'relay.example ← R13',
  });
  is({ tlsFailure: 'gone' }, 'tls.abandoned');
  is({ tls: 'TLSv1.1 ECDHE-RSA-AES128-SHA', messageIds: [newId()], login: login() }, 'tls.old', { seen: 'TLSv1.1' });
  is({ tls: 'TLSv1 AES128-SHA', login: login({ refusal: 'old_tls' }) }, 'tls.old_refused', { seen: 'TLSv1' });
  is({ refusal: { code: 'edge.auth_required', value: null, limit: null } }, 'auth.none');
  is({ login: login({ refusal: 'plain_refused' }) }, 'auth.plain_refused', { seen: 'cmabcdefgh', rightDoor: 'smtps' });
  is({ login: login({ refusal: 'mechanism', mechanism: 'CRAM-MD5' }) }, 'auth.mechanism', { seen: 'CRAM-MD5' });
  is({ login: login({ refusal: 'unknown_user' }) }, 'auth.unknown_user', { seen: 'cmabcdefgh' });
  is({ login: login({ refusal: 'mailbox_address', username: 'a@outlook.example' }) }, 'auth.mailbox_address_used');
  is({ login: login({ refusal: 'swapped', username: null }) }, 'auth.swapped', { seen: null });
  is({ login: login({ refusal: 'wrong_password', oddities: ['too_short'] }) }, 'auth.wrong_password', {
    oddities: ['too_short'],
  });
  is({ login: login({ refusal: 'old_password', oldUntil: 5 }) }, 'auth.old_password', { severity: 'error', until: 5 });
  is({ login: login({ oldUntil: 9 }), messageIds: [newId()] }, 'auth.old_password', { severity: 'warning', until: 9 });
  is({ login: login({ refusal: 'cancelled' }) }, 'auth.cancelled');
  is({ login: login({ refusal: 'empty_user' }) }, 'auth.empty_user');
  is({ refusal: { code: 'edge.device_disabled', value: null, limit: null } }, 'auth.device_disabled');
  is({ refusal: { code: 'edge.recipient_refused', value: 'x@y.example', limit: null } }, 'rcpt.not_allowed', {
    seen: 'x@y.example',
  });
  is({ refusal: { code: 'edge.recipient_invalid', value: 'x y', limit: null } }, 'rcpt.invalid', { seen: 'x y' });
  is({ refusal: { code: 'edge.too_many_recipients', value: null, limit: '100' } }, 'rcpt.too_many', { right: '100' });
  is({ refusal: { code: 'edge.too_large', value: '40000000', limit: '26214400' } }, 'size.too_large', {
    seen: '40000000',
    right: '26214400',
  });
  is({ refusal: { code: 'edge.journal_full', value: null, limit: null } }, 'service.unavailable');
  is({ refusal: { code: 'edge.busy', value: null, limit: null } }, 'limit.connections');
  is({ login: login(), unfinishedBytes: 12 }, 'data.cut_off', { seen: '12' });
  is({ login: login(), unfinishedBytes: 12, end: 'idle' }, 'data.no_end');
  is({ login: login(), unfinishedBytes: 12, end: 'shutdown' }, 'service.unavailable');
  is({ end: 'errors' }, 'session.too_many_errors');
  is({ hello: null, unknownCommands: 2, commands: 2 }, 'session.not_smtp');
  is({ hello: null, commands: 0, end: 'idle' }, 'session.idle');
  is({ login: login({ refusal: 'unavailable' }) }, 'service.unavailable');
  is({ login: login({ refusal: 'malformed', username: null }) }, 'auth.malformed', { seen: 'PLAIN' });
  is({ login: login({ refusal: 'device_deleted' }) }, 'auth.device_deleted');
  is({ refusal: { code: 'edge.device_gone', value: null, limit: null }, login: login() }, 'auth.device_deleted');
  is({ login: login({ refusal: 'wrong_password', passwordOf: 'kothername' }) }, 'auth.wrong_password', {
    right: 'kothername',
  });
  for (const [refusedBy, code] of [
    ['edge.pop_missing', 'pop.missing'],
    ['edge.pop_expired', 'pop.expired'],
    ['edge.pop_off', 'pop.off'],
    ['edge.address_not_allowed', 'address.not_allowed'],
    ['edge.recipient_literal', 'rcpt.literal'],
    ['edge.loop', 'data.loop'],
    ['limit.waiting_mail', 'limit.waiting_mail'],
    ['limit.mails_per_day', 'limit.mails_per_day'],
  ] as const)
    is({ refusal: { code: refusedBy, value: 'seen', limit: null } }, code, { seen: 'seen' });
});

test('what ends before a login is told by how far it came, and nothing is told of what cannot be known', () => {
  const tls = 'TLSv1.3 TLS_AES_128_GCM_SHA256';
  is({ isTlsFirst: true, commands: 0, hello: null }, 'tls.at_once', { rightDoor: 'smtps' });
  is({ isTlsFirst: true, commands: 0, hello: null, door: 'pop3' }, 'tls.at_once', { rightDoor: 'pop3s' });
  is({ tlsFailure: 'not_tls' }, 'tls.unreadable', { rightDoor: 'smtps' });
  is({ tlsFailure: 'other', door: 'smtps', doorTls: 'implicit' }, 'tls.unreadable', { rightDoor: 'submission' });
  is({ tlsFailure: 'version', isTlsFirst: true }, 'tls.too_old', { rightDoor: 'legacy-smtps' });
  is({ tlsFailure: 'other', isLegacyDoor: true, door: 'legacy-submission' }, 'tls.unreadable', {
    rightDoor: 'legacy-smtps',
  });
  is({ door: 'smtps', doorTls: 'implicit', tls, commands: 0, hello: null }, 'tls.left_after');
  is({ tls, commands: 2 }, 'tls.left_after');
  is({ tls, commands: 2, end: 'idle' }, 'tls.left_after');
  is({ hello: null, commands: 4, unknownCommands: 1 }, 'session.greeted_only');
  is({ commands: 0, hello: null }, 'session.left', { rightDoor: null });
  is({ commands: 0, hello: null, door: 'pop3' }, 'session.left', { rightDoor: 'submission' });
  is({ commands: 1, hello: null, unknownCommands: 1, spoken: 'SIP' }, 'session.not_smtp', { seen: 'SIP' });
  is({ hello: null, door: 'smtps', doorTls: 'implicit', notTls: 'plain', spoken: 'HTTP' }, 'session.not_smtp', {
    seen: 'HTTP',
  });
  is({ commands: 0, hello: null, door: 'smtps', doorTls: 'implicit' }, 'session.left', { rightDoor: 'submission' });
  is({}, 'session.greeted_only', { seen: 'cam', severity: 'warning' });
  is({ tls, commandsInTls: 1 }, 'session.greeted_only');
  is({ door: 'pop3s', doorTls: 'implicit', tls, commandsInTls: 1, hello: null }, 'session.greeted_only');
  is({ end: 'idle' }, 'session.idle', { seen: 'cam' });
  is({ end: 'errors', hello: null, unknownCommands: 50 }, 'session.not_smtp');
  is({ end: 'shutdown' }, 'service.unavailable');
});

test('one protocol at the door of the other is told before what was refused there', () => {
  const mechanism = login({ refusal: 'mechanism', mechanism: 'AUTH', username: null });
  is({ door: 'pop3', isOtherProtocol: true, login: mechanism, hello: null }, 'session.smtp_on_pop', {
    rightDoor: 'submission',
  });
  is({ door: 'pop3s', doorTls: 'implicit', isOtherProtocol: true, hello: null }, 'session.smtp_on_pop', {
    rightDoor: 'smtps',
  });
  is({ isOtherProtocol: true, unknownCommands: 2, hello: null }, 'session.pop_on_smtp', { rightDoor: 'pop3' });
  is({ door: 'smtps', doorTls: 'implicit', isOtherProtocol: true, hello: null }, 'session.pop_on_smtp', {
    rightDoor: 'pop3s',
  });
});

test('a login without a mail is called a test only where no mail was begun', () => {
  const refused = (line: string) => ({ line, reply: '501 5.5.4 Syntax' });
  const signedIn = { login: login(), tls: 'TLSv1.3 TLS_AES_128_GCM_SHA256' };
  is({ ...signedIn, refusedCommand: refused('MAIL camera@x') }, 'session.command_refused', {
    seen: 'MAIL camera@x',
    right: '501 5.5.4 Syntax',
  });
  is({ ...signedIn, refusedCommand: refused('DATA') }, 'session.command_refused');
  is({ ...signedIn, begunMail: { recipients: 0 }, refusedCommand: refused('DATA') }, 'rcpt.none');
  is({ ...signedIn, begunMail: { recipients: 0 }, end: 'quit' }, 'rcpt.none');
  is({ ...signedIn, begunMail: { recipients: 0 } }, 'data.none');
  is({ ...signedIn, begunMail: { recipients: 1 } }, 'data.none');
  is({ ...signedIn, begunMail: { recipients: 1 }, refusedCommand: refused('BDAT 5') }, 'session.command_refused');
  is({ ...signedIn, begunMail: { recipients: 1 }, messageIds: [newId()] }, 'ok.accepted');
  is({ ...signedIn, door: 'pop3s', doorTls: 'implicit' }, 'ok.pop_login');
  const all = Object.keys(DIAGNOSES).filter((code) => DIAGNOSES[code as DiagnosisCode].of === 'session');
  // Kept for rates, which the edge does not have.
  assert.deepEqual([...reached, 'limit.rate'].sort(), all.sort());
});

test('a refused login stands before the commands that go on without it', () => {
  is(
    { login: login({ refusal: 'wrong_password' }), refusal: { code: 'edge.auth_required', value: null, limit: null } },
    'auth.wrong_password',
  );
});

test('every session has a diagnosis of the table, and one with a mail is never an error', () => {
  const arbitrary = fc.record({
    tlsFailure: fc.constantFrom(null, 'version', 'cipher', 'certificate', 'gone', 'slow', 'other'),
    notTls: fc.constantFrom(null, 'plain', 'silent'),
    isTlsFirst: fc.boolean(),
    commands: fc.nat(3),
    unknownCommands: fc.nat(2),
    hello: fc.constantFrom(null, 'cam'),
    unfinishedBytes: fc.constantFrom(null, 7),
    end: fc.constantFrom(null, 'quit', 'closed', 'idle', 'errors', 'shutdown', 'refused'),
    messageIds: fc.constantFrom([], ['m']),
    refusal: fc.constantFrom(
      null,
      { code: 'edge.too_large', value: '9', limit: '8' },
      { code: 'db.unavailable', value: null, limit: null },
    ),
    login: fc.constantFrom(null, login(), login({ refusal: 'swapped' }), login({ oldUntil: 3 })),
  });
  fc.assert(
    fc.property(arbitrary, (over) => {
      const found = diagnose(session(over as unknown as Partial<SessionRecord>));
      assert.ok(found.code in DIAGNOSES);
      if (over.messageIds.length) assert.notEqual(found.severity, 'error');
    }),
    { numRuns: 300 },
  );
});

test('a session has something to say once it has ended or something has failed, and not before', () => {
  const running = { endedAt: null };
  for (const over of [{}, { login: login() }, { hello: 'cam', isTlsFirst: true, messageIds: [newId()] }])
    assert.equal(isDiagnosable(session({ ...running, ...over })), false, JSON.stringify(over));
  const refusal = { code: 'edge.auth_required' as const, value: null, limit: null };
  for (const over of [
    { endedAt: 1 },
    { ...running, refusal },
    { ...running, tlsFailure: 'version' as const },
    { ...running, notTls: 'plain' as const },
    { ...running, login: login({ refusal: 'wrong_password' }) },
  ])
    assert.equal(isDiagnosable(session(over)), true, JSON.stringify(over));
});

test('words of the other protocol say nothing of a session that brought a mail by its address alone', () => {
  is({ isOtherProtocol: true, messageIds: [newId()] }, 'ok.accepted');
});
