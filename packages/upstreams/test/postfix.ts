import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { reservePort } from '@hikyaku/testing';
import { makeCertificate } from './own-certificate.ts';

/** The distribution's Postfix as somebody's mail server: TLS required for its AUTH, and every mail that it takes kept in the hold queue. */
export interface Postfix {
  starttlsPort: number;
  tlsPort: number;
  username: string;
  password: string;
  /** Mails kept, as they came, with their Received header. */
  held(): string[];
  stop(): Promise<void>;
}

const REFUSED = '{nobody@example.jp = 550 5.1.1 no such user}, {full@example.jp = 552 5.2.2 mailbox full}';
const LATER = '{later@example.jp = 450 4.2.1 come back later}';

export async function startPostfix(): Promise<Postfix> {
  const dir = mkdtempSync(join(tmpdir(), 'postfix-'));
  for (const folder of ['queue', 'data', 'sasl']) mkdirSync(join(dir, folder), { mode: 0o755 });
  chmodSync(dir, 0o755);
  const [starttlsPort, tlsPort] = [await reservePort(), await reservePort()];
  const owner = Number(execFileSync('id', ['-u', 'postfix'], { encoding: 'utf8' }));
  chownSync(join(dir, 'data'), owner, owner);
  const { certificate } = makeCertificate(dir);
  writeFileSync(
    join(dir, 'main.cf'),
    [
      'compatibility_level = 3.6',
      `queue_directory = ${dir}/queue`,
      `data_directory = ${dir}/data`,
      'daemon_directory = /usr/lib/postfix/sbin',
      'command_directory = /usr/sbin',
      'mail_owner = postfix',
      'setgid_group = postdrop',
      'myhostname = localhost.localdomain',
      'mydestination =',
      'inet_protocols = ipv4',
      'alias_maps =',
      'local_recipient_maps =',
      // Its default takes Bcc out, which not every server does.
      'message_drop_headers =',
      'smtpd_peername_lookup = no',
      'smtpd_tls_security_level = may',
      'smtpd_tls_auth_only = yes',
      `smtpd_tls_chain_files = ${dir}/key.pem, ${certificate}`,
      'smtpd_sasl_auth_enable = yes',
      'smtpd_sasl_path = smtpd',
      `cyrus_sasl_config_path = ${dir}/sasl`,
      'smtpd_sasl_local_domain = example.jp',
      'smtpd_relay_restrictions = permit_sasl_authenticated, reject',
      `smtpd_recipient_restrictions = check_recipient_access inline:{ ${REFUSED}, ${LATER} }, check_recipient_access static:HOLD, permit`,
      'smtpd_sender_restrictions = check_sender_access inline:{ {foreign@example.jp = 553 5.7.1 Sender address rejected: not owned by user} }',
      'message_size_limit = 1000000',
      'smtpd_error_sleep_time = 0',
      '',
    ].join('\n'),
  );
  const inet = (port: number, option = '') => `127.0.0.1:${port} inet n - n - - smtpd${option}`;
  const tls = ' -o smtpd_tls_wrappermode=yes';
  const services = ['cleanup unix n - n - 0 cleanup', 'qmgr unix n - n 300 1 qmgr', 'tlsmgr unix - - n 1000? 1 tlsmgr']
    .concat([
      'rewrite unix - - n - - trivial-rewrite',
      'proxymap unix - - n - - proxymap',
      'anvil unix - - n - 1 anvil',
    ])
    .concat(['pickup unix n - n 60 1 pickup', 'bounce unix - - n - 0 bounce', 'defer unix - - n - 0 bounce']);
  writeFileSync(join(dir, 'master.cf'), `${[inet(starttlsPort), inet(tlsPort, tls), ...services].join('\n')}\n`);
  writeFileSync(
    join(dir, 'sasl/smtpd.conf'),
    `pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: PLAIN LOGIN\nsasldb_path: ${dir}/sasldb2\n`,
  );
  const password = 'correct horse';
  const made = spawnSync('saslpasswd2', ['-p', '-c', '-f', join(dir, 'sasldb2'), '-u', 'example.jp', 'gate'], {
    input: password,
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(`saslpasswd2: ${made.stderr}`);
  chownSync(join(dir, 'sasldb2'), owner, owner);
  const started = spawnSync('postfix', ['-c', dir, 'start'], { encoding: 'utf8' });
  if (started.status !== 0) throw new Error(`postfix: ${started.stdout}${started.stderr}`);
  const master = Number(readFileSync(join(dir, 'queue/pid/master.pid'), 'utf8'));
  return {
    starttlsPort,
    tlsPort,
    username: 'gate@example.jp',
    password,
    held: () =>
      readdirSync(join(dir, 'queue/hold')).map(
        (name) =>
          spawnSync('postcat', ['-c', dir, '-e', '-h', '-b', join(dir, 'queue/hold', name)], { encoding: 'latin1' })
            .stdout,
      ),
    async stop() {
      process.kill(master, 'SIGTERM');
      // Its children end with it; the folder must not vanish under them.
      for (let tries = 0; tries < 100 && isAlive(master); tries++) await sleep(50);
      rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s*[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
