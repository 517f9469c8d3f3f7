import { fillMessages, fillTenants, HISTORY_SHAPE, type HistoryShape, uuidOf } from '../history/fill-history.ts';
import { type HistoryDatabase, startHistoryDatabase } from '../history/history-database.ts';
import { type LapPlace, MAILS_PER_LAP, runLap, STATEMENTS, type Statement } from '../history/mail-lap.ts';
import { readsOf } from '../history/reads.ts';
import { UPKEEP_STATEMENTS } from '../history/upkeep-statements.ts';
import { cpuMsOf } from '../machine/process-tree.ts';
import { median, percentile } from '../report/statistics.ts';
import { figure, markdownTable } from '../report/table.ts';
import type { BenchPart, Length, PartContext } from './bench-part.ts';

const MESSAGES: Record<Length, number> = { short: 200_000, default: 1_000_000, long: 10_000_000 };
/** Laps of each database, by turns: 6,000 mails, some seconds of CPU that the kernel counts in ticks of 10 ms. */
const LAPS = 300;
/** Then the tables are analysed: the first minute of a new instance, planned for empty tables, is not what is measured. */
const WARM_UP_LAPS = 50;
/** Of each read: its p99 is then the second slowest; the slowest is the machine's. */
const READS = 100;

/** The mail's way may cost that much more with all that history than without; reads stay below the p99. */
const MAX_RATIO = 1.1;
const MAX_READ_MS = 50;

/** The cost of a long history: the mail's way and every list, in an empty instance and in a full one of the same tenants and devices. */
export const history: BenchPart = {
  name: 'history',
  what: 'the mail’s way and the dashboard’s reads, with no message and with a million (--long: ten)',
  async run(context) {
    const shape: HistoryShape = { ...HISTORY_SHAPE, messages: MESSAGES[context.length] };
    const empty = await startHistoryDatabase(context.folder, 'empty');
    const full = await startHistoryDatabase(context.folder, 'full');
    try {
      const startedAt = performance.now();
      for (const { owner } of [empty, full]) await fillTenants(owner, shape);
      await fillMessages(full.owner, shape, context.say);
      for (const { owner } of [empty, full]) await owner.query('VACUUM ANALYZE');
      context.say(`filled in ${Math.round((performance.now() - startedAt) / 1000)} s`);
      const reads = await measureReads(full, shape, context);
      const upkeep = await measureUpkeep(full);
      const way = await measureWay(empty, full, shape, context);
      return {
        text: [
          `${shape.messages.toLocaleString('en')} messages, ${shape.tenants.toLocaleString('en')} tenants, ${((shape.tenants + 1) * shape.devicesEach).toLocaleString('en')} devices.`,
          way.text,
          reads.text,
          upkeep,
        ].join('\n\n'),
        problems: [...way.problems, ...reads.problems],
      };
    } finally {
      await Promise.all([empty.stop(), full.stop()]);
    }
  },
};

/** The big tenant's accounts and a small one's, in turn. */
function placesOf({ tenants, devicesEach, mailboxesEach }: HistoryShape): LapPlace[] {
  const small = Math.floor(tenants / 2);
  return [1, 1 + devicesEach * (small - 1)].flatMap((device) => {
    const tenant = 1 + Math.floor((device - 1) / devicesEach);
    const mailbox = mailboxesEach * (tenant - 1) + 1 + (device % mailboxesEach);
    return {
      tenantId: uuidOf('tenant', tenant),
      deviceId: uuidOf('device', device),
      mailboxId: uuidOf('mailbox', mailbox),
      accountKey: `microsoft:history:${mailbox}`,
    };
  });
}

