import { readTestEnvironment } from '@hikyaku/config';
import { startLoadGenerator } from '../load/load-generator.ts';
import type { LoadResult } from '../load/load-types.ts';
import { assertTwoCores } from '../machine/cores.ts';
import { percentile } from '../report/statistics.ts';
import { figure, markdownTable, megabytes } from '../report/table.ts';
import { MAILBOXES_EACH } from '../servers/seed-mailboxes.ts';
import { startWholeRelay, type WholeRelay } from '../servers/whole-relay.ts';
import type { BenchPart, Length, PartContext } from './bench-part.ts';
import { measureWorkerAlone } from './worker-alone.ts';

const MAILBOXES = [4, 1_000];
const LENGTHS: Record<Length, { steadyMs: number; burstMs: number }> = {
  short: { steadyMs: 8_000, burstMs: 4_000 },
  default: { steadyMs: 15_000, burstMs: 6_000 },
  long: { steadyMs: 60_000, burstMs: 30_000 },
};
const STEADY_PER_SECOND = 20;
const SESSIONS = 20;
const ANSWER_MS = 5;

/** What grows with the number of mailboxes: the same mail over four and over a thousand, in one instance that has them all. */
export const mailboxes: BenchPart = {
  name: 'mailboxes',
  what: `mails from the device to the sandbox over ${MAILBOXES.join(' and ')} mailboxes, queue in Postgres`,
  async run(context) {
    assertTwoCores();
    const load = await startLoadGenerator();
    const relay = await startWholeRelay(context.folder, 'postgres');
    try {
      const startedAt = performance.now();
      const logins = await relay.addMailboxes(Math.max(...MAILBOXES));
      context.say(`${logins.length} mailboxes in ${Math.round((performance.now() - startedAt) / 1000)} s`);
      await relay.slowDown(ANSWER_MS);
      const problems: string[] = [];
      let total = 0;
      const accept: Send = async (of, mailBytes, durationMs, perSecond) => {
        const order = { port: relay.port, logins: of, sessions: SESSIONS, mailBytes, durationMs };
        const result = await load.run(perSecond ? { ...order, perSecond } : order);
        problems.push(...Object.entries(result.errors).map(([text, count]) => `${count} × ${text}`));
        total += result.accepted;
        return result;
      };
      const send: Send = async (...order) => {
        const result = await accept(...order);
        await relay.waitUntilSent(total);
        return result;
      };
      // Each mailbox's first mail fetches its token.
      await send(logins, 2048, LENGTHS[context.length].burstMs);
      const rows: Record<string, string | number>[] = [];
      for (const count of MAILBOXES)
        rows.push(await measure(String(count), logins.slice(0, count), relay, send, context));
      // As they are dealt out, one login after the other is another tenant's.
      const tenants = logins.length / MAILBOXES_EACH;
      const byTenant = logins.map(
        (_, place) => logins[(place % MAILBOXES_EACH) * tenants + Math.floor(place / MAILBOXES_EACH)]!,
      );
      rows.push(await measure(`${logins.length}, one tenant’s after the other’s`, byTenant, relay, send, context));
      const alone = await measureWorkerAlone(
        relay,
        async () => (await accept(logins, 200_000, LENGTHS[context.length].burstMs)).accepted,
        total,
      );
      context.say(`worker alone on a core: ${alone['mails/s']} mails/s of 200 KB, ${alone['CPU ms/mail']} ms CPU`);
      return {
        text: `${markdownTable(rows)}\n\nThe worker alone on a core, 200 KB over all of them:\n\n${markdownTable([alone])}`,
        problems,
      };
    } finally {
      await relay.stop();
      await load.close();
    }
  },
};

type Send = (
  logins: Parameters<Awaited<ReturnType<typeof startLoadGenerator>>['run']>[0]['logins'],
  mailBytes: number,
  durationMs: number,
  perSecond?: number,
) => Promise<LoadResult>;

async function measure(
  name: string,
  logins: Parameters<Send>[0],
  relay: WholeRelay,
  send: Send,
  { length, say }: PartContext,
) {
  const { steadyMs, burstMs } = LENGTHS[length];
  const isBuilt = readTestEnvironment().arePrograms === 'built';
  const [before] = await relay.owner.query<{ seq: number }>('SELECT coalesce(max(seq), 0) AS seq FROM messages');
  await send(logins, 2048, steadyMs, STEADY_PER_SECOND);
  const ways = await relay.owner.query<{ ms: number }>(
    `SELECT (extract(epoch FROM a.opened_at - m.accepted_at) * 1000)::float8 AS ms
     FROM messages m JOIN attempts a ON a.message_id = m.id AND a.number = 1 WHERE m.seq > $1`,
    [before!.seq],
  );
  const times = ways.map(({ ms }) => ms);
  const row: Record<string, string | number> = {
    mailboxes: name,
    'to first byte at 20/s p50 ms': figure(percentile(times, 0.5)),
    'p99 ms': figure(percentile(times, 0.99)),
  };
  for (const [size, mailBytes] of [
    ['2 KB', 2048],
    ['200 KB', 200_000],
  ] as const) {
    const cpuBefore = relay.cpuMs();
    const startedAt = performance.now();
    const { accepted } = await send(logins, mailBytes, burstMs);
    const perSecond = (accepted / (performance.now() - startedAt)) * 1000;
    const cpu = relay.cpuMs();
    const of = (process: string): string => figure((cpu[process]! - cpuBefore[process]!) / accepted);
    row[`${size}: mails/s`] = figure(perSecond);
    row[`${size}: CPU ms/mail`] = `worker ${of('worker')}, edge ${of('edge')}, Postgres ${of('postgres')}`;
  }
  row[`worker’s peak so far, ${isBuilt ? 'as built' : 'from its sources'}`] = megabytes(relay.memory().worker!);
  say(
    Object.entries(row)
      .map(([key, value]) => `${key} ${value}`)
      .join(', '),
  );
  return row;
}
