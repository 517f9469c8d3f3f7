import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { newId } from '@hikyaku/core';
import fc from 'fast-check';
import { createInstanceKey, openContentOpener, openContentSealer } from '../src/index.ts';

const kek = randomBytes(32);
const row = createInstanceKey('content', [kek]);
const opener = openContentOpener([row], [kek]);
const envelope = {
  tenantId: newId(),
  mailFrom: 'camera@example.com',
  recipients: ['owner@example.com', 'b@example.com'],
};

test('the edge seals with the public half alone and only the private half opens', () => {
  const sealer = openContentSealer([{ ...row, sealed: Buffer.alloc(0) }]);
  const messageId = newId();
  const { contentKey, sealed } = sealer.seal(messageId, envelope);
  assert.equal(contentKey.length, 32);
  assert.equal(sealed.includes(contentKey), false);
  assert.deepEqual(opener.open(messageId, sealed, envelope), contentKey);
  assert.deepEqual(opener.open(messageId, Uint8Array.from(sealed) as Buffer, envelope), contentKey);
});

/** The public half of the sealing pair, behind label and version. */
const pairOf = (sealed: Buffer): string => sealed.subarray(39, 71).toString('hex');

test('every mail has its own content key, sealed under a wrapping key and nonce of its own, though the mails of a second share a pair', () => {
  const sealer = openContentSealer([row]);
  const seals = Array.from({ length: 50 }, () => sealer.seal('same-id', envelope));
  assert.equal(new Set(seals.map(({ contentKey }) => contentKey.toString('hex'))).size, 50);
  assert.equal(new Set(seals.map(({ sealed }) => sealed.subarray(71, 83).toString('hex'))).size, 50);
  assert.equal(new Set(seals.map(({ sealed }) => pairOf(sealed))).size, 1);
  // Under one pair, one message's wrapping key opens no other's.
  const [first, second] = ['first', 'second'].map((id) => sealer.seal(id, envelope).sealed);
  assert.equal(pairOf(first!), pairOf(second!));
  assert.throws(() => opener.open('second', first!, envelope), { code: 'vault.envelope_changed' });
});

test('a sealing pair is gone after its time, without another mail having to come', async () => {
  const sealer = openContentSealer([row], { pairLifeMs: 1 });
  const before = sealer.seal('a', envelope).sealed;
  await new Promise((resolve) => setTimeout(resolve, 20));
  const after = sealer.seal('b', envelope).sealed;
  assert.notEqual(pairOf(before), pairOf(after));
  assert.ok(opener.open('a', before, envelope));
});

test('more sealing pairs than are remembered all open, each mail with its own key', () => {
  const seals = Array.from({ length: 80 }, (_, index) => ({
    id: `mail-${index}`,
    ...openContentSealer([row]).seal(`mail-${index}`, envelope),
  }));
  for (const { id, sealed, contentKey } of [...seals, ...seals]) {
    assert.deepEqual(opener.open(id, sealed, envelope), contentKey);
  }
});

test('a sealed key of which no row is left opens alone, and tells whose mail it was', () => {
  const messageId = newId();
  const { sealed, contentKey } = openContentSealer([row]).seal(messageId, envelope);
  const lone = opener.openAlone(messageId, sealed);
  assert.deepEqual(lone.contentKey, contentKey);
  assert.equal(lone.fits(envelope), true);
  assert.equal(lone.fits({ ...envelope, recipients: ['thief@example.com'] }), false);
  assert.throws(() => opener.openAlone(newId(), sealed), { code: 'vault.envelope_changed' });
  const earlier = sealedByEarlierReleases()[1]!;
  const oldOpener = openContentOpener([earlier.row], [earlier.kek]);
  assert.throws(() => oldOpener.openAlone(earlier.messageId, earlier.sealed), { code: 'vault.key_wrong' });
});

