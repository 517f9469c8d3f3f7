import { startLoadGenerator } from '../load/load-generator.ts';
import { assertTwoCores } from '../machine/cores.ts';
import { profileWhile } from '../machine/inspector.ts';
import { processTree } from '../machine/process-tree.ts';
import { type CpuProfile, readProfile, type Share } from '../report/profile.ts';
import { markdownTable } from '../report/table.ts';
import { startWholeRelay } from '../servers/whole-relay.ts';
import type { BenchPart, Length } from './bench-part.ts';

const SECONDS: Record<Length, number> = { short: 3, default: 10, long: 30 };
const SIZES = [
  { mail: '2 KB', mailBytes: 2048 },
  { mail: '200 KB', mailBytes: 200_000 },
];
const SHOWN = 15;

/** Where edge and worker spend their time while as many mails go through as can. */
export const profile: BenchPart = {
  name: 'profile',
  what: 'the most expensive things in edge and worker',
  async run({ length, folder }) {
    assertTwoCores();
    const load = await startLoadGenerator();
    const relay = await startWholeRelay(folder, 'postgres');
    const { port, logins, pids } = relay;
    const texts: string[] = [];
    let total = 0;
    try {
      for (const { mail, mailBytes } of SIZES) {
        const send = async (): Promise<void> => {
          const order = { port, logins, sessions: 20, mailBytes, durationMs: SECONDS[length] * 1000 };
          total += (await load.run(order)).accepted;
          await relay.waitUntilSent(total);
        };
        await send();
        for (const name of ['edge', 'worker']) {
          texts.push(`${name}, ${mail}:`, tableOf(await profileWhile(busiestOf(pids[name]!), send)));
        }
      }
    } finally {
      await relay.stop();
      await load.close();
    }
    return { text: texts.join('\n\n'), problems: [] };
  },
};

/** Of an app's processes the one that has worked most: the edge's first one only watches those that serve. */
const busiestOf = (root: number): number => processTree(root).toSorted((a, b) => b.cpuMs - a.cpuMs)[0]!.pid;

function tableOf(measured: CpuProfile): string {
  const { packages, functions } = readProfile(measured);
  const text = (share: Share | undefined): string => (share ? `${(share.share * 100).toFixed(1)} %` : '');
  return markdownTable(
    Array.from({ length: SHOWN }, (_, index) => ({
      'by package': packages[index]?.name ?? '',
      share: text(packages[index]),
      'our functions, with what they call': functions[index]?.name ?? '',
      'share ': text(functions[index]),
    })),
  );
}
