/** The load generator: a process of its own on a core of its own. Takes a LoadOrder over IPC, answers with a LoadResult. */
import { hash } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { percentile } from '../report/statistics.ts';
import { type BenchMail, createBenchMail } from './bench-mail.ts';
import type { LoadOrder, LoadResult, Sample } from './load-types.ts';
import { runSession } from './smtp-session.ts';

/** One mail of that many is checked by its hash at the end of its way. */
const SAMPLE_EVERY = 100;

/** What devices speak, and the newest that both servers' OpenSSL know: this one would offer a post-quantum exchange to one of them only. */
const context = createSecureContext({ ecdhCurve: 'X25519', minVersion: 'TLSv1.3' });
let numbered = 0;

function generate(order: LoadOrder): Promise<LoadResult> {
  const { port, logins, sessions, durationMs, perSecond, atLeast = 0, isPlain = false } = order;
  const errors: Record<string, number> = {};
  const durations: number[] = [];
  const samples: Sample[] = [];
  const free: BenchMail[] = Array.from({ length: sessions }, () => createBenchMail(order.mailBytes));
  const bodies = free.map(({ bytes }) => hash('sha256', bytes.subarray(bytes.indexOf('\r\n\r\n') + 4)));
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  let begun = 0;
  let running = 0;
  let timer: NodeJS.Timeout | undefined;

  return new Promise((resolve) => {
    const note = (error: string): void => {
      errors[error] = (errors[error] ?? 0) + 1;
    };
    const isOver = (): boolean => {
      const ranMs = performance.now() - startedAt;
      return ranMs >= durationMs && (durations.length >= atLeast || ranMs >= 5 * durationMs);
    };
    const begin = (): void => {
      const mail = free.pop();
      if (!mail) {
        note('no free session');
        return;
      }
      const login = logins[begun++ % logins.length]!;
      const isSample = begun % SAMPLE_EVERY === 1;
      const from = performance.now();
      mail.number(++numbered);
      running += 1;
      runSession({ port, login, content: mail.bytes, context: isPlain ? null : context }, (error, reply) => {
        running -= 1;
        free.push(mail);
        if (error) note(error);
        if (reply) {
          durations.push(performance.now() - from);
          if (isSample) samples.push({ reply, sha256: hash('sha256', mail.bytes) });
        }
        if (!perSecond && !isOver()) begin();
        else if (running === 0 && isOver()) finish();
      });
    };
    const finish = (): void => {
      clearInterval(timer);
      const elapsedMs = performance.now() - startedAt;
      const { user, system } = process.cpuUsage(cpu);
      const sessionMs = { p50: percentile(durations, 0.5), p99: percentile(durations, 0.99) };
      const cpuMs = (user + system) / 1000;
      resolve({ accepted: durations.length, errors, elapsedMs, cpuMs, sessionMs, samples, bodies });
    };
    if (perSecond) {
      timer = setInterval(() => {
        if (!isOver()) begin();
        else if (running === 0) finish();
      }, 1000 / perSecond);
    } else for (let slot = 0; slot < sessions; slot++) begin();
  });
}

process.on('message', (order: LoadOrder) => {
  generate(order).then((result) => process.send!(result));
});
process.on('disconnect', () => process.exit(0));
process.send!('ready');