test('a sealed key does not open for another message, nor with any bit flipped, nor cut', () => {
  const messageId = newId();
  const { sealed } = openContentSealer([row]).seal(messageId, envelope);
  assert.throws(() => opener.open(newId(), sealed, envelope), { code: 'vault.envelope_changed' });
  const refused = /^vault\.(key_wrong|key_missing|envelope_changed)$/;
  fc.assert(
    fc.property(fc.nat(sealed.length * 8 - 1), (bit) => {
      const forged = Buffer.from(sealed);
      forged[bit >> 3]! ^= 1 << (bit & 7);
      // Bit 255 of an X25519 point is ignored by RFC 7748, but it is part of our key derivation.
      assert.throws(
        () => opener.open(messageId, forged, envelope),
        (error) => refused.test((error as { code: string }).code),
      );
    }),
    { numRuns: 400 },
  );
  for (let length = 0; length < sealed.length; length++) {
    assert.throws(
      () => opener.open(messageId, sealed.subarray(0, length), envelope),
      (error) => refused.test((error as { code: string }).code),
    );
  }
});

test('rotation: the newest key seals, a retired one still opens, an unknown one is missing in words', () => {
  const messageId = newId();
  const old = openContentSealer([row]).seal(messageId, envelope);
  const next = createInstanceKey('content', [kek]);
  const retired = { ...row, retiredAt: new Date() };
  const fresh = openContentSealer([retired, next]).seal(messageId, envelope);
  const both = openContentOpener([retired, next], [kek]);
  assert.deepEqual(both.open(messageId, old.sealed, envelope), old.contentKey);
  assert.deepEqual(both.open(messageId, fresh.sealed, envelope), fresh.contentKey);
  assert.throws(() => opener.open(messageId, fresh.sealed, envelope), {
    code: 'vault.key_missing',
    message: new RegExp(`there is no content key ${next.id}`),
  });
  assert.throws(() => openContentSealer([retired]), { code: 'vault.key_missing' });
  assert.throws(() => openContentSealer([]), { code: 'vault.key_missing' });
});

test('a wrong or missing master key is told when the vault opens, in words', () => {
  assert.throws(() => openContentOpener([row], [randomBytes(32)]), {
    code: 'vault.key_wrong',
    message: new RegExp(`content key ${row.id} was sealed with another master key`),
  });
  assert.throws(() => openContentOpener([row], []), { code: 'vault.key_missing' });
  assert.throws(() => openContentOpener([], [kek]), { code: 'vault.key_missing' });
});

test('a public half swapped in the database is noticed by the worker', () => {
  const forged = { ...row, publicKey: createInstanceKey('content', [kek]).publicKey };
  assert.throws(() => openContentOpener([forged], [kek]), { code: 'vault.key_wrong' });
});

test('a sealed key does not open for another sender, other recipients or another tenant', () => {
  const messageId = newId();
  const { sealed } = openContentSealer([row]).seal(messageId, envelope);
  for (const changed of [
    { tenantId: newId() },
    { mailFrom: 'thief@example.com' },
    { mailFrom: '' },
    { recipients: ['owner@example.com'] },
    { recipients: [...envelope.recipients, 'thief@example.com'] },
    { recipients: envelope.recipients.toReversed() },
    { recipients: ['owner@example.com,b@example.com'] },
    // The same texts in other places.
    { mailFrom: 'owner@example.com', recipients: ['b@example.com'] },
  ]) {
    assert.throws(() => opener.open(messageId, sealed, { ...envelope, ...changed }), {
      code: 'vault.envelope_changed',
    });
  }
});

test('a sender cut inside a character opens as the database gives it back', () => {
  const messageId = newId();
  const cut = '\u{1F4F7}'.slice(0, 1);
  const { sealed, contentKey } = openContentSealer([row]).seal(messageId, { ...envelope, mailFrom: cut });
  const stored = Buffer.from(cut, 'utf8').toString('utf8');
  assert.deepEqual(opener.open(messageId, sealed, { ...envelope, mailFrom: stored }), contentKey);
});

