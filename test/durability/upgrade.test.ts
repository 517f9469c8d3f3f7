import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { DashboardClient, MailLedger, openOwner, sandboxClient, until, useOwnPostgres } from '@hikyaku/testing';
import { arrivedOnce } from './arrived-once.ts';
import { type Instance, openInstance } from './instances/instance.ts';
import { loadRows } from './instances/load-rows.ts';
import { startInstance } from './instances/start-instance.ts';

const WITHIN_MS = 90_000;
const DAYS = readdirSync(join(import.meta.dirname, 'instances')).flatMap((name) => /^(.*)\.tgz$/.exec(name)?.[1] ?? []);

/** The sandbox's own times, which bound how long a grant lasts. */
function ageGrants(dataDir: string, ageMs: number): void {
  const file = join(dataDir, 'sandbox', 'grants.json');
  const grants = JSON.parse(readFileSync(file, 'utf8')) as { createdAt: number; lastUsedAt: number }[];
  const aged = grants.map((grant) => ({
    ...grant,
    createdAt: grant.createdAt + ageMs,
    lastUsedAt: grant.lastUsedAt + ageMs,
  }));
  writeFileSync(file, JSON.stringify(aged), { mode: 0o600 });
}

function ledgerOf({ tries, fleet }: Instance, port: number): MailLedger {
  const ledger = new MailLedger(port);
  ledger.tries.push(...tries.map((tried) => ({ ...tried, member: fleet[tried.member]! })));
  return ledger;
}

assert.ok(DAYS.length > 0);
for (const day of DAYS)
  test(`the present program starts on what an instance of ${day} left when it was killed: every mail of its journal, spool and queue arrives, once, and its people and devices go on`, async (t) => {
    const stack = new AsyncDisposableStack();
    t.after(() => stack.disposeAsync());
    const folder = mkdtempSync(join(tmpdir(), 'hikyaku-upgrade-'));
    stack.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
    const { instance, rows, dataDir } = openInstance(day, folder);
    const postgres = await useOwnPostgres();
    stack.defer(postgres.close);
    const ageMs = Date.now() - Date.parse(instance.at);
    await loadRows(postgres.url, rows, { ageMs, folder: join(folder, 'prisma') });
    ageGrants(dataDir, ageMs);
    const hikyaku = await startInstance({ dataDir, databaseUrl: postgres.url, masterKey: instance.masterKey });
    stack.defer(async () => void (await hikyaku.stop()));
    const owner = await openOwner(hikyaku, postgres.url);
    stack.defer(owner.close);
    const { fleet, signIn } = instance;
    const ledger = ledgerOf(instance, hikyaku.smtp.smtps);

    const person = new DashboardClient(hikyaku.webUrl);
    for (const [name, value] of instance.cookies) person.cookies.set(name, value);
    assert.equal((await person.messages()).length > 0, true, 'the session goes on');
    assert.equal(await new DashboardClient(hikyaku.webUrl).signIn(signIn.email, signIn.password), 200);

    for (const member of fleet) {
      const tried = await ledger.send(member, `later.${member.address}`, 2_000);
      assert.equal(tried.verdict.kind, 'accepted', `the device of ${member.address} logs in as before`);
    }
    await until(
      'all but the mail of the mailbox that had lost its permission is sent',
      async () => {
        const [row] = await owner.query<{ left: number }>(
          `SELECT count(*)::int AS left FROM messages m JOIN mailboxes b ON b.id = m.mailbox_id WHERE m.state <> 'sent' AND b.state = 'active'`,
        );
        const [all] = await owner.query<{ count: number }>('SELECT count(*)::int AS count FROM messages');
        return row!.left === 0 && all!.count === ledger.count('accepted');
      },
      WITHIN_MS,
    );
    const [held] = await owner.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM messages WHERE state = 'held'`,
    );
    assert.ok(held!.count >= 2, 'what waited for its owner still waits, and what came after');

    await sandboxClient(hikyaku.sandboxUrl).knobs({ consent: 'auto' });
    await person.connectMailbox('microsoft', 'shop@outlook.test');
    await arrivedOnce({ hikyaku, owner, ledger, fleet }, WITHIN_MS);
  });
