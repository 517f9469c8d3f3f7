import { hash } from 'node:crypto';
import { type LoadGenerator, startLoadGenerator } from '../load/load-generator.ts';
import type { LoadResult } from '../load/load-types.ts';
import { assertTwoCores } from '../machine/cores.ts';
import { percentile } from '../report/statistics.ts';
import { figure, markdownTable, megabytes } from '../report/table.ts';
import { createCertificates } from '../servers/certificates.ts';
import { startPostfix } from '../servers/postfix-server.ts';
import { ONE_CORE } from '../servers/serving-setup.ts';
import { startSmtpSink } from '../servers/smtp-sink.ts';
import { type Backend, startWholeRelay, type WholeRelay } from '../servers/whole-relay.ts';
import { measureAccepting } from './accept-run.ts';
import type { BenchPart, Length, PartContext } from './bench-part.ts';

const LENGTHS: Record<Length, { warmUpMs: number; steadyMs: number; burstMs: number }> = {
  short: { warmUpMs: 3000, steadyMs: 8000, burstMs: 3000 },
  default: { warmUpMs: 6000, steadyMs: 30_000, burstMs: 8000 },
  long: { warmUpMs: 10_000, steadyMs: 120_000, burstMs: 20_000 },
};

const STEADY_PER_SECOND = 20;
const SESSIONS = 20;
const BURSTS = [
  { mail: '2 KB', mailBytes: 2048 },
  { mail: '200 KB', mailBytes: 200_000 },
];

/**
 * From the device to the provider's stand-in, everything of ours on one core: how long a mail takes, and how many go through; beside it Postfix,
 * which relays to its own test server in plain.
 */
export const delivered: BenchPart = {
  name: 'delivered',
  what: 'mails from the device to the sandbox, BullMQ on Postgres and on Redis',
  async run(context) {
    assertTwoCores();
    const load = await startLoadGenerator();
    const problems: string[] = [];
    const steady: Row[] = [];
    const bursts: Row[] = [];
    const memory: Row[] = [];
    try {
      for (const one of BURSTS) {
        const peer = await measurePeer(load, one, context);
        bursts.push(peer.row);
        problems.push(...peer.problems.map((problem) => `Postfix: ${problem}`));
      }
      for (const backend of ['postgres', 'redis'] as const) {
        const relay = await startWholeRelay(context.folder, backend);
        try {
          const measured = await measure(relay, load, backend, context);
          steady.push(measured.steady);
          bursts.push(...measured.bursts);
          memory.push({ backend, ...mapValues(relay.memory(), megabytes) });
          problems.push(...measured.problems.map((problem) => `${backend}: ${problem}`));
        } finally {
          await relay.stop();
        }
      }
    } finally {
      await load.close();
    }
    return { text: textOf(steady, bursts, memory), problems };
  },
};

type Row = Record<string, string | number>;

async function measure(
  relay: WholeRelay,
  load: LoadGenerator,
  backend: Backend,
  { length, say }: PartContext,
): Promise<{ steady: Row; bursts: Row[]; problems: string[] }> {
  const { warmUpMs, steadyMs, burstMs } = LENGTHS[length];
  const { port, logins } = relay;
  const problems: string[] = [];
  const bodies = new Set<string>();
  let total = 0;
  const send = async (mailBytes: number, durationMs: number, perSecond?: number): Promise<LoadResult> => {
    const order = { port, logins, sessions: SESSIONS, mailBytes, durationMs };
    const result = await load.run(perSecond ? { ...order, perSecond } : order);
    for (const body of result.bodies) bodies.add(body);
    problems.push(...Object.entries(result.errors).map(([text, count]) => `${count} × ${text}`));
    total += result.accepted;
    return result;
  };

  await send(2048, warmUpMs);
  await relay.waitUntilSent(total);

  const before = total;
  await send(2048, steadyMs, STEADY_PER_SECOND);
  await relay.waitUntilSent(total);
  const ways = await readWays(relay, before);
  const steady = {
    backend,
    mails: ways.length,
    'to first byte p50 ms': figure(
      percentile(
        ways.map(({ openedMs }) => openedMs),
        0.5,
      ),
    ),
    'p99 ms': figure(
      percentile(
        ways.map(({ openedMs }) => openedMs),
        0.99,
      ),
    ),
    'to accepted by provider p50 ms': figure(
      percentile(
        ways.map(({ sentMs }) => sentMs),
        0.5,
      ),
    ),
    'p99 ms ': figure(
      percentile(
        ways.map(({ sentMs }) => sentMs),
        0.99,
      ),
    ),
  };
  say(
    `${backend}, ${STEADY_PER_SECOND}/s: first byte after ${steady['to first byte p50 ms']} ms, p99 ${steady['p99 ms']} ms`,
  );

  const bursts: Row[] = [];
  for (const { mail, mailBytes } of BURSTS) {
    const cpuBefore = relay.cpuMs();
    const startedAt = performance.now();
    const result = await send(mailBytes, burstMs);
    await relay.waitUntilSent(total);
    const elapsedMs = performance.now() - startedAt;
    const cpu = Object.entries(relay.cpuMs()).map(
      ([name, ms]) => [name, (ms - cpuBefore[name]!) / result.accepted] as const,
    );
    const row = {
      relay: `Hikyaku, queue in ${backend}`,
      mail,
      mails: result.accepted,
      'delivered/s': figure((result.accepted / elapsedMs) * 1000),
      'CPU ms/mail': figure(cpu.reduce((sum, [, ms]) => sum + ms, 0)),
      of: cpu
        .filter(([, ms]) => ms >= 0.01)
        .map(([name, ms]) => `${name} ${figure(ms)}`)
        .join(', '),
    };
    bursts.push(row);
    say(`${backend}, ${mail}: ${row['delivered/s']}/s, ${row['CPU ms/mail']} ms CPU (${row.of})`);
  }
  problems.push(...(await checkDelivered(relay, total, bodies)));
  return { steady, bursts, problems };
}

