import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ClaimRequest, claimDueMessages, takeTurn, viewAccount } from '@hikyaku/db';
import { makeDevice } from '@hikyaku/testing';
import { openScene, type Place, type Scene } from './scene.ts';

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.close());

async function turnOf({ mailbox }: Place): Promise<ClaimRequest> {
  const times = { turnLeaseMs: 30_000, leaseMs: 30_000 };
  const turn = await takeTurn(scene.db.system, mailbox.account_key, times.turnLeaseMs);
  assert.ok('token' in turn);
  const allowance = { burst: 100, perMinute: 60, day: null };
  const most = { limit: 10, maxRecipients: 500, allowance, served: new Map() };
  return { accountKey: mailbox.account_key, turnToken: turn.token, environment: 'sandbox', ...times, ...most };
}

async function anotherDevice({ tenantId, mailbox }: Place): Promise<Place> {
  const of = { tenant_id: tenantId, mailbox_id: mailbox.id };
  return { tenantId, mailbox, device: (await makeDevice(scene.db.owner, scene.keys.digester, of)).device };
}

test('the small claim and the large one take the same mails in the same order, with the same words about each', async () => {
  const [small, large] = await Promise.all(
    [true, false].map(async (mayBePlain) => {
      const one = await scene.makePlace();
      const devices = [one, await anotherDevice(one), await anotherDevice(one)];
      const names = new Map<string, string>();
      const make = async (name: string, device: number, row: Record<string, unknown> = {}) =>
        void names.set((await scene.makeMail(devices[device]!, row)).id, name);
      await scene.db.owner.query(
        `UPDATE devices SET subject_prefix = '[yard]', time_zone = 'Asia/Tokyo', charset = 'shift_jis', smaller_pictures = true WHERE id = $1`,
        [devices[1]!.device.id],
      );
      for (let count = 0; count < 5; count++) await make(`a${count}`, 0);
      for (let count = 0; count < 3; count++) await make(`b${count}`, 1);
      await make('quiet', 2, { priority: 1 });
      await make('test', 1, { priority: 0, is_test: true });
      await make('later', 2, { due_at: new Date(Date.now() + 60_000) });
      await make('many', 2, { recipients: ['x@example.com', 'y@example.com', 'z@example.com'] });
      const day = { perDay: 100, counts: 'recipients' } as const;
      const request = { ...(await turnOf(one)), limit: 4, allowance: { burst: 11, perMinute: 0.001, day }, mayBePlain };
      const told: unknown[] = [];
      for (let claim = 0; claim < 4; claim++) {
        const claimed = await claimDueMessages(scene.db.system, request);
        for (const message of claimed!.messages) {
          const { id, contentId, tenantId, mailboxId, deviceId, deviceName, queueId, messageIdHeader, ...rest } =
            message;
          const { acceptedAt, keySealed, spoolObject, spoolOffset, isPlain, ...facts } = rest as typeof rest & {
            isPlain?: unknown;
          };
          request.served.set(deviceId, (request.served.get(deviceId) ?? 0) + 1);
          assert.equal(contentId, id);
          const { attempts, state, partState } = await scene.message(id);
          told.push([names.get(id), facts, attempts.length, state, partState]);
        }
        assert.equal(claimed!.isPlain, mayBePlain);
      }
      const { day: use } = await viewAccount(scene.db.system, one.mailbox.account_key);
      return { told, sent: use.hours };
    }),
  );
  assert.equal(small!.told.length, 11);
  assert.equal(small!.sent.at(-1), 13);
  assert.deepEqual(small, large);
});

test('what the small claim does not know it leaves to the large one', async () => {
  const isPlain = async (row: Record<string, unknown>, prepare: (id: string) => Promise<unknown> = async () => {}) => {
    const place = await scene.makePlace();
    const { id } = await scene.makeMail(place, row);
    await prepare(id);
    const day = { perDay: 10, counts: 'recipients' } as const;
    const request = { ...(await turnOf(place)), maxRecipients: 9, allowance: { burst: 100, perMinute: 60, day } };
    const claimed = await claimDueMessages(scene.db.system, request);
    assert.equal(claimed!.messages.length, 1);
    return claimed!.isPlain;
  };
  const people = (count: number) => Array.from({ length: count }, (_, index) => `person${index}@example.com`);
  assert.equal(await isPlain({}), true);
  assert.equal(await isPlain({ recipients: people(8) }), true);
  assert.equal(await isPlain({ recipients: people(9) }), false, 'the day nears its end');
  assert.equal(await isPlain({ recipients: people(10) }), false, 'more than a send takes');
  assert.equal(await isPlain({ device_id: null }), false, 'own mail');
  assert.equal(await isPlain({ attempt_count: 1 }), false, 'tried before');
  assert.equal(await isPlain({ state: 'in_doubt' }), false, 'perhaps with somebody already');
  const split = `INSERT INTO parts (message_id, number, tenant_id, state, places) SELECT id, 1, tenant_id, 'queued', '{}' FROM messages WHERE id = $1`;
  assert.equal(await isPlain({}, (id) => scene.db.owner.query(split, [id])), false, 'has parts');
});