async function measureWay(
  empty: HistoryDatabase,
  full: HistoryDatabase,
  shape: HistoryShape,
  { say }: PartContext,
): Promise<{ text: string; problems: string[] }> {
  const places = placesOf(shape);
  const sides = [empty, full].map((database) => ({
    database,
    cpuMs: 0,
    times: new Map<Statement, number[]>(STATEMENTS.map((statement) => [statement, []])),
  }));
  const runAll = async (
    laps: number,
    take: (side: (typeof sides)[number], times: Map<Statement, number>) => void,
  ): Promise<void> => {
    for (let lap = 0; lap < laps; lap++) {
      // By turns, so that both have the same weather.
      for (const side of sides) take(side, await runLap(side.database.system, places[lap % places.length]!));
    }
  };
  await runAll(WARM_UP_LAPS, () => {});
  for (const { database } of sides) await database.owner.query('VACUUM ANALYZE');
  const pids: number[] = [];
  for (const { database } of sides) pids.push(await serverProcessOf(database));
  const cpuBefore = pids.map((pid) => cpuMsOf([pid]));
  await runAll(LAPS, (side, times) => {
    for (const [statement, ms] of times) side.times.get(statement)!.push(ms);
  });
  for (const [index, side] of sides.entries()) side.cpuMs = cpuMsOf([pids[index]!]) - cpuBefore[index]!;
  const [without, withAll] = sides as [(typeof sides)[0], (typeof sides)[0]];
  const cpu = (side: typeof without): number => side.cpuMs / (LAPS * MAILS_PER_LAP);
  const ratio = cpu(withAll) / cpu(without);
  say(`the mail's way: ${figure(cpu(without))} ms CPU of Postgres a mail empty, ${figure(cpu(withAll))} full`);
  const rows = STATEMENTS.map((statement) => {
    const [a, b] = [without, withAll].map((side) => side.times.get(statement)!) as [number[], number[]];
    return {
      statement,
      'empty p50 ms': figure(median(a)),
      'full p50 ms': figure(median(b)),
      'full p99 ms': figure(percentile(b, 0.99)),
      ratio: `${figure(median(b) / median(a))}×`,
    };
  });
  return {
    text: `The mail's way, ${MAILS_PER_LAP} mails a statement: ${figure(cpu(without))} ms of Postgres's CPU a mail empty, ${figure(cpu(withAll))} full, ${figure(ratio)}×.\n\n${markdownTable(rows)}`,
    problems: ratio > MAX_RATIO ? [`the mail's way costs ${figure(ratio)}× with all that history`] : [],
  };
}

/** Of the one connection that the mail's way has. */
async function serverProcessOf({ system }: HistoryDatabase): Promise<number> {
  const [row] = await system.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return row!.pid;
}

async function measureReads(
  { owner, tenants }: HistoryDatabase,
  shape: HistoryShape,
  { say }: PartContext,
): Promise<{ text: string; problems: string[] }> {
  const rows: Record<string, string | number>[] = [];
  const problems: string[] = [];
  for (const [name, place] of [
    ['big', placesOf(shape)[0]!],
    ['small', placesOf(shape)[1]!],
  ] as const) {
    const [old] = await owner.query<{ id: string; queueId: string }>(
      'SELECT id, queue_id AS "queueId" FROM messages WHERE tenant_id = $1 ORDER BY seq LIMIT 1',
      [place.tenantId],
    );
    const reads = readsOf({ ...place, messageId: old!.id, queueId: old!.queueId });
    for (const [route, read] of Object.entries(reads)) {
      const times: number[] = [];
      for (let time = 0; time < READS; time++) {
        const startedAt = performance.now();
        await tenants.forTenant(place.tenantId).tx((tx) => read({ tenantId: place.tenantId, tx }));
        times.push(performance.now() - startedAt);
      }
      const p99 = percentile(times, 0.98);
      rows.push({ tenant: name, route, 'p50 ms': figure(median(times)), 'p99 ms': figure(p99) });
      if (p99 > MAX_READ_MS) problems.push(`${route} of the ${name} tenant took ${figure(p99)} ms`);
    }
    say(`read as the ${name} tenant`);
  }
  return { text: `Reads, each in its transaction.\n\n${markdownTable(rows)}`, problems };
}

async function measureUpkeep({ system }: HistoryDatabase): Promise<string> {
  const rows: Record<string, string | number>[] = [];
  for (const [statement, run] of Object.entries(UPKEEP_STATEMENTS)) {
    const times: number[] = [];
    for (let time = 0; time < READS / 5; time++) {
      const startedAt = performance.now();
      await run(system);
      times.push(performance.now() - startedAt);
    }
    rows.push({ statement, 'p50 ms': figure(median(times)), 'worst ms': figure(Math.max(...times)) });
  }
  return `What the sweeper asks.\n\n${markdownTable(rows)}`;
}
