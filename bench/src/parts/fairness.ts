import { type LoadGenerator, startLoadGenerator } from '../load/load-generator.ts';
import { assertTwoCores, BOTH_CORES } from '../machine/cores.ts';
import { percentile } from '../report/statistics.ts';
import { figure, markdownTable } from '../report/table.ts';
import { type Backend, type Home, startWholeRelay, type WholeRelay } from '../servers/whole-relay.ts';
import type { BenchPart, Length, PartContext } from './bench-part.ts';

const LENGTHS: Record<Length, { backlog: number; probeMs: number }> = {
  short: { backlog: 2000, probeMs: 6000 },
  default: { backlog: 10_000, probeMs: 20_000 },
  long: { backlog: 10_000, probeMs: 40_000 },
};
/** Mails a second of the tenant that nothing is wrong with: a few cameras. */
const PER_SECOND = 5;
/** What the other's backlog may cost it at p99. */
const MORE_MS = 100;
const MAIL_BYTES = 2048;
const SESSIONS = 20;
/** The backlog is taken while the worker stands still; on a slow machine so long at most, five times. */
const FILL_MS = 15_000;

const STORM: Home = {
  email: 'storm@example.test',
  mailboxes: Array.from({ length: 20 }, (_, index) =>
    index % 2
      ? (['google', `box-${index}@gmail.test`] as const)
      : (['microsoft', `box-${index}@outlook.test`] as const),
  ),
  devices: 20,
};
const QUIET: Home = { email: 'quiet@example.test', mailboxes: [['microsoft', 'home@outlook.test']], devices: 4 };

type Row = Record<string, string | number>;

/**
 * One tenant has thousands of mails queued on twenty mailboxes, none of them held back by an allowance; how long another's mail waits from its acceptance to the first byte at the
 * provider, beside the same without the others. The whole machine is the relay's.
 */
export const fairness: BenchPart = {
  name: 'fairness',
  what: 'a mail of one tenant while another has thousands queued, BullMQ on Postgres and on Redis',
  async run(context) {
    assertTwoCores();
    const load = await startLoadGenerator();
    const rows: Row[] = [];
    const problems: string[] = [];
    try {
      for (const backend of ['postgres', 'redis'] as const) {
        const relay = await startWholeRelay(context.folder, backend, { homes: [STORM, QUIET], core: BOTH_CORES });
        try {
          const measured = await measure(relay, load, backend, context);
          rows.push(...measured.rows);
          problems.push(...measured.problems.map((problem) => `${backend}: ${problem}`));
        } finally {
          await relay.stop();
        }
      }
    } finally {
      await load.close();
    }
    const text = `Milliseconds from the 250 to the first byte at the provider, ${PER_SECOND} mails/s of 2 KB:\n\n${markdownTable(rows)}`;
    return { text, problems };
  },
};

