import { spawnSync } from 'node:child_process';
import { hash, randomBytes } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { reservePort } from '@hikyaku/testing';
import type { Sample } from '../load/load-types.ts';
import type { Login } from '../load/smtp-session.ts';
import { endWithUs } from '../machine/clean-up.ts';
import { type Core, onCore } from '../machine/cores.ts';
import { processTree, pssOf } from '../machine/process-tree.ts';
import type { Certificate } from './certificates.ts';
import { ACCOUNTS, type MailServer } from './mail-server.ts';
import { mainCf, masterCf, SASL_REALM, saslConf } from './postfix-config.ts';
import type { ServingSetup } from './serving-setup.ts';
import type { SmtpSink } from './smtp-sink.ts';
import { waitForCount } from './wait-for-count.ts';

/**
 * The distribution's Postfix with a configuration, a queue and a master of its own below `parent`. Needs root, as Postfix does. It keeps what it
 * accepts, or relays it to `sink`.
 */
export async function startPostfix(
  parent: string,
  certificates: Certificate[],
  { core, allowsPlain, slowSync }: ServingSetup,
  sink?: SmtpSink,
): Promise<MailServer> {
  if (process.getuid?.() !== 0) throw new Error('Postfix is started by root only; run the benchmark as root');
  const dir = join(parent, 'postfix');
  rmSync(dir, { recursive: true, force: true });
  for (const folder of ['', 'queue', 'data', 'sasl']) mkdirSync(join(dir, folder), { recursive: true, mode: 0o755 });
  const owner = idsOfUser('postfix');
  chownSync(join(dir, 'data'), owner.uid, owner.gid);
  const port = await reservePort();
  writeFileSync(
    join(dir, 'main.cf'),
    mainCf({
      dir,
      chains: certificates.map(({ chain }) => chain),
      relayTo: sink?.port,
      allowsPlain,
      preload: slowSync,
    }),
  );
  writeFileSync(join(dir, 'master.cf'), masterCf(port));
  writeFileSync(join(dir, 'sasl/smtpd.conf'), saslConf(dir));
  const logins = createAccounts(dir);
  chownSync(join(dir, 'sasldb2'), owner.uid, owner.gid);
  chmodSync(join(dir, 'sasldb2'), 0o600);

  postfix(dir, core, 'start');
  const master = Number(readFileSync(join(dir, 'queue/pid/master.pid'), 'utf8'));
  const forget = endWithUs(master);
  const stop = async (): Promise<void> => {
    const children = processTree(master).map(({ pid }) => pid);
    process.kill(master, 'SIGTERM');
    while (children.some(isAlive)) await sleep(20);
    forget();
  };
  return {
    port,
    logins,
    roots: [master],
    async settle(accepted) {
      if (sink) await waitForCount(accepted, sink.received);
    },
    peakMemory: () => pssOf(master),
    async stopAndCheck(accepted, samples) {
      await stop();
      if (sink) {
        rmSync(dir, { recursive: true, force: true });
        return sink.received() === accepted ? [] : [`Postfix relayed ${sink.received()} mails of ${accepted}`];
      }
      const hold = join(dir, 'queue/hold');
      const held = readdirSync(hold).length;
      const problems = held === accepted ? [] : [`Postfix holds ${held} mails of ${accepted}`];
      for (const sample of samples)
        if (!isHeld(dir, sample)) problems.push(`Postfix holds other bytes: ${sample.reply}`);
      rmSync(dir, { recursive: true, force: true });
      return problems;
    },
  };
}

function createAccounts(dir: string): Login[] {
  return Array.from({ length: ACCOUNTS }, (_, index) => {
    const login = { username: `camera${index}`, password: randomBytes(12).toString('hex') };
    const args = ['-p', '-c', '-f', join(dir, 'sasldb2'), '-u', SASL_REALM, login.username];
    const made = spawnSync('saslpasswd2', args, { input: login.password, encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`saslpasswd2: ${made.stderr || made.error?.message}`);
    return login;
  });
}

function postfix(dir: string, core: Core, verb: string): void {
  const [command, args] = onCore(core, 'postfix', ['-c', dir, verb]);
  const done = spawnSync(command, args, { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`postfix ${verb}: ${done.stdout}${done.stderr}${done.error?.message ?? ''}`);
}

/** `250 2.0.0 Ok: queued as ID`: that file without its Received header has the bytes that were sent. */
function isHeld(dir: string, { reply, sha256 }: Sample): boolean {
  const id = /queued as (\w+)/.exec(reply)?.[1];
  if (!id) return false;
  const cat = spawnSync('postcat', ['-c', dir, '-h', '-b', join(dir, 'queue/hold', id)], {
    encoding: 'latin1',
    maxBuffer: 64 * 1024 * 1024,
  });
  const received = /^Received:.*\n(?:[ \t].*\n)*/.exec(cat.stdout)?.[0];
  if (!received) return false;
  const sent = cat.stdout.slice(received.length).replaceAll('\n', '\r\n');
  return hash('sha256', Buffer.from(sent, 'latin1')) === sha256;
}

function idsOfUser(name: string): { uid: number; gid: number } {
  const fields = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([user]) => user === name);
  if (!fields) throw new Error(`there is no user ${name}`);
  return { uid: Number(fields[2]), gid: Number(fields[3]) };
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s*[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