test('what earlier releases sealed still opens, and nothing sealed now opens as that', () => {
  const [unbound, bound] = sealedByEarlierReleases();
  for (const { row, kek, messageId, sealed, contentKey } of [unbound!, bound!]) {
    assert.deepEqual(openContentOpener([row], [kek]).open(messageId, sealed, EARLIER_ENVELOPE), contentKey);
  }
  const oldest = openContentOpener([unbound!.row], [unbound!.kek]);
  assert.throws(() => oldest.open(newId(), unbound!.sealed, envelope), { code: 'vault.key_wrong' });
  const older = openContentOpener([bound!.row], [bound!.kek]);
  for (const [id, changed] of [
    [newId(), EARLIER_ENVELOPE],
    [bound!.messageId, { ...EARLIER_ENVELOPE, recipients: ['thief@example.com'] }],
  ] as const) {
    assert.throws(() => older.open(id, bound!.sealed, changed), { code: 'vault.envelope_changed' });
  }
  const { sealed } = openContentSealer([row]).seal(newId(), envelope);
  const withoutVersion = Buffer.concat([sealed.subarray(0, 38), sealed.subarray(39)]);
  assert.throws(() => opener.open(newId(), withoutVersion, envelope), { code: 'vault.key_wrong' });
});

const EARLIER_ENVELOPE = {
  tenantId: '0193aaaa-0000-7000-8000-00000000000a',
  mailFrom: 'camera@example.com',
  recipients: ['owner@example.com', 'b@example.com'],
};

/** Made by the release of 22 November 2026, bound to the message alone; and by that of 28 November, bound to the envelope too. */
function sealedByEarlierReleases() {
  const bytes = (text: string) => Buffer.from(text, 'base64');
  const unbound = {
    row: {
      id: '01a220f2-dc72-7e5c-b33c-5f71a7d426fd',
      purpose: 'content' as const,
      publicKey: bytes('0QtdsCCzEEXuuNzNTphDWTmp38cKXYKw68/FXA4aSRU='),
      sealed: bytes('AUc8se0qrZkF0L0JgTY4GelTwouZr8zGl4LqEGw23kNFCw0QYrN8EFJsO8BTxsekwQNqEElAVWYFEyAUqw=='),
      retiredAt: null,
    },
    kek: bytes('/YiSRNLHFz0TgTxKb4Y19Of+e2XAYgcyAhvUlsNFTek='),
    messageId: '0193aaaa-0000-7000-8000-000000000001',
    sealed: bytes(
      'ASQwMWEyMjBmMi1kYzcyLTdlNWMtYjMzYy01ZjcxYTdkNDI2ZmQVj8qNr3aw/orUeg+ooD/lPWz9u8EzzjkNvhqVOxV0BP4KNot83cLx0+fZ3ttGwOwlMbIpmip9ersxsaCv1Ac3Duv1PRdCRvyzgyIhvqTR9Q==',
    ),
    contentKey: bytes('FDNaOFAbLSuUWkI6pXXHzEwGzjGZFDWk7vFJQOWJ9vM='),
  };
  const bound = {
    row: {
      id: '01a2226c-f922-73a0-addb-c19fcff3b8b2',
      purpose: 'content' as const,
      publicKey: bytes('P1GNpvtn8uNwap9dKmvKcgl0sbfPYazGbMIopmrbqg4='),
      sealed: bytes('Ab/j9V0hpchZeRwByx2iepMdoH4M14kRp0WcoY/psh4g+R5g0udQ5dwz4T8fG8Q/ptUCRD7+TWpbDPFbpg=='),
      retiredAt: null,
    },
    kek: Buffer.alloc(32, 5),
    messageId: '0193aaaa-0000-7000-8000-000000000002',
    sealed: bytes(
      'ASQwMWEyMjI2Yy1mOTIyLTczYTAtYWRkYi1jMTlmY2ZmM2I4YjICiMCZ35qdRXdmd3bXxpqip2ErWR1G+ppnuJzoF9fdVQ6xBemK6kIkI6VfXUGsTIGtCnE04FKYK9n8k7uHnNEgUjovKZ/Fk26vmZK6GZKisFQ=',
    ),
    contentKey: bytes('e6gQslkjiZd2RONj5OueRbkh0dSJB36gisVfgC29APY='),
  };
  return [unbound, bound];
}
