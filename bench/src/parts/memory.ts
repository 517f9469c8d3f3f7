import { setTimeout as sleep } from 'node:timers/promises';
import { startLoadGenerator } from '../load/load-generator.ts';
import { assertTwoCores } from '../machine/cores.ts';
import { median } from '../report/statistics.ts';
import { markdownTable, megabytes } from '../report/table.ts';
import { startWholeRelay } from '../servers/whole-relay.ts';
import type { BenchPart, Length } from './bench-part.ts';

const MINUTES: Record<Length, number> = { short: 1 / 3, default: 1.5, long: 10 };
const MAIL_BYTES = 200_000;
const PER_SECOND = 20;
const SAMPLE_EVERY_MS = 1000;

/** Every process under steady load: whether what it holds stays the same. */
export const memory: BenchPart = {
  name: 'memory',
  what: `memory of every process under ${PER_SECOND} mails/s of 200 KB`,
  async run({ length, folder }) {
    assertTwoCores();
    const load = await startLoadGenerator();
    const relay = await startWholeRelay(folder, 'postgres');
    try {
      const samples: Record<string, number>[] = [relay.pss()];
      const durationMs = MINUTES[length] * 60_000;
      const { port, logins } = relay;
      const order = { port, logins, sessions: 40, mailBytes: MAIL_BYTES, durationMs, perSecond: PER_SECOND };
      let isOver = false;
      const running = load.run(order).finally(() => {
        isOver = true;
      });
      while (!isOver) {
        await sleep(SAMPLE_EVERY_MS);
        samples.push(relay.pss());
      }
      const result = await running;
      await relay.waitUntilSent(result.accepted);
      return {
        text: markdownTable(rowsOf(samples, relay.memory())),
        problems: Object.entries(result.errors).map(([text, count]) => `${count} × ${text}`),
      };
    } finally {
      await relay.stop();
      await load.close();
    }
  },
};

function rowsOf(samples: Record<string, number>[], peaks: Record<string, number>): Record<string, string>[] {
  const third = Math.max(1, Math.floor(samples.length / 3));
  return Object.keys(peaks).map((name) => {
    const of = (part: Record<string, number>[]): number => median(part.map((sample) => sample[name]!));
    return {
      process: name,
      idle: megabytes(samples[0]![name]!),
      'first third': megabytes(of(samples.slice(0, third))),
      'second third': megabytes(of(samples.slice(third, 2 * third))),
      'last third': megabytes(of(samples.slice(-third))),
      peak: megabytes(peaks[name]!),
    };
  });
}
