import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { claimDueMessages, type Database, endTurn, hasUrgentMail, takeTurn, viewAccount } from '@hikyaku/db';
import { openScene, type Scene } from './scene.ts';

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.close());

const ALLOWANCE = { burst: 100, perMinute: 60, day: null };

test('mail that is due now is found by every look, though its time is kept in milliseconds, and a look comes up to one early', async () => {
  const place = await scene.makePlace();
  const { account_key: accountKey } = place.mailbox;
  const { id } = await scene.makeMail(place, { priority: 1 });
  const { id: other } = await scene.makeMail(place, { attempt_count: 1 });
  /** In one transaction all looks are of one moment: the least of a millisecond before the mail is due. */
  const looks = await scene.db.system.transaction(async (client) => {
    const query = async <T extends object>(text: string, values?: unknown[]) =>
      (await client.query<T>(text, values)).rows;
    const database: Database = { ...scene.db.system, query, prepared: (_name, text, values) => query(text, values) };
    await query(
      `UPDATE messages SET due_at = date_trunc('milliseconds', now()) + interval '1 millisecond' WHERE id = ANY ($1)`,
      [[id, other]],
    );
    const [early] = await query<{ is_early: boolean }>(
      'SELECT due_at > now() AS is_early FROM messages WHERE id = $1',
      [id],
    );
    assert.ok(early!.is_early);
    const { dueInMs } = await viewAccount(database, accountKey);
    const isUrgent = await hasUrgentMail(database, accountKey);
    const turn = await takeTurn(database, accountKey, 5_000);
    assert.ok('token' in turn);
    const end = { accountKey, token: turn.token, allowance: ALLOWANCE, countTo: 5, mayGoOn: true, roundDevices: [] };
    const { dueCount, isEnded } = await endTurn(database, end);
    const claimed = await claimDueMessages(database, {
      ...{ accountKey, turnToken: turn.token, turnLeaseMs: 5_000, leaseMs: 5_000, limit: 1, maxRecipients: 500 },
      ...{ allowance: ALLOWANCE, environment: 'sandbox', served: new Map() },
    });
    const further = await claimDueMessages(database, {
      ...{ accountKey, turnToken: turn.token, turnLeaseMs: 5_000, leaseMs: 5_000, limit: 1, maxRecipients: 500 },
      ...{ allowance: ALLOWANCE, environment: 'sandbox', served: new Map() },
    });
    return { dueInMs, isUrgent, dueCount, isEnded, claimed, further };
  });
  assert.deepEqual([looks.dueInMs, looks.isUrgent, looks.dueCount, looks.isEnded], [0, true, 2, false]);
  assert.deepEqual([looks.claimed?.isPlain, looks.claimed?.messages.map((mail) => mail.id)], [true, [id]]);
  assert.deepEqual([looks.further?.isPlain, looks.further?.messages.map((mail) => mail.id)], [false, [other]]);
});
