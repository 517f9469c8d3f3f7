import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { reservePort } from '@hikyaku/testing';
import { endWithUs } from '../machine/clean-up.ts';
import { LOAD_CORE, onCore } from '../machine/cores.ts';

/** Where Postfix relays to: its own test server, which takes every mail and drops it. On the load's core, as our provider's stand-in. */
export interface SmtpSink {
  port: number;
  /** Mails so far. */
  received(): number;
  stop(): Promise<void>;
}

const BACKLOG = 200;

export async function startSmtpSink(): Promise<SmtpSink> {
  const port = await reservePort();
  // -c: counters, rewritten on one line.
  const [command, args] = onCore(LOAD_CORE, 'smtp-sink', ['-c', '-u', 'postfix', `127.0.0.1:${port}`, String(BACKLOG)]);
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const forget = endWithUs(child.pid!);
  let received = 0;
  let text = '';
  child.stdout.setEncoding('latin1').on('data', (more: string) => {
    const lines = (text + more).split('\r');
    text = lines.pop()!;
    received = Number(/mesg=(\d+)/.exec(lines.at(-1) ?? '')?.[1] ?? received);
  });
  return {
    port,
    received: () => received,
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      forget();
    },
  };
}
