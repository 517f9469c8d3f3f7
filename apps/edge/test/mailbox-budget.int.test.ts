import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makeMailbox, makeTenant, SmtpLine } from '@hikyaku/testing';
import { type RunningEdge, startEdge } from './harness/start-edge.ts';
import { addDevice, eventually, makeWorld, messagesOf, sendMail, signIn, type World } from './harness/world.ts';

let world: World;
let edge: RunningEdge;
before(async () => {
  world = await makeWorld();
  await setLimits({ waitingMails: 20, waitingBytes: 1_000_000 });
  edge = await startEdge({
    databaseUrl: world.database.url,
    masterKey: world.keys.masterKey,
    // One device brings what many would.
    env: { MAX_MAILS_PER_MINUTE: '1000000' },
  });
});
after(async () => {
  await edge?.dispose();
  await world?.database.close();
});

const setLimits = (limits: object) =>
  world.database.owner.query('UPDATE tenants SET limits = $2 WHERE id = $1', [world.tenantId, JSON.stringify(limits)]);

async function open(row: Record<string, unknown> = {}) {
  const { credential } = await addDevice(world, { allow_plain_auth: true, ...row });
  const line = await SmtpLine.open({ port: edge.doors.submission });
  await signIn(line, credential);
  return line;
}

/** Some owner of the tenant reads that of a session that brought mail as well. */
const isTold = (tenantId: string, code: string) =>
  eventually(async () => {
    const rows = await world.database.owner.query<{ severity: string }>(
      'SELECT severity FROM smtp_sessions WHERE tenant_id = $1 AND diagnosis = $2 AND ended_at IS NOT NULL',
      [tenantId, code],
    );
    return rows.some(({ severity }) => severity === 'warning');
  });

/** Sends until a mail is refused; how many were taken, and the reply to DATA. */
async function fill(line: SmtpLine, content: string, limit: number): Promise<{ taken: number; reply: string }> {
  for (let taken = 0; taken < limit; taken++) {
    try {
      await sendMail(line, content);
    } catch (error) {
      return { taken, reply: String((error as Error).message) };
    }
  }
  throw new Error(`${limit} mails were taken`);
}

test('mail for a mailbox that nobody reconnects stops at its budget with 452, in number; another mailbox goes on; none is lost', async () => {
  const line = await open();
  const { taken, reply } = await fill(line, `Subject: x\r\n\r\n`, 100_000);
  assert.match(reply, /452 4\.2\.2 Too much mail is waiting/);
  assert.ok(taken >= 20, `${taken}`);
  await eventually(async () => (await messagesOf(world.database.owner)).length === taken);
  const other = await makeMailbox(world.database.owner, { tenant_id: world.tenantId });
  const beside = await open({ mailbox_id: other.id });
  await sendMail(beside, 'Subject: x\r\n\r\n');
  // Held mail is counted as well as waiting one.
  await world.database.owner.query(`UPDATE messages SET state = 'held', due_at = NULL WHERE mailbox_id = $1`, [
    world.mailboxId,
  ]);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  assert.match((await fill(line, 'Subject: x\r\n\r\n', 1)).reply, /452/);
  // It leaves, and the doors are open again.
  await world.database.owner.query(
    `UPDATE messages SET state = 'sent', sent_at = now(), key_sealed = NULL, content_destroyed_at = now() WHERE mailbox_id = $1`,
    [world.mailboxId],
  );
  await eventually(() => sendMail(line, 'Subject: x\r\n\r\n').catch(() => null));
  beside.close();
  line.close();
  await isTold(world.tenantId, 'limit.waiting_mail');
});

test('bytes are a budget of their own: a storm of pictures stops within seconds', async () => {
  const mailbox = await makeMailbox(world.database.owner, { tenant_id: world.tenantId });
  await setLimits({ waitingMails: 100_000, waitingBytes: 1_000_000 });
  const line = await open({ mailbox_id: mailbox.id });
  const startedAt = Date.now();
  const { reply } = await fill(line, `Subject: x\r\n\r\n${`${'x'.repeat(70)}\r\n`.repeat(3000)}`, 10_000);
  assert.match(reply, /452 4\.2\.2/);
  assert.ok(Date.now() - startedAt < 20_000);
  line.close();
});

test('the mails of a day are counted over all mailboxes and edges: at the plan’s number the doors answer 452 and take no more', async () => {
  const { id: tenantId } = await makeTenant(world.database.owner, { limits: { mailsPerDay: 30 } });
  // What another edge took, as the worker has counted it.
  await world.database.owner.query(`INSERT INTO mail_hours VALUES ($1, date_trunc('hour', now()), 30, 0, 0)`, [
    tenantId,
  ]);
  const places = await Promise.all([1, 2].map(() => makeMailbox(world.database.owner, { tenant_id: tenantId })));
  const [first, second] = await Promise.all(places.map(({ id }) => open({ tenant_id: tenantId, mailbox_id: id })));
  assert.match((await fill(first!, 'Subject: x\r\n\r\n', 100_000)).reply, /452 4\.5\.3 Too much mail today/);
  assert.match((await fill(second!, 'Subject: x\r\n\r\n', 1)).reply, /452 4\.5\.3/);
  await world.database.owner.query(`UPDATE mail_hours SET hour = hour - interval '25 hours' WHERE tenant_id = $1`, [
    tenantId,
  ]);
  await eventually(() =>
    sendMail(second!, 'Subject: x\r\n\r\n')
      .then(() => true)
      .catch(() => false),
  );
  first!.close();
  second!.close();
  await isTold(tenantId, 'limit.mails_per_day');
});