async function measure(
  relay: WholeRelay,
  load: LoadGenerator,
  backend: Backend,
  { length, say }: PartContext,
): Promise<{ rows: Row[]; problems: string[] }> {
  const { backlog, probeMs } = LENGTHS[length];
  const { port, loginsOf } = relay;
  const [storm, quiet] = loginsOf as [typeof relay.logins, typeof relay.logins];
  const problems: string[] = [];
  let total = 0;
  const send = async (order: Partial<Parameters<LoadGenerator['run']>[0]> & { durationMs: number }): Promise<void> => {
    const result = await load.run({ port, logins: quiet, sessions: SESSIONS, mailBytes: MAIL_BYTES, ...order });
    problems.push(...Object.entries(result.errors).map(([text, count]) => `${count} × ${text}`));
    total += result.accepted;
  };

  // Code that nobody has run yet is slow.
  await send({ durationMs: 3000, logins: relay.logins });
  await relay.waitUntilSent(total);
  let from = total;
  await send({ durationMs: probeMs, perSecond: PER_SECOND });
  await relay.waitUntilSent(total);
  const alone = await waysOf(relay, from, null);

  from = total;
  const worker = relay.pids.worker;
  if (!worker) throw new Error('which process is the worker?');
  process.kill(worker, 'SIGSTOP');
  try {
    await send({ durationMs: FILL_MS, logins: storm, atLeast: backlog });
  } finally {
    process.kill(worker, 'SIGCONT');
  }
  const queued = total - from;
  from = total;
  await send({ durationMs: probeMs, perSecond: PER_SECOND });
  await relay.waitUntilSent(total);
  // Behind the backlog's end there is nothing to be fair about.
  const [end] = await relay.owner.query<{ at: Date }>(
    'SELECT max(opened_at) AS at FROM (SELECT a.opened_at FROM messages m JOIN attempts a ON a.message_id = m.id ORDER BY m.seq LIMIT $1) AS first',
    [from],
  );
  const beside = await waysOf(relay, from, end!.at);
  const of = (ways: Way[], part: keyof Way, share: number): number =>
    percentile(
      ways.map((way) => way[part]),
      share,
    );
  const [aloneP99, besideP99] = [of(alone, 'ms', 0.99), of(beside, 'ms', 0.99)];
  if (queued < backlog) problems.push(`only ${queued} mails were queued`);
  if (beside.length < PER_SECOND) problems.push(`the backlog was gone after ${beside.length} mails`);
  if (!(besideP99 <= aloneP99 + MORE_MS)) {
    problems.push(`p99 ${figure(besideP99)} ms beside the backlog, ${figure(aloneP99)} ms alone`);
  }
  say(`${backend}: p99 ${figure(aloneP99)} ms alone, ${figure(besideP99)} ms beside ${queued} queued`);
  const row = (what: string, ways: Way[]): Row => ({
    backend,
    beside: what,
    mails: ways.length,
    'p50 ms': figure(of(ways, 'ms', 0.5)),
    'p99 ms': figure(of(ways, 'ms', 0.99)),
    'others meanwhile p50': figure(of(ways, 'others', 0.5)),
    'hand-off p50': figure(of(ways, 'handoffMs', 0.5)),
    'to the claim p50': figure(of(ways, 'claimMs', 0.5)),
    'to the first byte p50': figure(of(ways, 'markMs', 0.5)),
  });
  return { rows: [row('nothing', alone), row(`${queued} queued`, beside)], problems };
}

/** Milliseconds of a mail's way: all of it, and its parts. */
interface Way {
  /** From acceptance to the `opened` mark, which is committed just before the first byte. */
  ms: number;
  /** Until its row is there, until a worker has claimed it, until the mark. */
  handoffMs: number;
  claimMs: number;
  markMs: number;
  /** Other mails whose first byte left meanwhile: says the same on a busy machine. */
  others: number;
}

/** The ways of the mails behind the first `skip` that were accepted before `until`. */
function waysOf({ owner }: WholeRelay, skip: number, until: Date | null): Promise<Way[]> {
  const between = (from: string, to: string, name: string): string =>
    `(extract(epoch FROM ${to} - ${from}) * 1000)::float8 AS "${name}"`;
  return owner.query<Way>(
    `SELECT ${between('m.accepted_at', 'a.opened_at', 'ms')}, ${between('m.accepted_at', 'm.ingested_at', 'handoffMs')},
       ${between('m.ingested_at', 'a.started_at', 'claimMs')}, ${between('a.started_at', 'a.opened_at', 'markMs')},
       (SELECT count(*)::int - 1 FROM attempts o WHERE o.opened_at BETWEEN m.accepted_at AND a.opened_at) AS others
     FROM (SELECT * FROM messages ORDER BY seq OFFSET $1) m JOIN attempts a ON a.message_id = m.id AND a.number = 1
     WHERE $2::timestamptz IS NULL OR m.accepted_at < $2`,
    [skip, until],
  );
}
