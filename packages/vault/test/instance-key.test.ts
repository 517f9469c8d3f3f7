import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { createInstanceKey, type KeyPurpose, resealInstanceKey } from '../src/index.ts';
import { openSecret } from '../src/instance-key.ts';

const PURPOSES: KeyPurpose[] = ['content', 'token', 'digest', 'push'];

test('a key opens under each KEK of the list that sealed it, and under no other', () => {
  const kek = randomBytes(32);
  for (const purpose of PURPOSES) {
    const row = createInstanceKey(purpose, [kek, randomBytes(32)]);
    assert.equal(row.publicKey?.length, purpose === 'content' ? 32 : undefined);
    assert.equal(openSecret(row, [randomBytes(32), kek]).length, 32);
    assert.throws(() => openSecret(row, [randomBytes(32)]), { code: 'vault.key_wrong' });
    assert.throws(() => openSecret(row, []), { code: 'vault.key_missing' });
  }
});

test('after a master key rotation the same secret opens with the new key alone; doing it again changes nothing', () => {
  const [old, fresh] = [randomBytes(32), randomBytes(32)];
  for (const purpose of PURPOSES) {
    const row = createInstanceKey(purpose, [old]);
    const resealed = resealInstanceKey(row, [fresh, old]);
    assert.deepEqual(openSecret(resealed, [fresh]), openSecret(row, [old]));
    assert.throws(() => openSecret(resealed, [old]), { code: 'vault.key_wrong' });
    assert.equal(resealInstanceKey(resealed, [fresh, old]), resealed);
  }
  assert.throws(() => resealInstanceKey(createInstanceKey('token', [old]), [fresh]), { code: 'vault.key_wrong' });
});

test('a secret moved to another row, purpose or public key does not open', () => {
  const kek = randomBytes(32);
  const row = createInstanceKey('content', [kek]);
  const other = createInstanceKey('content', [kek]);
  const forged = [
    { ...row, id: other.id },
    { ...row, publicKey: other.publicKey },
    { ...row, purpose: 'token' as const },
    { ...row, sealed: Buffer.concat([row.sealed, Buffer.of(0)]) },
    { ...row, sealed: Buffer.alloc(0) },
  ];
  for (const bad of forged) assert.throws(() => openSecret(bad, [kek]), { code: 'vault.key_wrong' });
});