async function measurePeer(
  load: LoadGenerator,
  { mail, mailBytes }: (typeof BURSTS)[number],
  { length, folder, say }: PartContext,
): Promise<{ row: Row; problems: string[] }> {
  const { warmUpMs, burstMs } = LENGTHS[length];
  const sink = await startSmtpSink();
  try {
    const server = await startPostfix(folder, createCertificates(folder), ONE_CORE, sink);
    const times = { warmUpMs, warmUpMails: 0, durationMs: burstMs };
    const run = await measureAccepting(server, load, { mailBytes, sessions: SESSIONS, ...times });
    const row = {
      relay: 'Postfix, relaying in plain',
      mail,
      mails: run.accepted,
      'delivered/s': figure(run.perSecond),
      'CPU ms/mail': figure(run.cpuMsPerMail),
      of: '',
    };
    say(`Postfix, ${mail}: ${row['delivered/s']}/s, ${row['CPU ms/mail']} ms CPU`);
    return { row, problems: run.problems };
  } finally {
    await sink.stop();
  }
}

/** Milliseconds from the 250's acceptance to the `opened` mark (committed just before the first byte) and to the provider's answer. */
function readWays({ owner }: WholeRelay, skip: number): Promise<{ openedMs: number; sentMs: number }[]> {
  return owner.query(
    `SELECT (extract(epoch FROM a.opened_at - m.accepted_at) * 1000)::float8 AS "openedMs",
       (extract(epoch FROM m.sent_at - m.accepted_at) * 1000)::float8 AS "sentMs"
     FROM messages m JOIN attempts a ON a.message_id = m.id AND a.number = 1 ORDER BY m.seq OFFSET $1`,
    [skip],
  );
}

async function checkDelivered(relay: WholeRelay, total: number, bodies: Set<string>): Promise<string[]> {
  const problems: string[] = [];
  const [row] = await relay.owner.query<{ messages: number; attempts: number }>(
    'SELECT (SELECT count(*) FROM messages) AS messages, (SELECT count(*) FROM attempts) AS attempts',
  );
  if (row!.messages !== total) problems.push(`${row!.messages} messages of ${total}`);
  if (row!.attempts !== total) problems.push(`${row!.attempts} attempts for ${total} mails`);
  const kept = await relay.bodiesAtProvider();
  const other = kept.filter((body) => !bodies.has(hash('sha256', body))).length;
  if (kept.length === 0 || other) problems.push(`${other} of ${kept.length} mails at the provider have other bodies`);
  return problems;
}

function textOf(steady: Row[], bursts: Row[], memory: Row[]): string {
  return [
    `At ${STEADY_PER_SECOND} mails/s of 2 KB:`,
    markdownTable(steady),
    `As many as go through, ${SESSIONS} sessions, until the last one is at the provider:`,
    markdownTable(bursts),
    'Peak memory (Postgres: with all its processes, at the end):',
    ...memory.map((row) => markdownTable([row])),
  ].join('\n\n');
}

const mapValues = <T, U>(record: Record<string, T>, map: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
