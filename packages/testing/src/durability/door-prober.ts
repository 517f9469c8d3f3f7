import { connect } from 'node:net';

/** Fifty connections a second, as many cameras that call at once would be. */
const EVERY_MS = 20;
/** A greeting waits for a process that starts on a busy machine. */
const GREETED_WITHIN_MS = 60_000;

/** `refused`: no connection, or no greeting for a minute. `cut`: closed before its greeting was whole. */
export type ProbeOutcome = 'refused' | 'cut' | 'greeted';

/** One connection to a door that greets in plain. */
export function probeDoor(port: number): Promise<ProbeOutcome> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let isConnected = false;
    let text = '';
    const timer = setTimeout(() => {
      isConnected = false;
      socket.destroy();
    }, GREETED_WITHIN_MS);
    socket.setEncoding('latin1');
    socket.on('connect', () => {
      isConnected = true;
    });
    socket.on('data', (chunk) => {
      text += chunk;
      if (text.includes('\n')) socket.end('QUIT\r\n');
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(!isConnected ? 'refused' : text.startsWith('220 ') ? 'greeted' : 'cut');
    });
  });
}

/** Fifty connections a second while `work` runs; all of them have ended when it resolves. `work` may ask how many milliseconds ago one was greeted. */
export async function probeWhile(
  port: number,
  work: (sinceGreetingMs: () => number) => Promise<void>,
): Promise<Record<ProbeOutcome, number>> {
  const counts = { refused: 0, cut: 0, greeted: 0 };
  let greetedAt = performance.now();
  const open = new Set<Promise<void>>();
  const timer = setInterval(() => {
    const probe: Promise<void> = probeDoor(port).then((outcome) => {
      counts[outcome] += 1;
      if (outcome === 'greeted') greetedAt = performance.now();
      open.delete(probe);
    });
    open.add(probe);
  }, EVERY_MS);
  await work(() => performance.now() - greetedAt).finally(() => clearInterval(timer));
  await Promise.all(open);
  return counts;
}
