import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type ClaimedMessage,
  type ClaimRequest,
  claimDueMessages,
  type Database,
  deleteOldMessages,
  destroyOverdueContent,
  endTurn,
  findDeadSpoolObjects,
  findDueDigests,
  findForgottenAccounts,
  findLostMessages,
  findReleasable,
  findUncommitted,
  findUnusedObjects,
  followDigests,
  holdStranded,
  markSends,
  openDatabase,
  recordOutcome,
  recordSent,
  releaseHeld,
  takeTurn,
  viewAccount,
} from '@hikyaku/db';
import { sentOutcome } from '@hikyaku/testing';
import { openScene, type Place, type Scene } from './scene.ts';

interface Node {
  'Node Type': string;
  'Index Name'?: string;
  'Relation Name'?: string;
  Plans?: Node[];
}

let scene: Scene;
let place: Place;
/** An instance without any mail, whose tables were never analysed. */
let fresh: Scene;
const planners: Database[] = [];
let seen: Node[] = [];
/** The system's database; every statement is explained before it runs. */
let spied: Database;

before(async () => {
  scene = await openScene();
  place = await scene.makePlace();
  // An instance in its first months: little variety of states, much that is done or failed, a backlog of one account and many small ones.
  const insert = (count: number, account: string, columns: string, values: string) =>
    scene.db.owner.query(
      `INSERT INTO messages (id, tenant_id, device_id, mailbox_id, account_key, queue_id, size_bytes, mail_from, recipients,
         message_id_header, door, accepted_at, ${columns})
       SELECT gen_random_uuid(), $1, md5((n % 50)::text)::uuid, $2, ${account}, gen_random_uuid()::text, 100, 'a', '{b}', '<x>', 'smtps', now(), ${values}
       FROM generate_series(1, ${count}) n`,
      [place.tenantId, place.mailbox.id],
    );
  await insert(20_000, `'microsoft:done:' || n % 500`, 'state, sent_at, content_destroyed_at', `'sent', now(), now()`);
  await insert(5_000, `'microsoft:done:' || n % 500`, 'state, content_until', `'failed', now() + interval '1 day'`);
  await insert(3_000, `'${place.mailbox.account_key}'`, 'state, due_at', `'queued', now()`);
  await insert(3_000, `'microsoft:other:' || n`, 'state, due_at', `'queued', now()`);
  await scene.db.owner.query('ANALYZE');
  const { system } = scene.db;
  const planningOnce = { role: 'system', max: 1, applicationName: 'plans', plansOnce: true } as const;
  fresh = await openScene();
  for (const { db } of [scene, fresh]) planners.push(openDatabase({ ...planningOnce, url: db.url }));
  const explain = async (text: string, values?: unknown[]): Promise<void> => {
    if (!/\bmessages\b/.test(text)) return;
    const flatten = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flatten)];
    // As it is planned for these values, and as the worker's connections plan it, for any: now, and once for all when an instance had no mail yet.
    for (const [planner, mode, given] of [
      [system, 'FORMAT JSON', values],
      [planners[0]!, 'FORMAT JSON, GENERIC_PLAN', undefined],
      [planners[1]!, 'FORMAT JSON, GENERIC_PLAN', undefined],
    ] as const) {
      const [row] = await planner.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(
        `EXPLAIN (${mode}) ${text}`,
        given?.slice(),
      );
      seen.push(...flatten(row!['QUERY PLAN'][0].Plan));
    }
  };
  spied = {
    ...system,
    query: async (text, values) => {
      await explain(text, values);
      return system.query(text, values);
    },
    prepared: async (name, text, values) => {
      await explain(text, values);
      return system.prepared(name, text, values);
    },
  };
});
after(async () => {
  for (const planner of planners) await planner.close();
  for (const { close } of [scene, fresh]) await close();
});

