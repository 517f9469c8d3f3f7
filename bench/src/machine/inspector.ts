import { setTimeout as sleep } from 'node:timers/promises';
import type { CpuProfile } from '../report/profile.ts';

/** Where Node listens after SIGUSR1; the process lets go of it afterwards, for the next one. */
const PORT = 9229;
const LET_GO = `setTimeout(() => process.getBuiltinModule('node:inspector').close(), 50)`;
const LET_GO_MS = 300;
const INTERVAL_US = 500;

/** Profiles a running Node process while `work` lasts; it needs no flag. One at a time. */
export async function profileWhile(pid: number, work: () => Promise<unknown>): Promise<CpuProfile> {
  process.kill(pid, 'SIGUSR1');
  const socket = await connect();
  let sent = 0;
  const call = (method: string, params: object = {}): Promise<unknown> => {
    const id = ++sent;
    return new Promise((resolve) => {
      const listen = ({ data }: MessageEvent): void => {
        const answer = JSON.parse(String(data)) as { id?: number; result?: unknown };
        if (answer.id !== id) return;
        socket.removeEventListener('message', listen);
        resolve(answer.result);
      };
      socket.addEventListener('message', listen);
      socket.send(JSON.stringify({ id, method, params }));
    });
  };
  try {
    await call('Profiler.enable');
    await call('Profiler.setSamplingInterval', { interval: INTERVAL_US });
    await call('Profiler.start');
    await work();
    return ((await call('Profiler.stop')) as { profile: CpuProfile }).profile;
  } finally {
    await call('Runtime.evaluate', { expression: LET_GO });
    socket.close();
    await sleep(LET_GO_MS);
  }
}

async function connect(): Promise<WebSocket> {
  for (let attempt = 1; ; attempt++) {
    try {
      const list = await fetch(`http://127.0.0.1:${PORT}/json/list`);
      const [target] = (await list.json()) as { webSocketDebuggerUrl: string }[];
      const socket = new WebSocket(target!.webSocketDebuggerUrl);
      await new Promise((resolve, reject) => {
        socket.onopen = resolve;
        socket.onerror = () => reject(new Error('the inspector does not answer'));
      });
      return socket;
    } catch (error) {
      if (attempt === 20) throw error;
      await sleep(100);
    }
  }
}
