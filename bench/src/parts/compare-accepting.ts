import { startLoadGenerator } from '../load/load-generator.ts';
import { assertTwoCores, BOTH_CORES, LOAD_CORE } from '../machine/cores.ts';
import { median } from '../report/statistics.ts';
import { figure, markdownTable, megabytes } from '../report/table.ts';
import { type Certificate, createCertificates } from '../servers/certificates.ts';
import { startEdge } from '../servers/edge-server.ts';
import type { MailServer } from '../servers/mail-server.ts';
import { startPostfix } from '../servers/postfix-server.ts';
import type { ServingSetup } from '../servers/serving-setup.ts';
import { compileSlowSync } from '../servers/slow-sync.ts';
import { type AcceptRun, measureAccepting } from './accept-run.ts';
import type { Length, PartContext, PartResult } from './bench-part.ts';

const LENGTHS: Record<Length, { rounds: number; warmUpMs: number; warmUpMails: number; durationMs: number }> = {
  short: { rounds: 1, warmUpMs: 1000, warmUpMails: 1000, durationMs: 2500 },
  default: { rounds: 5, warmUpMs: 2000, warmUpMails: 2000, durationMs: 4000 },
  long: { rounds: 5, warmUpMs: 3000, warmUpMails: 6000, durationMs: 10_000 },
};

export interface AcceptCase {
  /** For the table. */
  mail: string;
  mailBytes: number;
  sessions: number;
  setup: ServingSetup;
  /** Added to each sync, of either side. */
  syncMs?: number;
}

const PEER = 'Postfix';

type Start = (folder: string, certificates: Certificate[], setup: ServingSetup) => Promise<MailServer>;

/** Everyone accepts, syncs and keeps; the last one also writes rows and spool objects, and is measured until the last row is there. */
const SERVERS: { name: string; start: Start }[] = [
  { name: PEER, start: startPostfix },
  {
    name: 'edge, accepted',
    start: (folder, certificates, setup) => startEdge(folder, { certificates, setup, handsOff: false }),
  },
  {
    name: 'edge, handed off',
    start: (folder, certificates, setup) => startEdge(folder, { certificates, setup, handsOff: true }),
  },
];

/** One session a mail, our edge and Postfix by turns on the same cores, each case `rounds` times. */
export async function compareAccepting(context: PartContext, cases: AcceptCase[]): Promise<PartResult> {
  assertTwoCores();
  const { rounds, ...times } = LENGTHS[context.length];
  const certificates = createCertificates(context.folder);
  const rows: Record<string, string | number>[] = [];
  const problems: string[] = [];
  for (const one of cases) {
    const setup = setupOf(one, context.folder);
    if (!setup) {
      context.say(`${one.mail}: left out, there is no C compiler to slow the disk down by`);
      continue;
    }
    const { core, allowsPlain } = setup;
    // A generator for each case: its code is compiled in the warm-up, as the servers' is.
    const load = await startLoadGenerator(core === BOTH_CORES ? BOTH_CORES : LOAD_CORE);
    try {
      const runs = new Map<string, AcceptRun[]>(SERVERS.map(({ name }) => [name, []]));
      for (let round = 1; round <= rounds; round++) {
        for (const { name, start } of SERVERS) {
          const server = await start(context.folder, certificates, setup);
          const run = await measureAccepting(server, load, { ...one, ...times, isPlain: allowsPlain });
          runs.get(name)!.push(run);
          problems.push(...run.problems.map((problem) => `${name}, ${one.mail}, ${one.sessions}: ${problem}`));
          tell(context, `${one.mail}, ${one.sessions} sessions, round ${round}, ${name}`, run);
        }
      }
      for (const { name } of SERVERS) rows.push(rowOf(one, name, runs.get(name)!, runs.get(PEER)!));
    } finally {
      await load.close();
    }
  }
  return { text: markdownTable(rows), problems };
}

function setupOf({ setup, syncMs }: AcceptCase, folder: string): ServingSetup | null {
  if (syncMs === undefined) return setup;
  const slowSync = compileSlowSync(folder, syncMs);
  return slowSync === null ? null : { ...setup, slowSync };
}

function tell({ say }: PartContext, what: string, run: AcceptRun): void {
  const errors = run.errors ? `, ${run.errors} ERRORS` : '';
  say(
    `${what}: ${figure(run.perSecond)}/s, ${figure(run.cpuMsPerMail)} ms CPU, client ${figure(run.clientCores)}${errors}`,
  );
}

function rowOf(
  { mail, sessions }: { mail: string; sessions: number },
  server: string,
  runs: AcceptRun[],
  peers: AcceptRun[],
): Record<string, string | number> {
  const of = (pick: (run: AcceptRun) => number, list = runs): number => median(list.map(pick));
  /** Pair by pair: both of a pair had the same weather. */
  const ratio = (pick: (run: AcceptRun) => number): string =>
    server === PEER ? '1' : `${figure(median(runs.map((run, round) => pick(run) / pick(peers[round]!))))}×`;
  return {
    mail,
    sessions,
    server,
    'mails/s': figure(of((run) => run.perSecond)),
    'to Postfix': ratio((run) => run.perSecond),
    'CPU ms/mail': figure(of((run) => run.cpuMsPerMail)),
    'to Postfix ': ratio((run) => run.cpuMsPerMail),
    'session p50 ms': figure(of((run) => run.sessionMs.p50)),
    'p99 ms': figure(of((run) => run.sessionMs.p99)),
    'client cores': figure(of((run) => run.clientCores)),
    "others' cores": figure(of((run) => run.otherCores)),
    'peak memory': megabytes(of((run) => run.peakMemory)),
    errors: runs.reduce((sum, run) => sum + run.errors, 0),
  };
}