/** Runs `work` and demands that it finds messages by some of these indexes and in no other way: each is small or asked for few entries. */
async function assertBy<T>(indexes: string[], work: Promise<T>): Promise<T> {
  const result = await work;
  const onMessages = seen.filter(
    (node) => node['Relation Name'] === 'messages' || node['Index Name']?.startsWith('messages_'),
  );
  // A bitmap scan names its index in a node of its own.
  const used = onMessages
    .filter((node) => !['ModifyTable', 'Bitmap Heap Scan'].includes(node['Node Type']))
    .map((node) => node['Index Name'] ?? node['Node Type']);
  seen = [];
  assert.ok(used.length > 0);
  assert.deepEqual(
    used.filter((name) => !indexes.includes(name)),
    [],
  );
  return result;
}

test('every statement of the worker finds its messages by an index of its own, in an instance with few states', async () => {
  const accountKey = place.mailbox.account_key;
  await assertBy(['messages_turn'], viewAccount(spied, accountKey));
  const turn = await takeTurn(spied, accountKey, 60_000);
  assert.ok('token' in turn);
  const request: ClaimRequest = {
    accountKey,
    turnToken: turn.token,
    turnLeaseMs: 60_000,
    limit: 4,
    leaseMs: 60_000,
    allowance: { burst: 100, perMinute: 60, day: null },
    environment: 'sandbox',
    served: new Map(),
    maxRecipients: 500,
  };
  const claimed = await assertBy(['messages_pkey', 'messages_turn'], claimDueMessages(spied, request));
  const large = claimDueMessages(spied, { ...request, limit: 1, mayBePlain: false });
  assert.deepEqual(
    [claimed!.isPlain, (await assertBy(['messages_pkey', 'messages_turn'], large))!.isPlain],
    [true, false],
  );
  assert.equal(claimed!.messages.length, 4);
  const [first, second] = claimed!.messages;
  await assertBy(['messages_leased'], findUncommitted(spied, accountKey, 50));
  await assertBy(['messages_leased'], findLostMessages(spied, 50));
  await assertBy(
    ['messages_pkey', 'messages_leased'],
    markSends(
      spied,
      claimed!.messages.map(({ id, fence }) => ({ messageId: id, fence, partNumber: 1, isCommit: true })),
    ),
  );
  const sent = ({ id, fence }: ClaimedMessage) => sentOutcome({ messageId: id, fence });
  assert.equal(await assertBy(['messages_pkey'], recordOutcome(spied, sent(first!))), true);
  assert.deepEqual(await assertBy(['messages_pkey'], recordSent(spied, [sent(second!)])), [true]);
  await assertBy(['messages_spooled'], findUnusedObjects(spied, ['some.pack']));
  await assertBy(
    ['messages_turn'],
    endTurn(spied, {
      accountKey,
      token: turn.token,
      allowance: { burst: 30, perMinute: 30, day: null },
      countTo: 5,
      mayGoOn: true,
      roundDevices: [],
    }),
  );
  await assertBy(['messages_turn'], findForgottenAccounts(spied, 0, 1_000));
  await assertBy(['messages_turn'], holdStranded(spied, 'microsoft:other:7', 'sandbox'));
  await assertBy(['messages_stopped'], findReleasable(spied, 'sandbox', 50));
  await assertBy(['messages_stopped'], releaseHeld(spied, place.mailbox.id));
  await assertBy(['messages_content_until', 'messages_pkey'], destroyOverdueContent(spied, 50));
  await assertBy(['messages_dead_content', 'messages_spooled'], findDeadSpoolObjects(spied, 50));
  await assertBy(['messages_pkey', 'messages_tenant_id_seq_idx'], deleteOldMessages(spied, 50));
  // Each second, where nothing is gathered: one look at an empty index, and no more.
  await assertBy(['messages_gathered'], findDueDigests(spied, 'sandbox', 50));
  await assertBy(['messages_in_digest'], followDigests(spied, 1_000));
});
