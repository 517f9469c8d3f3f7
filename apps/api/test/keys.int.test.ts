import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { keyStore } from '@hikyaku/db';
import { makeMailbox, makeTenant, type TestDatabase, useDatabase } from '@hikyaku/testing';
import { openInstanceKeys, parseMasterKeys } from '@hikyaku/vault';
import { openAuthSecret } from '../src/auth/auth-secret.ts';

const openKeys = async (masterKeys: string[]) =>
  openInstanceKeys({
    source: keyStore(db.system),
    masterKeys: parseMasterKeys(masterKeys),
    onReloadFailed: assert.ifError,
  });
const newKey = () => randomBytes(32).toString('base64');
let db: TestDatabase;
before(async () => {
  db = await useDatabase();
});
after(() => db.close());

test('a first start makes one key of each purpose, however many processes start at once', async () => {
  const key = newKey();
  const opened = await Promise.all([1, 2, 3].map(() => openKeys([key])));
  const rows = await db.owner.query('SELECT purpose FROM instance_keys ORDER BY purpose', []);
  assert.deepEqual(rows, [{ purpose: 'content' }, { purpose: 'digest' }, { purpose: 'push' }, { purpose: 'token' }]);
  const digests = new Set(opened.map(({ digester }) => digester.digest('abc').toString('hex')));
  assert.equal(digests.size, 1);

  await test('a rotated list still opens them; another or no master key is one clear error', async () => {
    await openKeys([newKey(), key]);
    await assert.rejects(openKeys([newKey()]), { code: 'vault.key_wrong' });
    await assert.rejects(openKeys(['not a key']), { code: 'vault.key_wrong' });
    await assert.rejects(openKeys([]), { code: 'vault.key_missing' });
  });

  await test('the cookie secret is the same for every process and readable in no row', async () => {
    const { tokenBox } = await openKeys([key]);
    const secrets = await Promise.all([1, 2, 3].map(() => openAuthSecret(db.system, tokenBox)));
    assert.equal(new Set(secrets).size, 1);
    const [row] = await db.owner.query<{ text: string }>(
      'SELECT instance_settings::text AS text FROM instance_settings',
      [],
    );
    assert.equal(row!.text.includes(secrets[0]!), false);
    assert.equal(row!.text.includes(Buffer.from(secrets[0]!).toString('base64')), false);
  });

  await test('sealed data without its keys is an error, not a reason to make new keys', async () => {
    const tenant = await makeTenant(db.owner);
    await makeMailbox(db.owner, { tenant_id: tenant.id, secret_sealed: Buffer.from('sealed') });
    await db.owner.query('DELETE FROM instance_keys', []);
    await assert.rejects(openKeys([key]), { code: 'vault.key_missing' });
  });
});
