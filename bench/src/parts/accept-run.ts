import type { LoadGenerator } from '../load/load-generator.ts';
import { cpuMsOf, machineCpuMs } from '../machine/process-tree.ts';
import type { MailServer } from '../servers/mail-server.ts';

export interface AcceptRun {
  /** In the measured run. */
  accepted: number;
  /** Mails whose way is over at this server, by the time from the first connect to the last of them. */
  perSecond: number;
  /** User and system time of all of the server's processes. */
  cpuMsPerMail: number;
  /** Above 0.9 the rate is a lower bound: the load generator had no more to give. */
  clientCores: number;
  /** What other programs of this machine took meanwhile: weather. */
  otherCores: number;
  sessionMs: { p50: number; p99: number };
  peakMemory: number;
  errors: number;
  problems: string[];
}

/** A warm-up, a rest until everything is settled, then the measured run; the server is stopped and its mails are looked at. */
export async function measureAccepting(
  server: MailServer,
  load: LoadGenerator,
  options: {
    mailBytes: number;
    sessions: number;
    /** Without TLS. */
    isPlain?: boolean;
    warmUpMs: number;
    warmUpMails: number;
    durationMs: number;
  },
): Promise<AcceptRun> {
  const { mailBytes, sessions, isPlain = false, warmUpMs, warmUpMails, durationMs } = options;
  const order = { port: server.port, logins: server.logins, sessions, mailBytes, isPlain };
  const warmUp = await load.run({ ...order, durationMs: warmUpMs, atLeast: warmUpMails });
  await server.settle(warmUp.accepted);

  const cpuBefore = cpuMsOf(server.roots);
  const machineBefore = machineCpuMs();
  const result = await load.run({ ...order, durationMs });
  const total = warmUp.accepted + result.accepted;
  const sentAt = performance.now();
  await server.settle(total);
  const settledMs = performance.now() - sentAt;
  const cpuMs = cpuMsOf(server.roots) - cpuBefore;
  const machineMs = machineCpuMs() - machineBefore;
  const peakMemory = server.peakMemory();
  const elapsedMs = result.elapsedMs + settledMs;

  const errors = { ...warmUp.errors };
  for (const [text, count] of Object.entries(result.errors)) errors[text] = (errors[text] ?? 0) + count;
  const problems = Object.entries(errors).map(([text, count]) => `${count} × ${text}`);
  problems.push(...(await server.stopAndCheck(total, [...warmUp.samples, ...result.samples])));
  return {
    accepted: result.accepted,
    perSecond: (result.accepted / elapsedMs) * 1000,
    cpuMsPerMail: cpuMs / result.accepted,
    clientCores: result.cpuMs / result.elapsedMs,
    otherCores: Math.max(0, machineMs - cpuMs - result.cpuMs) / elapsedMs,
    sessionMs: result.sessionMs,
    peakMemory,
    errors: Object.values(errors).reduce((sum, count) => sum + count, 0),
    problems,
  };
}
