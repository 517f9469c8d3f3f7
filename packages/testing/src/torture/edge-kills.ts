import { setTimeout as sleep } from 'node:timers/promises';
import { auditMail, type MailAudit } from '../durability/audit-mail.ts';
import { childProcesses } from '../durability/child-processes.ts';
import { type ProbeOutcome, probeWhile } from '../durability/door-prober.ts';
import { type FleetMember, makeFleet } from '../durability/fleet.ts';
import { MailLedger } from '../durability/mail-ledger.ts';
import { openOwner } from '../durability/message-facts.ts';
import { settle } from '../durability/settle.ts';
import { SHORT_TIMES } from '../durability/short-times.ts';
import { startHikyaku } from '../start-hikyaku.ts';
import { watchMemory } from './memory-watch.ts';
import { seededRandom } from './random.ts';
import { sizeOf } from './torture-plan.ts';

export interface EdgeKillsReport extends MailAudit {
  kills: number;
  /** What became of fifty connections a second. */
  probes: Record<ProbeOutcome, number>;
  /** Largest resident size that a process of the edge had, MB. */
  peakMb: number;
  seconds: number;
}

const PROCESSES = 2;
/** Devices that speak at the same moment, each with a rest between two mails: what they send has to be delivered, too. */
const AT_ONCE = 8;
const LONGEST_REST_MS = 800;
/** Between two kills: some meet a process that starts, and now and then nobody serves. */
const LONGEST_WAIT_MS = 1_000;
/** Nobody served for so long: a busy machine starts them no faster than they are killed. The system keeps five hundred connections that nobody has taken yet, which is ten seconds of the probes'. */
const LONGEST_GAP_MS = 5_000;
const SAY_EVERY = 20;
const SETTLE_WITHIN_MS = 300_000;
/** docs/adr/0039. */
const MOST_MB = 200;

/**
 * SIGKILL of single processes of the edge, again and again at random, while mails of all sizes come in and fifty connections a second are made. `problems` is empty when every
 * promise was kept: nobody who connects is refused, and every 250 arrives. @throws Error when it does not settle
 */
export async function runEdgeKills(options: {
  seed: number;
  kills: number;
  say?(text: string): void;
}): Promise<EdgeKillsReport> {
  const startedAt = Date.now();
  const seconds = (): number => Math.round((Date.now() - startedAt) / 1000);
  const say = (text: string): void => options.say?.(`${String(seconds()).padStart(4)} s  ${text}`);
  const random = seededRandom(options.seed);
  await using stack = new AsyncDisposableStack();
  const hikyaku = await startHikyaku({
    env: {
      ...SHORT_TIMES,
      HIKYAKU_EDGE_PROCESSES: String(PROCESSES),
      // While nobody serves the probes wait, all of them from one address.
      HIKYAKU_MAX_CONNECTIONS_PER_ADDRESS: '5000',
      HIKYAKU_MAX_CONNECTIONS: '5000',
      HIKYAKU_MICROSOFT_PER_MINUTE: '6000',
      HIKYAKU_GOOGLE_PER_MINUTE: '6000',
    },
  });
  let isWell = false;
  stack.defer(async () => {
    await hikyaku.stop({ keepData: !isWell });
    if (!isWell) say(`left for a look: ${hikyaku.dataDir}`);
  });
  const owner = await openOwner(hikyaku);
  stack.defer(owner.close);
  const fleet = await makeFleet(hikyaku, { tenants: 2, mailboxes: 8 });
  const processes = childProcesses(hikyaku);
  const memory = watchMemory(processes, ['edge']);
  stack.defer(() => void memory.stop());
  const ledger = new MailLedger(hikyaku.smtp.smtps);

  let isOver = false;
  let begun = 0;
  const send = async (): Promise<void> => {
    while (!isOver) {
      const number = begun++;
      const member: FleetMember = fleet[number % fleet.length]!;
      await ledger.sendUntilAccepted(member, `mail${number}`, sizeOf(random()));
      await sleep(LONGEST_REST_MS * random());
    }
  };
  const strike = async (sinceGreetingMs: () => number): Promise<void> => {
    for (let kill = 1; kill <= options.kills; kill++) {
      await sleep(LONGEST_WAIT_MS * random());
      while (sinceGreetingMs() > LONGEST_GAP_MS) await sleep(20);
      // None: both are on their way up.
      let living = processes.behindDoors();
      for (; living.length === 0; living = processes.behindDoors()) await sleep(20);
      process.kill(living[Math.floor(random() * living.length)]!, 'SIGKILL');
      if (kill % SAY_EVERY === 0) say(`${kill} kills, ${ledger.count('accepted')} accepted`);
    }
  };
  const probes = await probeWhile(hikyaku.smtp.submission, async (sinceGreetingMs) => {
    const sending = Promise.all(Array.from({ length: AT_ONCE }, send));
    await Promise.all([
      sending,
      strike(sinceGreetingMs).finally(() => {
        isOver = true;
      }),
    ]);
  });
  say('every mail has its 250');
  await settle(hikyaku, owner, ledger.count('accepted'), SETTLE_WITHIN_MS);
  const audit = await auditMail({ ledger, fleet, sandboxUrl: hikyaku.sandboxUrl, owner });
  if (probes.refused > 0) audit.problems.push(`${probes.refused} connections were refused`);
  if (probes.greeted === 0) audit.problems.push('nobody was greeted');
  const peakMb = memory.stop().edge!;
  if (peakMb > MOST_MB) audit.problems.push(`a process of the edge had ${peakMb} MB`);
  isWell = audit.problems.length === 0;
  return { ...audit, kills: options.kills, probes, peakMb, seconds: seconds() };
}
